package io.balsa.machine;

import java.io.InputStream;
import java.io.OutputStream;

/** A state machine without state: what is measured around it is not its own work. */
public final class NoState implements StateMachine {
    private static final byte[] NO_REPLY = new byte[0];

    @Override
    public byte[] apply(long index, byte[] command) {
        return NO_REPLY;
    }

    @Override
    public byte[] query(byte[] query) {
        return NO_REPLY;
    }

    @Override
    public void snapshot(OutputStream out) {}

    @Override
    public void restore(InputStream in) {}
}
