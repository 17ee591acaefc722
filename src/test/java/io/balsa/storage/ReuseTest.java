package io.balsa.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.model.EntryId;
import io.balsa.sim.SimDisk;
import io.balsa.sim.SimDisk.Operation;
import io.balsa.storage.offline.Examination;
import io.balsa.storage.snapshot.SnapshotStoreTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Segments written into files that were segments before: what they held then is never taken for the log. */
final class ReuseTest {
    private static final int BATCH = 20;

    private SimDisk disk = new SimDisk();
    private Storage storage;
    private List<EntryId> written = new ArrayList<>();
    private int acknowledged;

    @Test
    void aDroppedSegmentBecomesTheNextWithoutAnyZeroBeingWritten() throws IOException {
        liveUntilSomethingIsDropped();
        assertThat(disk.list("log")).filteredOn(name -> name.endsWith(".old")).hasSize(4);
        int writes = disk.count(Operation.WRITE);

        storage.log().prepareSpare();

        assertThat(disk.count(Operation.WRITE)).isEqualTo(writes);
        assertThat(disk.list("log")).filteredOn(name -> name.endsWith(".old")).hasSize(3);
    }

    @Test
    void noMoreIsKeptThanMayBeAndNothingOfAnotherSize() throws IOException {
        liveUntilSomethingIsDropped();
        storage.close();

        Storage.open(disk, options(Folder.SEGMENT, 2 * Folder.SEGMENT)).close();
        assertThat(disk.list("log")).filteredOn(name -> name.endsWith(".old")).hasSize(2);

        Storage.open(disk, options(2 * Folder.SEGMENT, Folder.REUSE)).close();
        assertThat(disk.list("log")).noneMatch(name -> name.endsWith(".old"));
    }

    /** A snapshot needs the room more, and so may others. */
    @Test
    void onADiskThatFillsUpAllAreGivenBack() throws IOException {
        int reuse = 4 << 20;
        storage = Storage.open(disk, options(Folder.SEGMENT, reuse));
        append(400, 1);
        compact(350);
        disk.saysRoom(reuse);
        storage.log().prepareSpare();
        assertThat(disk.list("log")).anyMatch(name -> name.endsWith(".old"));
        disk.saysRoom(reuse - 1);

        storage.log().prepareSpare();

        assertThat(disk.list("log")).noneMatch(name -> name.endsWith(".old"));
        append(200, 1);
        compact(550);
        assertThat(disk.list("log")).noneMatch(name -> name.endsWith(".old"));
    }

    /** Whoever opens the folder of a stopped server to repair it leaves them there. */
    @Test
    void theyAreKeptByARepair() throws IOException {
        liveUntilSomethingIsDropped();
        storage.close();
        disk.saysRoom(1L << 40);

        Examination.open(disk).close();

        assertThat(disk.list("log")).filteredOn(name -> name.endsWith(".old")).hasSize(4);
    }

    @Test
    void withoutAnyToBeKeptAllAreDeleted() throws IOException {
        StorageOptions none = options(Folder.SEGMENT, 0);
        storage = Storage.open(disk, none);
        append(200, 1);
        compact(150);

        assertThat(disk.list("log")).allMatch(name -> name.endsWith(".log"));
    }

    /** Recovery rewrites, cuts and continues such segments too, whenever and however the server was broken off. */
    @ParameterizedTest
    @EnumSource(ScriptedLife.Kind.class)
    void whatWasAcknowledgedSurvivesACrashAtAnyOperation(ScriptedLife.Kind kind) throws IOException {
        SplittableRandom random = new SplittableRandom(17);
        liveUntilSomethingIsDropped();
        long first = disk.operations();
        liveOn();
        long whole = disk.operations();
        assertThat(whole - first).isGreaterThan(80);

        for (long round = 0; round < whole - first; round++) {
            begin();
            liveUntilSomethingIsDropped();
            disk.crashAt(first + round);
            assertThatThrownBy(this::liveOn).isInstanceOf(SimDisk.Crash.class);
            crash(kind, random);
            comesBack();
            disk.crashPower(random);
            comesBack();
            append(200, 9);
            disk.crashPower(random);
            comesBack();
            assertThat(storage.warning()).isEmpty();
        }
    }

    /** A write that did not get all the way leaves what stood there before, which is anything but zeros. */
    @Test
    void ofATornBatchTheEndIsCutAndTheLogGoesOn() throws IOException {
        Reused reused = reused();
        for (int torn = reused.from(); torn < reused.to(); torn++) {
            byte[] left = reused.before().clone();
            System.arraycopy(reused.after(), 0, left, 0, torn);
            boolean anythingLeft = !Arrays.equals(left, reused.before());

            SimDisk damaged = with(reused, left);
            long kept;
            try (Storage opened = Folder.open(damaged)) {
                kept = opened.log().last().index();
                assertThat(kept).isBetween(reused.last() - BATCH, reused.last() - 1);
                assertThat(opened.warning().isPresent()).isEqualTo(anythingLeft);
                opened.log().append(opened.log().epoch(), Folder.entries(kept + 1, kept + 2, 4));
                opened.log().sync();
            }
            assertThat(Folder.open(damaged).log().last().index()).isEqualTo(kept + 2);
        }
    }

