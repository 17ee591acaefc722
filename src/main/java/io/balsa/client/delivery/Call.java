package io.balsa.client.delivery;

import io.balsa.Applied;
import io.balsa.Consistency;
import java.util.function.Consumer;

/** One command or query on its way, and who waits for what becomes of it. */
public final class Call {
    /** What a call costs besides its bytes: its objects here, and its place in a message. */
    public static final int OVERHEAD = 128;

    private final Kind kind;
    private final byte[] bytes;
    private final long deadline;
    private final Consumer<? super Outcome<Applied>> answer;

    /** The one put into the inbox before it: the calls are the links of their list, so that none is made for each. */
    private Call before;

    /** What is asked of the state machine. */
    public enum Kind {
        COMMAND,
        LINEARIZABLE_QUERY,
        LEASE_QUERY,
        STALE_QUERY;

        public static Kind query(Consistency consistency) {
            return switch (consistency) {
                case LINEARIZABLE -> LINEARIZABLE_QUERY;
                case LEASE -> LEASE_QUERY;
                case STALE -> STALE_QUERY;
            };
        }
    }

    /**
     * @param deadline in nanoseconds of the client's clock
     * @param answer called once, on the client's thread; for a query {@link Applied#index} tells how far the state had
     *     come that it was answered from
     */
    public Call(Kind kind, byte[] bytes, long deadline, Consumer<? super Outcome<Applied>> answer) {
        this.kind = kind;
        this.bytes = bytes;
        this.deadline = deadline;
        this.answer = answer;
    }

    Kind kind() {
        return kind;
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
