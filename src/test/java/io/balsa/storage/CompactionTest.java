package io.balsa.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import io.balsa.sim.SimDisk;
import io.balsa.storage.snapshot.SnapshotStoreTest;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Snapshot and log together: which beginnings of the state are accepted, and what a crash may leave (§7). */
final class CompactionTest {
    private final SimDisk disk = new SimDisk();
    private Storage storage = Folder.open(disk);

    @Test
    void whatASnapshotCoversIsDroppedByWholeSegments() throws Exception {
        append(1, 300, 1);
        snapshot(200, 1);

        storage.log().compact(200, 0);
        tidy(storage);

        assertThat(storage.log().firstIndex()).isBetween(2L, 201L);
        assertThat(storage.log().read(storage.log().firstIndex() - 1, 300, 1 << 20))
                .isEqualTo(Entries.EMPTY);
        assertThat(storage.log().read(201, 300, 1).first()).isEqualTo(new EntryId(201, 1));
        reopen();
        assertThat(storage.log().last()).isEqualTo(new EntryId(300, 1));
        assertThat(storage.snapshot().orElseThrow().snapshot().last()).isEqualTo(new EntryId(200, 1));
        assertThat(storage.log().terms().base()).isEqualTo(storage.log().base());
    }

    /** The first entry of a segment may not fit into it: the larger one that follows has the same name. */
    @Test
    void anEmptySegmentIsReplacedByALargerOne() throws Exception {
        storage.log().append(storage.log().epoch(), Folder.entries(1, 300, 1));
        append(301, 400, 1);
        snapshot(400, 1);

        storage.log().compact(400, 0);
        tidy(storage);
        append(401, 500, 1);
        reopen();

        assertThat(storage.log().last()).isEqualTo(new EntryId(500, 1));
        assertThat(storage.log().firstIndex()).isGreaterThan(300);
    }

    @Test
    void aTailStaysForSlowFollowers() throws Exception {
        append(1, 300, 1);
        snapshot(300, 1);

        storage.log().compact(300, 2 * Folder.SEGMENT);
        tidy(storage);

        assertThat(disk.list("log").stream().filter(name -> name.endsWith(".log")))
                .hasSize(2);
        storage.log().compact(300, 0);
        tidy(storage);
        assertThat(disk.list("log").stream().filter(name -> name.endsWith(".log")))
                .hasSize(1);
    }

    @Test
    void aCompactedLogIsWrittenTruncatedAndCompactedOn() throws Exception {
        append(1, 300, 1);
        snapshot(200, 1);
        storage.log().compact(200, 0);
        tidy(storage);

        storage.log().truncateFrom(storage.log().epoch() + 1, 250);
        append(250, 400, 2);
        snapshot(380, 2);
        storage.log().compact(380, 0);
        tidy(storage);
        reopen();

        assertThat(storage.log().last()).isEqualTo(new EntryId(400, 2));
        assertThat(storage.log().firstIndex()).isGreaterThan(250);
    }

    @Test
    void aLogThatEndsBeforeTheSnapshotBeginsAnewBehindIt() throws Exception {
        append(1, 150, 1);
        snapshot(200, 3);

        reopen();

        assertThat(storage.log().last()).isEqualTo(new EntryId(200, 3));
        assertThat(storage.log().terms().last()).isEqualTo(new EntryId(200, 3));
        assertThat(storage.log().firstIndex()).isEqualTo(201);
        append(201, 210, 4);
        reopen();
        assertThat(storage.log().last()).isEqualTo(new EntryId(210, 4));
    }

    @Test
    void aLogOfAnotherPastBeginsAnewBehindTheSnapshot() throws Exception {
        append(1, 250, 1);
        snapshot(200, 3);

        reopen();

        assertThat(storage.log().last()).isEqualTo(new EntryId(200, 3));
    }

    @Test
    void aMatchingSuffixIsKept() throws Exception {
        append(1, 250, 1);
        snapshot(200, 1);

        reopen();

        assertThat(storage.log().last()).isEqualTo(new EntryId(250, 1));
    }

    @Test
    void aDamagedSnapshotIsPassedOverWhileTheLogHoldsWhatItStoodFor() throws Exception {
        append(1, 250, 1);
        snapshot(100, 1);
        String newest = snapshot(200, 1);
        disk.flip(newest, 30, 1);

        reopen();

        assertThat(storage.snapshot().orElseThrow().snapshot().last()).isEqualTo(new EntryId(100, 1));
        assertThat(storage.warning().orElseThrow()).contains(newest);
        assertThat(disk.names()).doesNotContain(newest).contains(newest + ".damaged");
        reopen();
        assertThat(storage.warning()).isEmpty();
    }

    @Test
    void aDamagedSnapshotIsRefusedWhenTheLogBeforeItIsGone() throws Exception {
        append(1, 300, 1);
        String newest = snapshot(290, 1);
        storage.log().compact(290, 0);
        tidy(storage);
        storage.close();
        disk.flip(newest, 90, 1);

        assertThatThrownBy(() -> Folder.open(disk))
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining("are missing");
    }

    @Test
    void aDamagedSnapshotIsRefusedWhenTheLogEndsBeforeIt() throws Exception {
        append(1, 150, 1);
        String newest = snapshot(200, 1);
        storage.close();
        disk.flip(newest, 90, 1);

        assertThatThrownBy(() -> Folder.open(disk))
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining(newest);
    }