    /** The same the other way round: the beginning was lost, and what was to come behind it is there. */
    @Test
    void aBatchWithoutItsBeginningIsNone() throws IOException {
        Reused reused = reused();
        for (int lost = reused.from() + 1; lost < reused.to(); lost++) {
            byte[] left = reused.after().clone();
            System.arraycopy(reused.before(), 0, left, 0, lost);

            SimDisk damaged = with(reused, left);

            assertThat(Folder.open(damaged).log().last().index()).isEqualTo(reused.last() - BATCH);
        }
    }

    /** Its entries would complete a later one that is torn in the same place, although they are of another leader. */
    @Test
    void whatIsLeftOfABatchWithoutItsBeginningIsGoneBeforeAnotherTakesItsPlace() throws IOException {
        Reused reused = reused();
        storage = Folder.open(disk);
        byte[] sealed = disk.bytes(reused.name());
        int from = end(sealed, reused.to());
        append(BATCH, 3);
        disk.crashProcess();
        byte[] lost = disk.bytes(reused.name());
        System.arraycopy(sealed, 0, lost, 0, from + BatchHeader.SIZE);
        SimDisk other = with(reused, lost);
        byte[] before;
        try (Storage opened = Folder.open(other)) {
            assertThat(opened.log().last()).isEqualTo(new EntryId(reused.last(), 1));
            before = other.bytes(reused.name());
            opened.log().append(opened.log().epoch(), Folder.entries(reused.last() + 1, reused.last() + BATCH, 2));
            other.crashProcess();
        }
        byte[] after = other.bytes(reused.name());

        for (int torn = from; torn < end(after, from); torn++) {
            byte[] left = before.clone();
            System.arraycopy(after, 0, left, 0, torn);
            assertThat(Folder.open(with(reused, left)).log().last().term()).isLessThan(3);
        }
    }

    /** Nothing that was acknowledged is lost by an error, whatever it was that failed, or found no room. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void afterAFailureAtAnyOperationAllThatWasAcknowledgedIsThere(boolean full) throws IOException {
        SplittableRandom random = new SplittableRandom(19);
        liveUntilSomethingIsDropped();
        long first = disk.operations();
        liveOn();
        long whole = disk.operations();

        for (long operation = first; operation < whole; operation++) {
            begin();
            liveUntilSomethingIsDropped();
            disk.failAt(operation, full ? new StorageFullException("full") : new IOException("broken"));
            try {
                liveOn();
            } catch (StorageException | StorageFullException failure) {
                assertThat(failure).hasMessageNotContaining("crash");
            }
            disk.crashPower(random);
            comesBack();
            append(200, 9);
            disk.crashPower(random);
            comesBack();
        }
    }

    @Test
    void aTurnedBitInTheLastBatchIsCutWithAWarningAndOneInTheRemainsIsNone() throws IOException {
        Reused reused = reused();
        byte[] whole = reused.after();
        for (int offset = reused.from(); offset < whole.length; offset++) {
            SimDisk damaged = with(reused, whole);
            damaged.flip(reused.name(), offset, offset % 8);
            try (Storage opened = Folder.open(damaged)) {
                boolean remains = offset >= reused.to() + Long.BYTES;
                assertThat(opened.warning().isPresent()).as("%s", offset).isNotEqualTo(remains);
                assertThat(opened.log().last().index())
                        .isBetween(
                                offset < reused.to() ? reused.last() - BATCH : reused.last(),
                                offset < reused.to() ? reused.last() - 1 : reused.last());
            }
        }
    }

    /** Of two unsynced batches the first was lost altogether: nothing but the second tells that there was anything. */
    @Test
    void aWholeBatchBehindTheEndIsCutOrTellsThatSomethingIsLost() throws IOException {
        Reused reused = reused();
        storage = Folder.open(disk);
        int from = reused.to();
        append(1, 1);
        byte[] before = disk.bytes(reused.name());
        append(1, 1);
        byte[] after = disk.bytes(reused.name());
        disk.crashProcess();
        byte[] lost = after.clone();
        System.arraycopy(reused.after(), from, lost, from, end(before, from) - from);

        assertThatThrownBy(() -> Folder.open(with(reused, lost)))
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining("entry " + (reused.last() + 1) + " is lost");

        BatchHeader unsynced = new BatchHeader(99, 7, 0, 0, 0, 5);
        byte[] alone = reused.after().clone();
        ByteBuffer out = ByteBuffer.wrap(alone).position(from + 100);
        unsynced.writeTo(out, Segment.open(disk, reused.name(), 4711).place(from + 100));
        assertThat(Folder.open(with(reused, alone)).tornTail().orElseThrow().firstLost())
                .isEqualTo(reused.last() + 1);
    }

