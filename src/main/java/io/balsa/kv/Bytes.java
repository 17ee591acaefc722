package io.balsa.kv;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads what clients sent, which may be anything; writes what is read again.
 *
 * <p>Texts are an int with their length, then their bytes; -1 stands for no text. Big endian.
 */
final class Bytes {
    private static final int ABSENT = -1;

    private final ByteBuffer in;

    private Bytes(ByteBuffer in) {
        this.in = in;
    }

    static Bytes of(byte[] bytes) {
        return new Bytes(ByteBuffer.wrap(bytes));
    }

    static int size(byte[] text) {
        return Integer.BYTES + text.length;
    }

    static int size(Optional<byte[]> text) {
        return text.map(Bytes::size).orElse(Integer.BYTES);
    }

    static void put(ByteBuffer out, byte[] text) {
        out.putInt(text.length).put(text);
    }

    static void put(ByteBuffer out, Optional<byte[]> text) {
        if (text.isPresent()) {
            put(out, text.get());
        } else {
            out.putInt(ABSENT);
        }
    }

    byte octet() throws MalformedException {
        need(Byte.BYTES);
        return in.get();
    }

    int integer() throws MalformedException {
        need(Integer.BYTES);
        return in.getInt();
    }

    long number() throws MalformedException {
        need(Long.BYTES);
        return in.getLong();
    }

    byte[] text() throws MalformedException {
        return text(integer());
    }

    Optional<byte[]> optionalText() throws MalformedException {
        int length = integer();
        return length == ABSENT ? Optional.empty() : Optional.of(text(length));
    }

    /** All that is left. */
    byte[] rest() {
        byte[] rest = Arrays.copyOfRange(in.array(), in.position(), in.limit());
        in.position(in.limit());
        return rest;
    }

    void end() throws MalformedException {
        if (in.hasRemaining()) {
            throw new MalformedException(in.remaining() + " bytes too many");
        }
    }

    private byte[] text(int length) throws MalformedException {
        if (length < 0) {
            throw new MalformedException("a length of " + length);
        }
        need(length);
        byte[] text = new byte[length];
        in.get(text);
        return text;
    }

    private void need(int count) throws MalformedException {
        if (in.remaining() < count) {
            throw new MalformedException("ends " + (count - in.remaining()) + " bytes too early");
        }
    }
}
