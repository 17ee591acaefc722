package io.balsa;

/** How fresh the answer of a query must be, and what that costs. */
public enum Consistency {
    /** Sees every write acknowledged before the query was sent; costs one round of the leader to a majority (§8). */
    LINEARIZABLE,
    /**
     * The same without the round, while the leader holds a lease (thesis §6.4.1). Holds only as long as no clock of a
     * server gains or loses more than {@code raft.read.clock-drift-percent}.
     */
    LEASE,
    /** Served at once by any node from what it has applied; may be arbitrarily old, unless a maximum age is given. */
    STALE
}
