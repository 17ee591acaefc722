package io.balsa.machine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * A machine that remembers what it was told, as "index:command", and answers how many commands came before. It throws
 * at "throw", and takes too much of the stack at "overflow".
 */
final class Recorder implements StateMachine {
    private final List<String> told = new ArrayList<>();

    List<String> told() {
        return told;
    }

    @Override
    public byte[] apply(long index, byte[] command) {
        String text = new String(command, UTF_8);
        if (text.equals("throw")) {
            throw new IllegalStateException("told to throw at " + index);
        }
        overflowAt(text);
        told.add(index + ":" + text);
        return ("reply " + told.size()).getBytes(UTF_8);
    }

    @Override
    public byte[] query(byte[] query) {
        String text = new String(query, UTF_8);
        if (text.equals("throw")) {
            throw new IllegalStateException("told to throw at a query");
        }
        overflowAt(text);
        return (text + told.size()).getBytes(UTF_8);
    }

    private static void overflowAt(String text) {
        if (text.equals("overflow")) {
            throw new StackOverflowError("told to overflow");
        }
    }

    @Override
    public void snapshot(OutputStream out) throws IOException {
        DataOutputStream data = new DataOutputStream(out);
        data.writeInt(told.size());
        for (String one : told) {
            data.writeUTF(one);
        }
    }

    @Override
    public void restore(InputStream in) throws IOException {
        told.clear();
        DataInputStream data = new DataInputStream(in);
        for (int left = data.readInt(); left > 0; left--) {
            told.add(data.readUTF());
        }
    }
}
