package io.balsa.cli.load;

import org.HdrHistogram.Histogram;

/**
 * What one run of a load has come to.
 *
 * @param times of the commands that were carried out, ns
 * @param errors commands that were not, or of which nobody knows
 * @param nanos from the first command sent to the last one answered
 */
public record Load(Histogram times, long errors, long nanos) {
    public double opsPerSecond() {
        return times.getTotalCount() * 1e9 / nanos;
    }

    /** The time within which this percentage of the commands was carried out, ns. */
    public long percentile(double percentage) {
        return times.getValueAtPercentile(percentage);
    }
}
