package io.balsa.measure;

import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;

/** How often values of which size came, since the start. Any thread may add, and any may read. */
public final class Histogram {
    private final long[] bounds;
    private final LongAdder[] counts;
    private final LongAdder sum = new LongAdder();

    /**
     * @param bounds the largest value of each bucket but the last, which has none; ascending
     */
    Histogram(long... bounds) {
        this.bounds = bounds.clone();
        this.counts = new LongAdder[bounds.length + 1];
        Arrays.setAll(counts, bucket -> new LongAdder());
    }

    /**
     * What was counted so far.
     *
     * @param bounds the largest value of each bucket but the last
     * @param counts of each bucket, one more than there are bounds
     * @param sum of all values
     */
    public record Counts(long[] bounds, long[] counts, long sum) {}

    void add(long value) {
        int bucket = 0;
        while (bucket < bounds.length && value > bounds[bucket]) {
            bucket++;
        }
        counts[bucket].increment();
        sum.add(value);
    }

    /** What was counted so far; values that come meanwhile may be in it or not. */
    public Counts counts() {
        return new Counts(
                bounds.clone(), Arrays.stream(counts).mapToLong(LongAdder::sum).toArray(), sum.sum());
    }
}
