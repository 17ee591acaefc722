package io.balsa.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.model.EntryId;
import io.balsa.sim.SimDisk;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The empty batch that records the last sync, which nobody syncs for its own sake. */
final class SealTest {

    /** The first segment of a chain may not be lost because the seal before it was. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whatFollowsASealInTheNextSegmentSurvivesAPowerCut(long seed) throws Exception {
        SimDisk disk = new SimDisk();
        SegmentedLog log = Folder.open(disk).log();
        log.append(1, Folder.entries(1, 40, 1));
        log.sync();
        log.seal();
        int before = log.segmentCount();
        log.append(1, Folder.entries(41, 80, 1));
        log.sync();
        assertThat(log.segmentCount()).isGreaterThan(before);

        disk.crashPower(new SplittableRandom(seed));

        assertThat(Folder.open(disk).log().last()).isEqualTo(new EntryId(80, 1));
    }
}