    /**
     * The last segment, in a file used before, and its last batch, which is synced and not known to be.
     *
     * @param before the bytes of the file before that batch was written
     * @param last index in it
     */
    private record Reused(String name, byte[] before, byte[] after, int from, int to, long last) {}

    private Reused reused() throws IOException {
        liveUntilSomethingIsDropped();
        append(2 * BATCH, 1);
        storage.log().seal();
        append(3 * BATCH, 1);
        List<String> segments = Segment.names(disk);
        String name = segments.get(segments.size() - 1);
        assertThat(Segment.open(disk, name, 4711).header().reused()).isTrue();
        byte[] before = disk.bytes(name);
        append(BATCH, 1);
        assertThat(Segment.names(disk)).isEqualTo(segments);
        byte[] after = disk.bytes(name);
        disk.crashProcess();
        int from = 0;
        while (before[from] == after[from]) {
            from++;
        }
        int to = end(after, from);
        assertThat(Arrays.copyOfRange(after, to + Long.BYTES, to + 200)).isNotEqualTo(new byte[200 - Long.BYTES]);
        return new Reused(name, before, after, from, to, written.size());
    }

    /** Where a batch ends that begins there: so many zeros in a row stand in no entry. */
    private static int end(byte[] bytes, int from) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        return from + BatchHeader.SIZE + BatchHeader.readAt(in, from).bytes();
    }

    private SimDisk with(Reused reused, byte[] content) {
        SimDisk copy = new SimDisk();
        disk.names().forEach(name -> copy.put(name, disk.bytes(name)));
        copy.put(reused.name(), content);
        return copy;
    }

    private static StorageOptions options(int segment, long reuse) {
        StorageOptions some = Folder.OPTIONS;
        return new StorageOptions(
                some.clusterId(), some.group(), some.nodeId(), true, segment, reuse, some.newStorageId());
    }

    private void begin() {
        disk = new SimDisk();
        written = new ArrayList<>();
        acknowledged = 0;
    }

    private void liveUntilSomethingIsDropped() throws IOException {
        storage = Folder.open(disk);
        append(400, 1);
        compact(350);
    }

    /** Several segments in used files, cut within a batch, between two and over segments, and dropped once more. */
    private void liveOn() throws IOException {
        append(100, 1);
        truncate(475);
        append(30, 2);
        storage.log().prepareSpare();
        append(100, 2);
        truncate(405);
        append(BATCH, 3);
        compact(400);
        append(150, 3);
        storage.close();
        storage = Folder.open(disk);
        append(100, 3);
        compact(600);
        append(100, 3);
    }

    private void append(int count, long term) throws IOException {
        for (int done = 0; done < count; done += BATCH) {
            long from = written.size() + 1L;
            long to = from + Math.min(BATCH, count - done) - 1;
            for (long index = from; index <= to; index++) {
                written.add(new EntryId(index, term));
            }
            storage.log().append(storage.log().epoch(), Folder.entries(from, to, term));
            storage.log().sync();
            acknowledged = written.size();
        }
    }

    private void truncate(int index) throws IOException {
        acknowledged = Math.min(acknowledged, index - 1);
        storage.log().truncateFrom(storage.log().epoch() + 1, index);
        written = new ArrayList<>(written.subList(0, index - 1));
    }

    private void compact(long index) throws IOException {
        EntryId last = written.get((int) index - 1);
        storage.snapshots().write(SnapshotStoreTest.snapshot(index, last.term()), out -> {}, out -> out.write(7));
        storage.snapshots().publish(last, 2);
        storage.log().compact(index, 0);
        while (storage.log().tidy()) {
            assertThat(disk.list("log")).anyMatch(name -> name.endsWith(".log"));
        }
    }

    private void crash(ScriptedLife.Kind kind, SplittableRandom random) {
        if (kind != ScriptedLife.Kind.POWER) {
            disk.crashProcess();
        }
        if (kind == ScriptedLife.Kind.POWER_DURING_RECOVERY) {
            disk.crashAt(disk.operations() + random.nextInt(12));
            try {
                Folder.open(disk);
            } catch (SimDisk.Crash crash) {
                // That was the idea; when recovery was shorter, the power goes after it.
            }
        }
        if (kind != ScriptedLife.Kind.PROCESS) {
            disk.crashPower(random);
        }
    }

    private void comesBack() {
        storage = Folder.open(disk);
        long first = storage.log().firstIndex();
        long last = storage.log().last().index();
        assertThat(last).isBetween((long) acknowledged, (long) written.size());
        List<EntryId> found = new ArrayList<>();
        while (first + found.size() <= last) {
            storage.log().read(first + found.size(), last, 1 << 20).forEach(entry -> found.add(entry.id()));
        }
        assertThat(found).isEqualTo(written.subList((int) first - 1, (int) last));
        written = new ArrayList<>(written.subList(0, (int) last));
        acknowledged = written.size();
    }
}
