package io.balsa.kv;

import java.nio.ByteBuffer;

/** How commands and queries begin: with the version of the format and the kind. Neither may ever change its meaning. */
final class Format {
    static final byte PUT = 1;
    static final byte DELETE = 2;
    static final byte COMPARE_AND_SET = 3;
    static final byte INCREMENT = 4;
    static final byte APPEND = 5;

    static final byte GET = 16;
    static final byte SCAN = 17;

    private static final byte VERSION = 1;

    private Format() {}

    /** A buffer for a message whose parts take {@code size} bytes. */
    static ByteBuffer begin(byte kind, int size) {
        return ByteBuffer.allocate(2 + size).put(VERSION).put(kind);
    }

    /** Reads the beginning. */
    static byte kind(Bytes in) throws MalformedException {
        byte version = in.octet();
        if (version != VERSION) {
            throw new MalformedException("version " + version + " of the format, and only " + VERSION + " is known");
        }
        return in.octet();
    }
}
