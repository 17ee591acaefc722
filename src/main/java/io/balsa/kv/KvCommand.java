package io.balsa.kv;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What changes the key-value machine. As bytes: the version of the format, the kind, then the parts in the order of the
 * record, the last one without a length.
 */
public sealed interface KvCommand {
    /** The longest key, in bytes; the shortest has one. */
    int MAX_KEY_BYTES = 4 * 1024;

    /** Stores a value, whether there was one or not. Answered without a body. */
    record Put(byte[] key, byte[] value) implements KvCommand {
        @Override
        public byte[] encode() {
            ByteBuffer out = Format.begin(Format.PUT, Bytes.size(key) + value.length);
            Bytes.put(out, key);
            return out.put(value).array();
        }
    }

    /** Removes a value. Answered without a body, or {@code NOT_FOUND}. */
    record Delete(byte[] key) implements KvCommand {
        @Override
        public byte[] encode() {
            return Format.begin(Format.DELETE, key.length).put(key).array();
        }
    }

    /**
     * Stores a value if the present one is as expected. Answered without a body, or {@code MISMATCH}, or {@code
     * NOT_FOUND} when there is none and one was expected.
     *
     * @param expected empty when the key is expected to have no value
     */
    record CompareAndSet(byte[] key, Optional<byte[]> expected, byte[] value) implements KvCommand {
        @Override
        public byte[] encode() {
            ByteBuffer out =
                    Format.begin(Format.COMPARE_AND_SET, Bytes.size(key) + Bytes.size(expected) + value.length);
            Bytes.put(out, key);
            Bytes.put(out, expected);
            return out.put(value).array();
        }
    }

    /**
     * Adds to a value that is a whole decimal number of 64 bits; a missing one counts as 0. Answered with the sum, or
     * {@code NOT_A_NUMBER} when the value is none or the sum does not fit.
     */
    record Increment(byte[] key, long by) implements KvCommand {
        @Override
        public byte[] encode() {
            ByteBuffer out = Format.begin(Format.INCREMENT, Bytes.size(key) + Long.BYTES);
            Bytes.put(out, key);
            return out.putLong(by).array();
        }
    }

    /** Stands in the log and changes nothing; answered with its index. */
    record Append(byte[] text) implements KvCommand {
        @Override
        public byte[] key() {
            return new byte[0];
        }

        @Override
        public byte[] encode() {
            return Format.begin(Format.APPEND, text.length).put(text).array();
        }
    }

    /** The key it is about; empty for an {@link Append}. */
    byte[] key();

    byte[] encode();

    /**
     * Reads what {@link #encode} wrote. Keys may be of any length: their bounds are the machine's to check.
     *
     * @throws MalformedException when the bytes are anything else
     */
    static KvCommand decode(byte[] bytes) throws MalformedException {
        Bytes in = Bytes.of(bytes);
        byte kind = Format.kind(in);
        KvCommand command =
                switch (kind) {
                    case Format.PUT -> new Put(in.text(), in.rest());
                    case Format.DELETE -> new Delete(in.rest());
                    case Format.COMPARE_AND_SET -> new CompareAndSet(in.text(), in.optionalText(), in.rest());
                    case Format.INCREMENT -> new Increment(in.text(), in.number());
                    case Format.APPEND -> new Append(in.rest());
                    default -> throw new MalformedException("unknown kind of command " + kind);
                };
        in.end();
        return command;
    }
}
