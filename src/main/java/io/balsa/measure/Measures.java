package io.balsa.measure;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/** What one node measures of itself. Any thread may tell it something, and any may ask. */
public final class Measures {
    /** The reason for messages that the gate does not admit. */
    public static final String NOT_ADMITTED = "NOT_ADMITTED";

    /** Nanoseconds: from what a disk with a cache of its own needs to what ends in an election. */
    private static final long[] DURATIONS = LongStream.of(
                    100,
                    250,
                    500,
                    1_000,
                    2_500,
                    5_000,
                    10_000,
                    25_000,
                    50_000,
                    100_000,
                    250_000,
                    500_000,
                    1_000_000,
                    2_500_000,
                    10_000_000)
            .map(TimeUnit.MICROSECONDS::toNanos)
            .toArray();

    private static final long[] SIZES = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 4096, 16_384};

    private final Histogram syncs = new Histogram(DURATIONS);
    private final Histogram batches = new Histogram(SIZES);
    private final Histogram commits = new Histogram(DURATIONS);
    private final Lately lately = new Lately();
    private final Tally<Class<?>> sent = new Tally<>();
    private final Tally<Class<?>> received = new Tally<>();
    private final Tally<String> refused = new Tally<>();
    private volatile long fullSince;
    private volatile boolean full;

    /**
     * Values of the last one to two minutes.
     *
     * @param count how many
     * @param mean of them, nanoseconds
     * @param largest of them, nanoseconds
     */
    public record Recent(long count, long mean, long largest) {}

    /**
     * The log was synced.
     *
     * @param now when that was done, monotonic, nanoseconds
     * @param took nanoseconds
     * @param entries that were written and not synced before
     */
    public void synced(long now, long took, long entries) {
        syncs.add(took);
        batches.add(entries);
        lately.add(now, took);
    }

    /**
     * What a client sent to this leader is committed.
     *
     * @param took since it was appended, nanoseconds
     */
    public void committed(long took) {
        commits.add(took);
    }

    /**
     * The disk has no room for more of the log, or has room again.
     *
     * @param now monotonic, nanoseconds
     */
    public void noteRoom(long now, boolean enough) {
        fullSince = now;
        full = !enough;
    }

    /** Messages to other nodes, by their type; those that did not arrive are among them. */
    public Tally<Class<?>> sent() {
        return sent;
    }

    /** Messages from other nodes, by their type; those that were refused are among them. */
    public Tally<Class<?>> received() {
        return received;
    }

    /** Requests and messages that this node did nothing about, by the reason it has. */
    public Tally<String> refused() {
        return refused;
    }

    /** How long syncs of the log took, nanoseconds. */
    public Histogram syncs() {
        return syncs;
    }

    /** How many entries one sync made durable. */
    public Histogram batches() {
        return batches;
    }

    /** How long it took until what clients sent was committed, nanoseconds. */
    public Histogram commits() {
        return commits;
    }

    /**
     * How long syncs took of late.
     *
     * @param now monotonic, nanoseconds
     */
    public Recent recentSyncs(long now) {
        return lately.read(now);
    }

    /**
     * How long the disk has had no room, milliseconds; -1 when it has.
     *
     * @param now monotonic, nanoseconds
     */
    public long fullMillis(long now) {
        return full ? Duration.ofNanos(now - fullSince).toMillis() : -1;
    }
}
