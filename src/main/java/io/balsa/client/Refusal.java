package io.balsa.client;

/** Why a request was refused for good. */
public enum Refusal {
    /** The session is unknown: it was closed, or evicted because too many were open. */
    SESSION_EXPIRED,
    /** A command with this sequence was settled before, and its reply is no longer kept. */
    SETTLED,
    /** The sequence is too far above the lowest that is still open. */
    BEYOND_WINDOW,
    /** Larger than {@code raft.max-command-size}. */
    TOO_LARGE,
    /** This version does not offer it. */
    UNSUPPORTED,
    /** The wanted entries are no longer in the log of any server. */
    OUT_OF_RANGE
}
