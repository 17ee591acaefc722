package io.balsa.client.delivery;

import io.balsa.Applied;
import io.balsa.protocol.ClientRequest;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;

/** One command or query on its way, and who waits for what becomes of it. */
public final class Call {
    /** What a call costs besides its bytes: its objects here, and its place in a message. */
    public static final int OVERHEAD = 128;

    private final Wish wish;
    private final byte[] bytes;
    private final long deadline;
    private final Consumer<? super Outcome<Applied>> answer;

    /** The one put into the inbox before it: the calls are the links of their list, so that none is made for each. */
    private Call before;

    /** A kind, and how old the answer may be. */
    private record Wish(Kind kind, long maxAgeMillis) {}

    /** What is asked of the state machine. */
    public enum Kind {
        COMMAND,
        LINEARIZABLE_QUERY,
        /** Linearizable, by whichever server is asked. */
        SHARED_QUERY,
        LEASE_QUERY,
        STALE_QUERY,
        /** Stale up to a maximum age. */
        RECENT_QUERY;

        /** Those that need a leader. */
        static final Set<Kind> FOR_LEADER = EnumSet.of(COMMAND, LINEARIZABLE_QUERY, LEASE_QUERY);

        /** Those that any server may answer. */
        static final Set<Kind> FOR_ANYONE = EnumSet.complementOf(EnumSet.copyOf(FOR_LEADER));
    }

    /**
     * @param deadline in nanoseconds of the client's clock
     * @param answer called once, on the client's thread; for a query {@link Applied#index} tells how far the state had
     *     come that it was answered from
     */
    public Call(Kind kind, byte[] bytes, long deadline, Consumer<? super Outcome<Applied>> answer) {
        this(new Wish(kind, ClientRequest.Query.ANY_AGE), bytes, deadline, answer);
    }

    /** A query; see the other constructor. */
    public Call(Freshness freshness, byte[] query, long deadline, Consumer<? super Outcome<Applied>> answer) {
        this(new Wish(freshness.kind(), freshness.maxAgeMillis()), query, deadline, answer);
    }

    private Call(Wish wish, byte[] bytes, long deadline, Consumer<? super Outcome<Applied>> answer) {
        this.wish = wish;
        this.bytes = bytes;
        this.deadline = deadline;
        this.answer = answer;
    }

    Kind kind() {
        return wish.kind();
    }

    /** How old the answer may be. */
    long maxAgeMillis() {
        return wish.maxAgeMillis();
    }

    public byte[] bytes() {
        return bytes;
    }

    long deadline() {
        return deadline;
    }

    /** What it counts for against {@code raft.client.max-pending}. */
    public long cost() {
        return bytes.length + (long) OVERHEAD;
    }

    public void answer(Outcome<Applied> outcome) {
        answer.accept(outcome);
    }

    public Call before() {
        return before;
    }

    public void before(Call call) {
        before = call;
    }
}
