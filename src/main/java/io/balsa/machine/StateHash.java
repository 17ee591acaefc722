package io.balsa.machine;

import java.io.OutputStream;
import java.util.Objects;

/**
 * A stream that keeps nothing of what is written but its FNV-1a hash of 64 bits, to compare the states of replicas.
 *
 * <p>It tells apart what went wrong by accident; it is no defence against someone who wants two states to look alike.
 */
public final class StateHash extends OutputStream {
    private static final long OFFSET_BASIS = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;

    private long hash = OFFSET_BASIS;

    /** The hash of all bytes written so far. */
    public long value() {
        return hash;
    }

    @Override
    public void write(int octet) {
        hash = (hash ^ (octet & 0xff)) * PRIME;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        for (int i = offset; i < offset + length; i++) {
            write(bytes[i]);
        }
    }
}
