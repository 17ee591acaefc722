package io.balsa.kv;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the key-value machine answers; as bytes: the status, then the body.
 *
 * @param body depends on what was asked; empty unless {@link Status#OK}
 */
public record KvReply(Status status, byte[] body) {
    /** Answers without a body, each shared by all who get it. */
    private static final byte[][] WITHOUT_BODY = withoutBody();

    /** What became of a command or query. The numbers are those on the wire. */
    public enum Status {
        OK(0),
        /** The key has no value. */
        NOT_FOUND(1),
        /** The value is not as expected. */
        MISMATCH(2),
        /** The bytes are no command or query of this version, or the key is empty. */
        MALFORMED(3),
        /** The key is longer than {@link KvCommand#MAX_KEY_BYTES}. */
        TOO_LARGE(4),
        /** The value is not a whole number of 64 bits, or the sum would not be. */
        NOT_A_NUMBER(5);

        private final int number;

        Status(int number) {
            this.number = number;
        }
    }

    /** A key and its value. */
    public record Pair(byte[] key, byte[] value) {
        /** Its size in a page. */
        int bytes() {
            return Bytes.size(key) + Bytes.size(value);
        }
    }

    /**
     * Some of the pairs that were asked for.
     *
     * @param next where to go on, see {@link KvQuery.Scan#after(byte[])}; empty when there are no more
     */
    public record Page(List<Pair> pairs, Optional<byte[]> next) {}

    public boolean isOk() {
        return status == Status.OK;
    }

    /** The encoded reply of this status, without a body; nobody may change it. */
    static byte[] bytes(Status status) {
        return WITHOUT_BODY[status.number];
    }

    static KvReply ofNumber(long number) {
        return new KvReply(
                Status.OK, ByteBuffer.allocate(Long.BYTES).putLong(number).array());
    }

    /** A page of pairs, of which there may be more behind the last. */
    static KvReply ofPage(List<Pair> pairs, boolean more) {
        Optional<byte[]> next = more ? Optional.of(pairs.get(pairs.size() - 1).key()) : Optional.empty();
        int size = Bytes.size(next) + Integer.BYTES;
        for (Pair pair : pairs) {
            size += pair.bytes();
        }
        ByteBuffer out = ByteBuffer.allocate(size);
        Bytes.put(out, next);
        out.putInt(pairs.size());
        for (Pair pair : pairs) {
            Bytes.put(out, pair.key());
            Bytes.put(out, pair.value());
        }
        return new KvReply(Status.OK, out.array());
    }

    /** The value that a {@link KvQuery.Get} asked for. */
    public byte[] value() {
        return body;
    }

    /**
     * The sum of an {@link KvCommand.Increment}, the index of an {@link KvCommand.Append}.
     *
     * @throws MalformedException when this is the reply to something else
     */
    public long number() throws MalformedException {
        Bytes in = Bytes.of(body);
        long number = in.number();
        in.end();
        return number;
    }

    /**
     * The pairs that a {@link KvQuery.Scan} asked for.
     *
     * @throws MalformedException when this is the reply to something else
     */
    public Page page() throws MalformedException {
        Bytes in = Bytes.of(body);
        Optional<byte[]> next = in.optionalText();
        List<Pair> pairs = new ArrayList<>();
        for (int left = in.integer(); left > 0; left--) {
            pairs.add(new Pair(in.text(), in.text()));
        }
        in.end();
        return new Page(pairs, next);
    }

    public byte[] encode() {
        return ByteBuffer.allocate(1 + body.length)
                .put((byte) status.number)
                .put(body)
                .array();
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws MalformedException when there is no known status; what the body must be depends on what was asked
     */
    public static KvReply decode(byte[] bytes) throws MalformedException {
        Bytes in = Bytes.of(bytes);
        byte number = in.octet();
        for (Status status : Status.values()) {
            if (status.number == number) {
                return new KvReply(status, in.rest());
            }
        }
        throw new MalformedException("unknown status " + number);
    }

    private static byte[][] withoutBody() {
        Status[] known = Status.values();
        byte[][] replies = new byte[known.length][];
        for (Status status : known) {
            replies[status.number] = new KvReply(status, new byte[0]).encode();
        }
        return replies;
    }
}
