package io.balsa.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.balsa.model.NodeId;
import io.balsa.sim.SimDisk;
import io.balsa.storage.ballot.Ballot;
import io.balsa.storage.ballot.BallotBox;
import io.balsa.storage.offline.Examination;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every byte of every file turned over, once each. What was known to be synced is refused, with file and offset; what
 * was not is cut off with a warning. Nothing passes in silence.
 */
final class DamageTest {
    private static final String FIRST = Segment.name(1);
    private static final int LAST_INDEX = 120;

    private enum Outcome {
        REFUSED_AS_CORRUPT,
        REFUSED_AS_FOREIGN,
        CUT
    }

    private final SimDisk disk = new SimDisk();
    private String last;
    private int lastBatch;

    /** Two segments; all entries synced, and all but those of the last batch known to be. */
    @BeforeEach
    void write() throws IOException {
        Storage storage = Folder.open(disk);
        storage.ballots().save(new Ballot(3, Optional.of(NodeId.of("node-2")), new TreeMap<>()));
        for (int from = 1; from < LAST_INDEX; from += 10) {
            last = disk.list("log").get(disk.list("log").size() - 1);
            lastBatch = end("log/" + last);
            storage.log().append(1, Folder.entries(from, from + 9, 3));
            storage.log().sync();
        }
        disk.crashProcess(); // an orderly end would record that all of it is synced
        last = "log/" + last;
        assertThat(last).isNotEqualTo(FIRST);
        assertThat(lastBatch).isGreaterThan(Segment.BODY);
    }

