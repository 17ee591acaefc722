package io.balsa.cli;

/** What a process of Balsa tells the one that started it. Scripts depend on these numbers. */
public enum Exit {
    OK(0),
    /** By the state machine: a compare-and-set that found another value, a key that is not there. */
    REFUSED(1),
    USAGE(2),
    /** No leader, no quorum, or nobody answers, and nothing was sent that could still commit. */
    UNAVAILABLE(3),
    /** Sent, and not confirmed in time: it may be applied now, later, or never. */
    OUTCOME_UNKNOWN(4),
    CORRUPTION(5),
    CONFIGURATION(6),
    /** Refused for safety: another cluster was meant. */
    UNSAFE(7),
    STORAGE_FAILED(8),
    /** Something looks wrong with the cluster, which was asked for. */
    FOUND(9),
    INTERNAL(70);

    private final int code;

    Exit(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }
}
