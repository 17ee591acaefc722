package io.balsa.client.delivery;

import java.util.TreeSet;

/**
 * A client's session: numbers its commands, so that each is applied once however often it is sent (§8).
 *
 * <p>The cluster keeps replies from {@link #firstUnacknowledged} on, and accepts sequences up to a window above it.
 */
final class Session {
    private final long id;
    /** The first sequences of batches that are not settled. */
    private final TreeSet<Long> open = new TreeSet<>();

    private long next = 1;
    private long window;

    /**
     * @param id given by the cluster
     * @param window how many sequences may be used above the lowest one that is not settled
     */
    Session(long id, long window) {
        this.id = id;
        this.window = window;
    }

    long id() {
        return id;
    }

    /** How many more commands may be sent now. */
    long room() {
        return window - (next - firstUnacknowledged());
    }

    /** Numbers the next {@code count} commands; returns the first of their sequences. */
    long number(int count) {
        long first = next;
        open.add(first);
        next += count;
        return first;
    }

    /** The commands from this sequence on are part of a batch that was divided. */
    void keepOpen(long firstSequence) {
        open.add(firstSequence);
    }

    /** These commands have been answered, or given up for good. */
    void settle(long firstSequence) {
        open.remove(firstSequence);
    }

    /** No reply below this one will be asked for again. */
    long firstUnacknowledged() {
        return open.isEmpty() ? next : open.first();
    }

    /** The cluster's window has turned out to be smaller than was thought. */
    void narrow() {
        window = Math.max(1, window / 2);
    }
}
