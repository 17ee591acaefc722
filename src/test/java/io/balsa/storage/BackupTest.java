package io.balsa.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.balsa.model.Configuration;
import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import io.balsa.model.NodeId;
import io.balsa.sim.SimDisk;
import io.balsa.storage.ballot.Ballot;
import io.balsa.storage.offline.Backup;
import io.balsa.storage.offline.Examination;
import io.balsa.storage.offline.NewLife;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A log in one file: whole or refused; and what goes on from it, or from what the loss of a quorum has left. */
final class BackupTest {
    private static final NodeId SELF = NodeId.of("node-1");
    private static final NodeId OTHER = NodeId.of("node-2");
    private static final Configuration ALONE = Configuration.of(Map.of(SELF, "a1"));
    private static final Configuration PAIR = Configuration.of(Map.of(SELF, "a1", OTHER, "a2"));
    private static final StorageOptions NEW_CLUSTER =
            new StorageOptions("new", "main", SELF, true, Folder.SEGMENT, Folder.REUSE, () -> 815);

    private final SimDisk disk = new SimDisk();
    private final SimDisk shelf = new SimDisk();
    private final Backup backup = new Backup(shelf, "backup");

    @BeforeEach
    void write() throws IOException {
        try (Storage storage = Folder.open(disk)) {
            storage.ballots().save(new Ballot(5, Optional.of(OTHER), new TreeMap<>(Map.of(OTHER, 2L))));
            append(storage, 1, 60, 2);
            append(storage, 61, 120, 4);
        }
    }

    private static void append(Storage storage, long from, long to, long term) throws IOException {
        storage.log().append(storage.log().epoch(), Folder.entries(from, to, term));
        storage.log().sync();
    }

    private void save() {
        try (Examination source = Examination.of(disk)) {
            backup.save(source);
        }
    }

    @Test
    void holdsTheWholeLog() {
        save();

        List<EntryId> ids = new ArrayList<>();
        Backup.Summary summary = backup.read(block -> block.forEach(entry -> ids.add(entry.id())));

        assertThat(ids).isEqualTo(ids(disk, Folder.OPTIONS)).hasSize(120);
        assertThat(summary.entries()).isEqualTo(120);
        assertThat(summary.bytes()).isEqualTo(shelf.bytes("backup").length);
        assertThat(summary.head().last()).isEqualTo(new EntryId(120, 4));
        assertThat(summary.head().cluster()).isEqualTo("demo");
        assertThat(summary.head().term()).isEqualTo(5);
    }

    @Test
    void aTurnedBitAnywhereIsRefused() {
        save();
        byte[] whole = shelf.bytes("backup");
        for (int offset = 0; offset < whole.length; offset++) {
            SimDisk damaged = new SimDisk();
            damaged.put("backup", whole);
            damaged.flip("backup", offset, offset % 8);
            Throwable refusal = catchThrowable(() -> new Backup(damaged, "backup").read(block -> {}));
            assertThat(refusal)
                    .as("byte %s", offset)
                    .isInstanceOfAny(CorruptionException.class, FolderRefusedException.class);
        }
    }

    @Test
    void aBackupThatIsTooShortOrTooLongIsRefused() {
        save();
        byte[] whole = shelf.bytes("backup");
        for (int length = 0; length <= whole.length + 1; length++) {
            SimDisk damaged = new SimDisk();
            damaged.put("backup", Arrays.copyOf(whole, length));
            Backup other = new Backup(damaged, "backup");
            if (length != whole.length) {
                assertThatThrownBy(() -> other.read(block -> {})).isInstanceOf(CorruptionException.class);
            }
        }
    }

    @Test
    void aCrashWhileItIsWrittenLeavesTheOldOneOrTheNewOne() throws IOException {
        save();
        byte[] old = shelf.bytes("backup");
        try (Storage storage = Folder.open(disk)) {
            append(storage, 121, 130, 5);
        }
        SplittableRandom random = new SplittableRandom(3);
        long before = shelf.operations();
        save();
        long after = shelf.operations();
        byte[] fresh = shelf.bytes("backup");
        for (long point = 0; point < after - before; point++) {
            SimDisk other = new SimDisk();
            other.put("backup", old);
            other.crashAt(point);
            assertThat(catchThrowable(() -> {
                        try (Examination source = Examination.of(disk)) {
                            new Backup(other, "backup").save(source);
                        }
                    }))
                    .isInstanceOf(SimDisk.Crash.class);
            disk.crashProcess();
            other.crashPower(random);
            assertThat(other.bytes("backup")).isIn(old, fresh);
        }
    }

