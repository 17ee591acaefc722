package io.balsa.measure;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.measure.Measures.Recent;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class MeasuresTest {
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();
    private static final long MS = Duration.ofMillis(1).toNanos();

    private final Measures measures = new Measures();

    @Test
    void aSyncIsCountedByItsTimeAndByWhatItMadeDurable() {
        measures.synced(0, 3 * MS, 5);
        measures.synced(0, 20_000 * MS, 100_000);

        assertThat(measures.syncs().counts().sum()).isEqualTo(20_003 * MS);
        assertThat(count(measures.syncs(), 5 * MS)).isEqualTo(1);
        assertThat(count(measures.batches(), 8)).isEqualTo(1);
        assertThat(last(measures.syncs())).isEqualTo(1);
        assertThat(last(measures.batches())).isEqualTo(1);
    }

    @Test
    void aValueOnABoundBelongsBelowIt() {
        measures.committed(5 * MS);

        assertThat(count(measures.commits(), 5 * MS)).isEqualTo(1);
    }

    @Test
    void whatIsOlderThanTwoMinutesIsForgotten() {
        long begin = -3 * MINUTE;
        measures.synced(begin, 10, 1);
        measures.synced(begin + MINUTE, 30, 1);

        assertThat(measures.recentSyncs(begin + MINUTE)).isEqualTo(new Recent(2, 20, 30));
        assertThat(measures.recentSyncs(begin + 2 * MINUTE)).isEqualTo(new Recent(1, 30, 30));
        assertThat(measures.recentSyncs(begin + 3 * MINUTE)).isEqualTo(new Recent(0, 0, 0));
        measures.synced(begin + 3 * MINUTE, 50, 1);
        assertThat(measures.recentSyncs(begin + 3 * MINUTE)).isEqualTo(new Recent(1, 50, 50));
    }

    @Test
    void aFullDiskIsTimedUntilThereIsRoom() {
        assertThat(measures.fullMillis(7)).isEqualTo(-1);
        measures.noteRoom(5 * MS, false);
        assertThat(measures.fullMillis(9 * MS)).isEqualTo(4);
        measures.noteRoom(10 * MS, true);
        assertThat(measures.fullMillis(11 * MS)).isEqualTo(-1);
    }

    private static long count(Histogram histogram, long bound) {
        Histogram.Counts counts = histogram.counts();
        return counts.counts()[Arrays.binarySearch(counts.bounds(), bound)];
    }

    private static long last(Histogram histogram) {
        long[] counts = histogram.counts().counts();
        return counts[counts.length - 1];
    }
}