    @Test
    void aMissingBeginningIsRefused() throws Exception {
        append(1, 300, 1);
        storage.close();
        disk.remove(Segment.name(1));

        assertThatThrownBy(() -> Folder.open(disk))
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining("are missing");
    }

    @Test
    void nothingIsReadOfALogThatIsToBeginAnew() throws Exception {
        append(1, 150, 1);
        storage.log().announceTruncation(storage.log().epoch() + 1, 0);
        assertThat(storage.log().read(1, 150, 1 << 20)).isEqualTo(Entries.EMPTY);

        storage.log().restart(storage.log().epoch() + 1, new EntryId(200, 3));
        assertThat(storage.log().read(1, 150, 1 << 20)).isEqualTo(Entries.EMPTY);
        append(201, 202, 3);
        assertThat(storage.log().read(201, 202, 1 << 20).count()).isEqualTo(2);
    }

    @Test
    void aFullDiskDropsNothing() throws Exception {
        append(1, 150, 1);
        disk.full(true);
        assertThatThrownBy(() -> storage.log().restart(storage.log().epoch() + 1, new EntryId(200, 3)))
                .isInstanceOf(StorageFullException.class);

        assertThat(storage.log().last()).isEqualTo(new EntryId(150, 1));
        disk.full(false);
        storage.log().restart(storage.log().epoch() + 1, new EntryId(200, 3));
        assertThat(storage.log().last()).isEqualTo(new EntryId(200, 3));
    }

    /** Whatever operation is the last: the state is that of before or after, nothing acknowledged is lost. */
    @Test
    void aCrashAtAnyOperationLeavesTheStateBeforeOrAfter() throws Exception {
        SplittableRandom random = new SplittableRandom(11);
        long first = scriptedBeginning(new SimDisk()).operations();
        long whole = scriptedEnd(scriptedBeginning(new SimDisk())).operations();

        assertThat(whole - first).isGreaterThan(25);
        for (long round = 0; round < 4 * (whole - first); round++) {
            SimDisk broken = scriptedBeginning(new SimDisk());
            broken.crashAt(first + round % (whole - first));
            try {
                scriptedEnd(broken);
            } catch (SimDisk.Crash crash) {
                crash(broken, random);
            }
            comesBack(broken, random);
        }
    }

    private static void crash(SimDisk broken, SplittableRandom random) {
        broken.crashProcess();
        if (random.nextBoolean()) {
            broken.crashAt(broken.operations() + random.nextInt(12));
            try {
                Folder.open(broken).close();
            } catch (SimDisk.Crash again) {
                // In the middle of recovery; when that was shorter, the crash is still to come.
            }
        }
        broken.crashPower(random);
    }

    private static SimDisk scriptedBeginning(SimDisk disk) throws Exception {
        Storage storage = Folder.open(disk);
        append(storage, 1, 200, 1);
        storage.close();
        return disk;
    }

    /** A snapshot and a compaction of its own, then the snapshot of a leader whose log is another. */
    private static SimDisk scriptedEnd(SimDisk disk) throws Exception {
        Storage storage = Folder.open(disk);
        snapshot(storage, 150, 1);
        storage.log().compact(150, 0);
        tidy(storage);
        append(storage, 201, 260, 1);
        snapshot(storage, 240, 2);
        storage.log().restart(storage.log().epoch() + 1, new EntryId(240, 2));
        append(storage, 241, 250, 2);
        storage.close();
        return disk;
    }

    private static void comesBack(SimDisk disk, SplittableRandom random) throws Exception {
        Storage storage = Folder.open(disk);
        EntryId last = storage.log().last();
        long reach =
                storage.snapshot().map(file -> file.snapshot().last().index()).orElse(0L);
        assertThat(last.index()).isGreaterThanOrEqualTo(200);
        assertThat(storage.log().base().index()).isLessThanOrEqualTo(reach);
        assertThat(last.term()).isEqualTo(reach == 240 ? 2 : 1);
        assertThat(disk.list("snapshot")).noneMatch(name -> name.endsWith(".draft"));
        disk.crashPower(random);

        Storage again = Folder.open(disk);
        assertThat(again.log().last()).isEqualTo(last);
        append(again, last.index() + 1, last.index() + 70, 9);
        disk.crashPower(random);
        assertThat(Folder.open(disk).log().last().index()).isEqualTo(last.index() + 70);
    }

    private void append(long from, long to, long term) throws Exception {
        append(storage, from, to, term);
    }

    /** In batches that leave some segments to be filled. */
    private static void append(Storage storage, long from, long to, long term) throws Exception {
        for (long at = from; at <= to; at += 20) {
            List<Entries> block = Folder.entries(at, Math.min(to, at + 19), term);
            storage.log().append(storage.log().epoch(), block);
        }
        storage.log().sync();
    }

    private String snapshot(long index, long term) throws Exception {
        return snapshot(storage, index, term);
    }

    private static String snapshot(Storage storage, long index, long term) throws Exception {
        storage.snapshots().write(SnapshotStoreTest.snapshot(index, term), out -> {}, out -> out.write(7));
        return storage.snapshots().publish(new EntryId(index, term), 2).name();
    }

    private static void tidy(Storage storage) throws Exception {
        while (storage.log().tidy()) {
            assertThat(storage.log().base()).isNotEqualTo(EntryId.NONE);
        }
    }

    private void reopen() {
        storage.close();
        storage = Folder.open(disk);
    }
}
