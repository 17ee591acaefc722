package io.balsa.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.model.EntryId;
import io.balsa.sim.SimDisk;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The empty batch that records the last sync, which nobody syncs for its own sake. */
final class SealTest {

    /** The header that said how far the log is synced may be among what is cut. */
    @Test
    void afterATruncationWhatIsLeftIsKnownToBeSyncedAgain() throws Exception {
        SimDisk disk = new SimDisk();
        SegmentedLog log = Folder.open(disk).log();
        log.append(1, Folder.entries(1, 3, 1));
        log.sync();
        log.append(1, Folder.entries(4, 5, 1));
        log.sync();
        log.truncateFrom(2, 4);
        log.seal();
        disk.crashProcess();

        assertThat(Folder.open(disk).syncedThrough()).isEqualTo(3);
    }

    /** As above, when it is a torn tail that is cut. */
    @Test
    void afterATornTailWhatIsLeftIsKnownToBeSyncedAgain() throws Exception {
        SimDisk disk = new SimDisk();
        SegmentedLog log = Folder.open(disk).log();
        log.append(1, Folder.entries(1, 3, 1));
        log.sync();
        log.append(1, Folder.entries(4, 4, 1));
        disk.crashProcess();
        int tail = new String(disk.bytes(Segment.name(1)), StandardCharsets.ISO_8859_1).indexOf("4@1 of a command");
        disk.flip(Segment.name(1), tail, 0);
        Storage recovered = Folder.open(disk);
        assertThat(recovered.tornTail().orElseThrow().firstLost()).isEqualTo(4);
        recovered.close();

        assertThat(Folder.open(disk).syncedThrough()).isEqualTo(3);
    }

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

    /** A segment in which nothing but a seal stands gives way to a larger one, which cannot be chained to that seal. */
    @Test
    void aBatchThatIsTooLargeForTheRoomBehindASealSurvives() throws Exception {
        SimDisk disk = new SimDisk();
        SegmentedLog log = Folder.open(disk).log();
        log.append(1, Folder.entries(1, 3, 1));
        log.sync();
        log.append(1, Folder.entries(4, 200, 1));
        assertThat(disk.bytes(Segment.name(4)).length).isGreaterThan(Folder.SEGMENT);
        disk.crashProcess();
        int first = new String(disk.bytes(Segment.name(4)), StandardCharsets.ISO_8859_1).indexOf("4@1 of a command");
        disk.flip(Segment.name(4), first, 0);
        log = Folder.open(disk).log();
        assertThat(log.last()).isEqualTo(new EntryId(3, 1));

        log.append(log.epoch(), Folder.entries(4, 200, 1));
        log.sync();
        disk.crashProcess();

        Storage again = Folder.open(disk);
        assertThat(again.log().last()).isEqualTo(new EntryId(200, 1));
        assertThat(again.tornTail()).isEmpty();
    }
}
