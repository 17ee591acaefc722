package io.balsa.client.delivery;

/**
 * What became of a request: exactly one of four, and each of them is true.
 *
 * @param <T> what a request of this kind is answered with
 */
public sealed interface Outcome<T> {

    /** Carried out. */
    record Done<T>(T value) implements Outcome<T> {}

    /** Not carried out, and asking again will not help. */
    record Refused<T>(Refusal refusal, String reason) implements Outcome<T> {}

    /** Not carried out, and never will be; asking again may help. */
    record Unavailable<T>(String reason) implements Outcome<T> {}

    /** Sent but not confirmed: it may or may not have been carried out, or still be. */
    record Unknown<T>(String reason) implements Outcome<T> {}

    /** Of something that was never sent: because all who answer belong to another cluster, or because nobody does. */
    static <T> Outcome<T> unsent(boolean foreign, String reason) {
        return foreign ? new Refused<>(Refusal.FOREIGN, reason) : new Unavailable<>(reason);
    }

    /** Why a request was refused for good. */
    enum Refusal {
        /** The session is unknown: it was closed, has expired, or was evicted because too many were open. */
        SESSION_EXPIRED,
        /** A command with this sequence was settled before, and its reply is no longer kept. */
        SETTLED,
        /** The sequence is too far above the lowest that is still open. */
        BEYOND_WINDOW,
        /** Larger than {@code raft.max-command-size}. */
        TOO_LARGE,
        /** The state machine failed to answer the query. */
        FAILED_QUERY,
        /** This version does not offer it. */
        UNSUPPORTED,
        /** The wanted entries are not in the log of any server. */
        OUT_OF_RANGE,
        /** Every server that answers belongs to another cluster or group than the one that is meant. */
        FOREIGN
    }
}
