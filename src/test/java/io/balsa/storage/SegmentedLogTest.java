package io.balsa.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import io.balsa.model.Invariant;
import io.balsa.model.LogEntry;
import io.balsa.sim.SimDisk;
import io.balsa.sim.SimDisk.Operation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SegmentedLogTest {
    private final SimDisk disk = new SimDisk();
    private Storage storage = Folder.open(disk);

    @Test
    void aBatchOfManyBlocksIsOneWriteAndOneSync() throws Exception {
        List<Entries> blocks = new ArrayList<>();
        for (int index = 1; index <= 20; index++) {
            blocks.addAll(Folder.entries(index, index, 1));
        }
        int writes = disk.count(Operation.WRITE);
        int syncs = disk.count(Operation.FORCE);

        log().append(1, blocks);
        log().sync();
        log().sync();

        assertThat(disk.count(Operation.WRITE)).isEqualTo(writes + 1);
        assertThat(disk.count(Operation.FORCE)).isEqualTo(syncs + 1);
    }

    @Test
    void aSyncNeverMakesAFileGrow() throws Exception {
        append(1, 5);

        assertThat(disk.bytes(Segment.name(1))).hasSize(Folder.SEGMENT);
    }

    @Test
    void aPreparedSpareLeavesNothingBigToDoAtTheRoll() throws Exception {
        while (!log().wantsSpare()) {
            append(log().last().index() + 1, 1);
        }
        log().prepareSpare();
        assertThat(log().wantsSpare()).isFalse();
        int writes = disk.count(Operation.WRITE);
        long from = log().last().index() + 1;

        append(from, 45);

        assertThat(disk.list("log")).hasSize(2).doesNotContain("spare");
        assertThat(disk.count(Operation.WRITE)).isEqualTo(writes + 2);
    }

    /** Just before the next segment gets its own name, somebody prepares a spare, which has the name it had before. */
    @Test
    void aSpareThatIsPreparedDuringARollIsAnotherFile() throws Exception {
        append(1, 90);
        Thread preparing = new Thread(this::prepareSpare);
        disk.onForce(() -> {
            disk.onForce(() -> {});
            preparing.start();
            while (preparing.getState() != Thread.State.BLOCKED && preparing.isAlive()) {
                Thread.onSpinWait();
            }
        });
        append(91, 20);
        preparing.join();

        assertThat(disk.list("log")).contains("spare").hasSize(3);
        assertThat(log().read(91, 110, 1 << 20).count()).isEqualTo(20);
        reopen();
        assertThat(log().last().index()).isEqualTo(110);
    }

    @Test
    void aBatchLargerThanASegmentGetsASegmentOfItsOwn() throws Exception {
        append(1, 3);
        append(4, 500);
        append(504, 3);
        reopen();

        assertThat(log().last().index()).isEqualTo(506);
        assertThat(disk.bytes(Segment.name(4)).length).isGreaterThan(500 * 33);
        assertThat(log().read(503, 506, 1 << 20).last().index()).isEqualTo(503);
        assertThat(log().read(504, 506, 1 << 20).count()).isEqualTo(3);
    }

    /** Its segment is there already, with nothing in it but a seal, and too small by that: another takes its name. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void aLargeBatchThatAPowerCutToreIsDurableWhenItComesAgain(long seed) throws Exception {
        append(1, 3);
        log().append(log().epoch(), Folder.entries(4, 503, 1));
        disk.crashPower(new SplittableRandom(seed));
        storage = Folder.open(disk);
        long from = log().last().index() + 1;
        append(from, 500);

        disk.crashPower(new SplittableRandom(seed));

        storage = Folder.open(disk);
        assertThat(log().last().index()).isEqualTo(from + 499);
    }

    @Test
    void aReadEndsAtTheIndexOrTheBytesAskedForButNeverBeforeOneEntry() throws Exception {
        append(1, 10);

        assertThat(log().read(4, 6, 1 << 20).count()).isEqualTo(3);
        assertThat(log().read(4, 9, 1).count()).isEqualTo(1);
        assertThat(log().read(11, 20, 1 << 20).isEmpty()).isTrue();
        assertThat(log().read(0, 20, 1 << 20).isEmpty()).isTrue();
    }

    @Test
    void aReadOfDamageThatCameAfterTheStartIsCorruption() throws Exception {
        append(1, 3);
        disk.flip(Segment.name(1), Segment.BODY + BatchHeader.SIZE + 20, 3);

        assertThatThrownBy(() -> log().read(1, 3, 1 << 20))
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining(Segment.name(1));
    }

    @Test
    void onAFullDiskNothingIsChangedAndTheSameBatchFitsLater() throws Exception {
        append(1, 50);
        disk.full(true);
        EntryId last = log().last();
        List<Entries> more = Folder.entries(last.index() + 1, last.index() + 60, 1);

        assertThatThrownBy(() -> log().append(1, more)).isInstanceOf(StorageFullException.class);
        assertThat(log().last()).isEqualTo(last);
        assertThat(disk.list("log")).hasSize(1);
        disk.full(false);
        log().append(1, more);
        log().sync();

        disk.crashPower(new SplittableRandom(1));
        storage = Folder.open(disk);
        assertThat(log().last().index()).isEqualTo(last.index() + 60);
    }

    @ParameterizedTest
    @EnumSource(
            value = Operation.class,
            names = {"WRITE", "FORCE"})
    void afterAFailureNothingIsAcknowledgedAnyMore(Operation operation) throws Exception {
        append(1, 3);
        disk.failNext(operation);

        assertThatThrownBy(() -> append(4, 1)).isInstanceOf(StorageException.class);

        assertThatThrownBy(() -> log().sync()).isInstanceOf(StorageException.class);
        assertThatThrownBy(() -> log().append(1, Folder.entries(5, 5, 1))).isInstanceOf(StorageException.class);
        assertThatThrownBy(() -> log().truncateFrom(5, 1)).isInstanceOf(StorageException.class);
        assertThatThrownBy(() -> log().seal()).isInstanceOf(StorageException.class);
    }

    /** After a failed sync the cache shows bytes that the disk does not have, and another sync would not write them. */
    @Test
    void whatAFailedSyncLeftInTheCacheIsWrittenAgainBeforeItCounts() throws Exception {
        append(1, 3);
        disk.failNext(Operation.FORCE);
        assertThatThrownBy(() -> append(4, 2)).isInstanceOf(StorageException.class);
        disk.crashProcess();
        storage = Folder.open(disk);
        assertThat(log().last().index()).isEqualTo(5);

        disk.crashPower(new SplittableRandom(1));

        storage = Folder.open(disk);
        assertThat(log().last().index()).isEqualTo(5);
    }

    @Test
    void aSealIsWrittenOnceAndNotSynced() throws Exception {
        append(1, 3);
        int writes = disk.count(Operation.WRITE);
        int syncs = disk.count(Operation.FORCE);

        log().seal();
        log().seal();

        assertThat(disk.count(Operation.WRITE)).isEqualTo(writes + 1);
        assertThat(disk.count(Operation.FORCE)).isEqualTo(syncs);
    }

    @Test
    void whatStoodBehindACutIsZeroBeforeAnythingIsWrittenThere() throws Exception {
        append(1, 10);
        int end = disk.bytes(Segment.name(1)).length;
        log().truncateFrom(log().epoch() + 1, 1);

        byte[] bytes = disk.bytes(Segment.name(1));

        assertThat(Arrays.copyOfRange(bytes, Segment.BODY, end)).containsOnly(0);
        assertThat(log().last()).isEqualTo(EntryId.NONE);
    }

    @Test
    void aCutForWhichThereIsNoRoomChangesNothingAndIsPossibleLater() throws Exception {
        append(1, 90);
        disk.full(true);

        assertThatThrownBy(() -> log().truncateFrom(log().epoch() + 1, 85)).isInstanceOf(StorageFullException.class);
        assertThat(log().read(1, 90, 1 << 20).last()).isEqualTo(new EntryId(90, 1));

        disk.full(false);
        log().truncateFrom(log().epoch(), 85);
        reopen();
        assertThat(log().last()).isEqualTo(new EntryId(84, 1));
    }

    @Test
    void whatWillBeCutIsNotReadAnyMore() throws Exception {
        append(1, 10);
        log().announceTruncation(2, 9);
        log().announceTruncation(3, 7);
        assertThat(log().read(1, 10, 1 << 20).last().index()).isEqualTo(6);

        log().truncateFrom(2, 9);
        assertThat(log().read(1, 10, 1 << 20).last().index()).isEqualTo(6);
        log().truncateFrom(3, 7);
        log().append(3, Folder.entries(7, 8, 3));

        assertThat(log().read(1, 10, 1 << 20).last()).isEqualTo(new EntryId(8, 3));
    }

    @Test
    void aTruncatedAndRewrittenEntryIsTheNewOneAfterAPowerCut() throws Exception {
        append(1, 90);
        log().truncateFrom(log().epoch() + 1, 15);
        log().append(log().epoch(), Folder.entries(15, 20, 2));
        log().sync();

        disk.crashPower(new SplittableRandom(3));

        storage = Folder.open(disk);
        assertThat(log().last()).isEqualTo(new EntryId(20, 2));
        assertThat(log().read(14, 16, 1 << 20).toList())
                .extracting(LogEntry::term)
                .containsExactly(1L, 2L, 2L);
    }

    @Test
    void theEpochIsAboveAllOnDiskAfterARestart() throws Exception {
        log().append(41, Folder.entries(1, 1, 1));
        log().sync();
        reopen();

        assertThat(log().epoch()).isEqualTo(42);
        assertThatThrownBy(() -> log().append(41, Folder.entries(2, 2, 1))).isInstanceOf(Invariant.Violated.class);
    }

    @Test
    void aGapIsNeverWritten() {
        assertThatThrownBy(() -> log().append(1, Folder.entries(2, 3, 1))).isInstanceOf(Invariant.Violated.class);
    }

    private void prepareSpare() {
        try {
            log().prepareSpare();
        } catch (StorageFullException e) {
            throw new IllegalStateException(e);
        }
    }

    private SegmentedLog log() {
        return storage.log();
    }

    private void append(long from, int count) throws StorageFullException {
        log().append(log().epoch(), Folder.entries(from, from + count - 1, 1));
        log().sync();
    }

    private void reopen() {
        storage.close();
        storage = Folder.open(disk);
    }
}
