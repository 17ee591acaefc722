package io.balsa.kv;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** What asks the key-value machine without changing it; as bytes like a {@link KvCommand}. */
public sealed interface KvQuery {

    /** Answered with the value, or {@code NOT_FOUND}. */
    record Get(byte[] key) implements KvQuery {
        @Override
        public byte[] encode() {
            return Format.begin(Format.GET, key.length).put(key).array();
        }
    }

    /**
     * Asks for pairs whose key begins with {@code prefix}, in the order of their keys as unsigned bytes; answered with
     * a {@link KvReply.Page}.
     *
     * @param after the keys wanted come behind this one; empty for the first page
     * @param limit the most pairs wanted, 1 and up; the machine may answer with fewer
     */
    record Scan(byte[] prefix, Optional<byte[]> after, int limit) implements KvQuery {
        /** The most pairs that a page holds. */
        public static final int MAX_PAIRS = 1000;

        /** A page ends before it grows larger than this, in bytes, unless its only pair is. */
        public static final int MAX_BYTES = 48 * 1024;

        /** The first page, as large as pages are. */
        public static Scan of(byte[] prefix) {
            return new Scan(prefix, Optional.empty(), MAX_PAIRS);
        }

        /** The page that begins where another said that it ended. */
        public Scan after(byte[] next) {
            return new Scan(prefix, Optional.of(next), limit);
        }

        /** No key wanted comes before this one. */
        byte[] firstKey() {
            if (after.isEmpty() || Arrays.compareUnsigned(after.get(), prefix) < 0) {
                return prefix;
            }
            return Arrays.copyOf(after.get(), after.get().length + 1);
        }

        boolean covers(byte[] key) {
            return key.length >= prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
        }

        @Override
        public byte[] encode() {
            ByteBuffer out = Format.begin(Format.SCAN, Bytes.size(prefix) + Bytes.size(after) + Integer.BYTES);
            Bytes.put(out, prefix);
            Bytes.put(out, after);
            return out.putInt(limit).array();
        }
    }

    byte[] encode();

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws MalformedException when the bytes are anything else
     */
    static KvQuery decode(byte[] bytes) throws MalformedException {
        Bytes in = Bytes.of(bytes);
        byte kind = Format.kind(in);
        KvQuery query =
                switch (kind) {
                    case Format.GET -> new Get(in.rest());
                    case Format.SCAN -> new Scan(in.text(), in.optionalText(), in.integer());
                    default -> throw new MalformedException("unknown kind of query " + kind);
                };
        in.end();
        return query;
    }
}
