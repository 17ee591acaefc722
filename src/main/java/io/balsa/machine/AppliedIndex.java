package io.balsa.machine;

/** How far a server has applied its log; written by its {@link Applier} once per batch, read by anyone at any time. */
public final class AppliedIndex {
    private volatile long index;

    /** The last index applied, 0 before the first. */
    public long get() {
        return index;
    }

    void advance(long to) {
        index = to;
    }
}
