package io.balsa.cli.load;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;

/** Counts what is carried out and how long it takes, and what is not; for any number of threads. */
public final class Times {
    /** Longer answers are counted as this long. */
    private static final long HIGHEST = TimeUnit.MINUTES.toNanos(1);

    private final ConcurrentHistogram times = new ConcurrentHistogram(HIGHEST, 3);
    private final LongAdder errors = new LongAdder();

    /** A command was carried out, within this time. */
    public void done(long nanos) {
        times.recordValue(Math.min(HIGHEST, Math.max(0, nanos)));
    }

    public void failed() {
        errors.increment();
    }

    /**
     * All so far.
     *
     * @param nanos how long the run has taken
     */
    public Load after(long nanos) {
        return new Load(times, errors.sum(), nanos);
    }
}
