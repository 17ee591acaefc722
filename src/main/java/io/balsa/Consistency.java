package io.balsa;

/** How fresh the answer of a query must be, and what that costs. */
public enum Consistency {
    /** Sees every write acknowledged before the query was sent; costs one round of the leader to a majority (§8). */
    LINEARIZABLE,
    /** Served by a leader within its lease, on monotonic time; not offered by this version, refused. */
    LEASE,
    /** Served at once by any node from what it has applied; may be arbitrarily old. */
    STALE
}