    @Test
    void anotherClusterGoesOnFromIt() throws IOException {
        save();
        SimDisk folder = new SimDisk();

        EntryId entry = NewLife.restore(backup, folder, NEW_CLUSTER, PAIR);

        assertThat(entry.index()).isEqualTo(121);
        assertThat(entry.term()).as("above all that its log and its votes know").isGreaterThan(5);
        try (Storage storage = Storage.open(folder, NEW_CLUSTER)) {
            assertThat(storage.identity().storageId()).isEqualTo(815);
            assertThat(storage.ballots().current())
                    .isEqualTo(new Ballot(entry.term(), Optional.of(SELF), new TreeMap<>()));
            assertThat(storage.log().configurations()).containsExactly(Map.entry(121L, PAIR));
            assertThat(storage.log().last()).isEqualTo(entry);
        }
        assertThat(ids(folder, NEW_CLUSTER).subList(0, 120)).isEqualTo(ids(disk, Folder.OPTIONS));
        assertThatThrownBy(() -> Folder.open(folder)).isInstanceOf(FolderRefusedException.class);
    }

    /** Log Matching (§5.3): the same id is the same entry, whatever was typed. */
    @Test
    void theSameMembersGiveTheSameEntryAndOthersAnother() {
        save();
        SimDisk one = new SimDisk();
        SimDisk two = new SimDisk();
        SimDisk three = new SimDisk();

        EntryId entry = NewLife.restore(backup, one, NEW_CLUSTER, PAIR);

        assertThat(NewLife.restore(backup, two, NEW_CLUSTER, PAIR)).isEqualTo(entry);
        assertThat(NewLife.restore(backup, three, NEW_CLUSTER, ALONE)).isNotEqualTo(entry);
    }

    @Test
    void isNotRestoredIntoItsOwnClusterNorOverAnything() {
        save();

        assertThatThrownBy(() -> NewLife.restore(backup, new SimDisk(), Folder.OPTIONS, PAIR))
                .isInstanceOf(FolderRefusedException.class);
        assertThatThrownBy(() -> NewLife.restore(backup, disk, NEW_CLUSTER, PAIR))
                .isInstanceOf(FolderRefusedException.class);
        assertThat(ids(disk, Folder.OPTIONS)).hasSize(120);
    }

    @Test
    void afterTheLossOfAQuorumTheLogGoesOnUnderOtherMembers() throws IOException {
        EntryId entry = NewLife.recover(disk, Folder.OPTIONS, ALONE);

        assertThat(entry.index()).isEqualTo(121);
        assertThat(entry.term()).isGreaterThan(5);
        try (Storage storage = Folder.open(disk)) {
            assertThat(storage.ballots().current())
                    .isEqualTo(new Ballot(entry.term(), Optional.of(SELF), new TreeMap<>()));
            assertThat(storage.log().configurations()).containsExactly(Map.entry(121L, ALONE));
        }
        assertThat(NewLife.recover(disk, Folder.OPTIONS, PAIR).index()).isEqualTo(122);
    }

    @Test
    void aFolderOfAnotherServerIsNotRecovered() {
        StorageOptions other = new StorageOptions("demo", "main", OTHER, true, Folder.SEGMENT, Folder.REUSE, () -> 0);

        assertThatThrownBy(() -> NewLife.recover(disk, other, ALONE)).isInstanceOf(FolderRefusedException.class);
        assertThat(ids(disk, Folder.OPTIONS)).hasSize(120);
    }

    /** It has happened or it has not, and it can be done again. */
    @Test
    void aCrashDuringARecoveryLosesNothing() {
        SplittableRandom random = new SplittableRandom(5);
        List<EntryId> before = ids(disk, Folder.OPTIONS);
        SimDisk whole = copy();
        NewLife.recover(whole, Folder.OPTIONS, ALONE);
        long operations = whole.operations();
        assertThat(operations).isGreaterThan(10);
        for (long point = 0; point < operations; point++) {
            SimDisk other = copy();
            other.crashAt(point);
            assertThatThrownBy(() -> NewLife.recover(other, Folder.OPTIONS, ALONE))
                    .isInstanceOf(SimDisk.Crash.class);
            other.crashPower(random);
            List<EntryId> left = ids(other, Folder.OPTIONS);
            assertThat(left.subList(0, 120)).isEqualTo(before);
            assertThat(left).hasSizeBetween(120, 121);
            assertThat(NewLife.recover(other, Folder.OPTIONS, ALONE).index()).isEqualTo(left.size() + 1L);
        }
    }

    private SimDisk copy() {
        SimDisk copy = new SimDisk();
        disk.names().forEach(name -> copy.put(name, disk.bytes(name)));
        return copy;
    }

    private static List<EntryId> ids(SimDisk folder, StorageOptions options) {
        List<EntryId> ids = new ArrayList<>();
        try (Storage storage = Storage.open(folder, options)) {
            long last = storage.log().last().index();
            while (ids.size() < last) {
                Entries page = storage.log().read(ids.size() + 1L, last, 1 << 20);
                page.forEach(entry -> ids.add(entry.id()));
            }
        }
        return ids;
    }
}