    /** Wherever in its segment a batch ends: behind it there is room to write down that it is synced (seed 890). */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 120})
    void afterAQuietMomentAllThatIsSyncedIsKnownToBe(int batch) throws IOException {
        SimDisk fresh = new SimDisk();
        try (Storage storage = Folder.open(fresh)) {
            for (int from = 1; from <= LAST_INDEX; from += batch) {
                storage.log().append(1, Folder.entries(from, from + batch - 1, 3));
                storage.log().sync();
                storage.log().seal();
                SimDisk damaged = copy(fresh);
                damageEntry(damaged, from + batch - 1);
                assertThatThrownBy(() -> Folder.open(damaged))
                        .as("entry %s", from + batch - 1)
                        .isInstanceOf(CorruptionException.class);
            }
        }
    }

    private static SimDisk copy(SimDisk disk) {
        SimDisk copy = new SimDisk();
        disk.names().forEach(name -> copy.put(name, disk.bytes(name)));
        return copy;
    }

    private static void damageEntry(SimDisk disk, int index) {
        for (String name : disk.names()) {
            String bytes = new String(disk.bytes(name), StandardCharsets.ISO_8859_1);
            int at = bytes.indexOf(index + "@3 of a command");
            if (at >= 0) {
                disk.flip(name, at, 0);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {Identity.FILE, BallotBox.FILE})
    void aTurnedBitInASmallFileIsRefused(String name) {
        Map<Outcome, Integer> outcomes = flipAll(name, 0, disk.bytes(name).length);

        assertThat(outcomes).doesNotContainKey(Outcome.CUT);
        assertThat(outcomes.get(Outcome.REFUSED_AS_CORRUPT)).isGreaterThan(20);
    }

    @Test
    void aTurnedBitInAnEarlierSegmentIsCorruptionWhereverItIs() {
        assertThat(flipAll(FIRST, 0, Folder.SEGMENT)).containsOnlyKeys(Outcome.REFUSED_AS_CORRUPT);
    }

    @Test
    void aTurnedBitInTheHeaderOfTheLastSegmentIsCorruption() {
        assertThat(flipAll(last, 0, Segment.BODY)).containsOnlyKeys(Outcome.REFUSED_AS_CORRUPT);
    }

    @Test
    void aTurnedBitInABatchKnownToBeSyncedIsCorruption() {
        assertThat(flipAll(last, Segment.BODY, lastBatch)).containsOnlyKeys(Outcome.REFUSED_AS_CORRUPT);
    }

    @Test
    void aTurnedBitInTheLastBatchIsATornTailUnlessItWasSealed() {
        assertThat(flipAll(last, lastBatch, end(last))).containsOnlyKeys(Outcome.CUT);

        int end = end(last);
        try (Storage storage = Folder.open(disk)) {
            storage.log().seal();
        }
        assertThat(flipAll(last, lastBatch, end)).containsOnlyKeys(Outcome.REFUSED_AS_CORRUPT);
        assertThat(flipAll(last, end, end + BatchHeader.SIZE)).containsOnlyKeys(Outcome.CUT);
    }

    @Test
    void aTurnedBitBehindTheLastBatchIsCutOffAndNothingIsLost() {
        for (int offset = end(last); offset < Folder.SEGMENT; offset++) {
            SimDisk damaged = copy(disk);
            damaged.flip(last, offset, offset % 8);
            try (Storage storage = Folder.open(damaged)) {
                assertThat(storage.warning()).isPresent();
                assertThat(storage.log().last().index()).isEqualTo(LAST_INDEX);
            }
        }
    }

    @Test
    void aTurnedBitInABegunTruncationIsRefused() {
        String name = "log/truncation";
        Storage storage = Folder.open(disk);
        disk.crashAt(disk.operations() + 5);
        assertThatThrownBy(() -> storage.log().truncateFrom(9, LAST_INDEX - 2)).isInstanceOf(SimDisk.Crash.class);
        disk.crashProcess();

        Map<Outcome, Integer> outcomes = flipAll(name, 0, disk.bytes(name).length);

        assertThat(outcomes).containsOnlyKeys(Outcome.REFUSED_AS_CORRUPT);
        assertThat(Folder.open(copy(disk)).log().last().index()).isEqualTo(LAST_INDEX - 3);
    }

    @ParameterizedTest
    @ValueSource(strings = {Identity.FILE, BallotBox.FILE, "log/00000000000000000001.log"})
    void aFileThatIsTooShortOrMissingIsCorruption(String name) {
        byte[] whole = disk.bytes(name);
        for (int length = 0; length < whole.length; length += 1 + length / 64) {
            SimDisk damaged = copy(disk);
            damaged.put(name, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> Folder.open(damaged)).isInstanceOf(CorruptionException.class);
        }
        disk.remove(name);
        assertThatThrownBy(() -> Folder.open(disk)).isInstanceOf(CorruptionException.class);
    }

    @Test
    void aWholeLogThatIsMissingIsCorruption() {
        disk.list("log").forEach(name -> disk.remove("log/" + name));

        assertThatThrownBy(() -> Folder.open(disk)).isInstanceOf(CorruptionException.class);
    }

    /** A write that did not get all the way: what is whole of it may stay, the rest goes; then the log goes on. */
    @Test
    void aTornLastBatchIsCutAndTheLogGoesOn() throws IOException {
        byte[] whole = disk.bytes(last);
        int end = end(last);
        for (int torn = lastBatch; torn < end; torn++) {
            SimDisk damaged = copy(disk);
            byte[] left = Arrays.copyOf(Arrays.copyOf(whole, torn), whole.length);
            damaged.put(last, left);
            boolean anythingLeft = !Arrays.equals(left, Arrays.copyOf(Arrays.copyOf(whole, lastBatch), whole.length));

            Storage storage = Folder.open(damaged);
            long kept = storage.log().last().index();
            assertThat(kept).isBetween(LAST_INDEX - 10L, LAST_INDEX - 1L);
            assertThat(storage.warning().isPresent()).isEqualTo(anythingLeft);
            storage.log().append(storage.log().epoch(), Folder.entries(kept + 1, kept + 2, 4));
            storage.log().sync();
            storage.close();
            assertThat(Folder.open(damaged).log().last().index()).isEqualTo(kept + 2);
        }
    }

    /** Unsynced writes may reach the disk in any order: the earlier one torn, the later one whole. */
    @Test
    void aWholeBatchBehindATornOneIsCutToo() throws IOException {
        Storage storage = Folder.open(disk);
        int torn = end(last);
        storage.log().append(9, Folder.entries(LAST_INDEX + 1, LAST_INDEX + 1, 3));
        storage.log().append(9, Folder.entries(LAST_INDEX + 2, LAST_INDEX + 3, 3));
        disk.crashProcess();
        disk.flip(last, torn + BatchHeader.SIZE + 20, 1);

        Storage recovered = Folder.open(disk);

        assertThat(recovered.log().last().index()).isEqualTo(LAST_INDEX);
        assertThat(recovered.warning().orElseThrow()).contains(last).contains("from entry " + (LAST_INDEX + 1) + " on");
    }

    private Map<Outcome, Integer> flipAll(String name, int from, int to) {
        Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
        for (int offset = from; offset < to; offset++) {
            SimDisk damaged = copy(disk);
            damaged.flip(name, offset, offset % 8);
            outcomes.merge(outcome(name, damaged), 1, Integer::sum);
        }
        return outcomes;
    }

    private static Outcome outcome(String name, SimDisk damaged) {
        Outcome examined = examined(damaged);
        Outcome opened = opened(name, damaged);
        assertThat(examined).as("what a look at it says").isEqualTo(opened);
        return opened;
    }

    /** What is found without a change to any byte. */
    private static Outcome examined(SimDisk damaged) {
        SimDisk before = copy(damaged);
        Throwable refusal = catchThrowable(() -> {
            try (Examination examination = Examination.of(damaged)) {
                assertThat(examination.tornTail()).isPresent();
                assertThat(examination.contents().entries())
                        .isEqualTo(examination.last().index());
            }
        });
        assertThat(damaged.names()).isEqualTo(before.names());
        before.names().forEach(name -> assertThat(damaged.bytes(name)).isEqualTo(before.bytes(name)));
        return told(refusal);
    }

    private static Outcome told(Throwable refusal) {
        if (refusal instanceof CorruptionException) {
            return Outcome.REFUSED_AS_CORRUPT;
        }
        if (refusal instanceof FolderRefusedException) {
            return Outcome.REFUSED_AS_FOREIGN;
        }
        assertThat(refusal).isNull();
        return Outcome.CUT;
    }

    private static Outcome opened(String name, SimDisk damaged) {
        Throwable refusal = catchThrowable(() -> {
            try (Storage storage = Folder.open(damaged)) {
                assertThat(storage.warning().orElse("silence")).contains(name);
                assertThat(storage.log().last().index()).isBetween(LAST_INDEX - 10L, (long) LAST_INDEX);
            }
        });
        if (refusal instanceof CorruptionException corruption) {
            assertThat(corruption.file()).isEqualTo(name);
            assertThat(corruption.offset()).isBetween(0L, (long) damaged.bytes(name).length);
        }
        return told(refusal);
    }

    /** Where the zeros begin. */
    private int end(String name) {
        byte[] bytes = disk.bytes(name);
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] == 0) {
            end--;
        }
        return end;
    }
}
