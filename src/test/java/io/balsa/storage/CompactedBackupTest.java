package io.balsa.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.balsa.model.Configuration;
import io.balsa.model.EntryId;
import io.balsa.model.NodeId;
import io.balsa.model.Snapshot;
import io.balsa.sim.SimDisk;
import io.balsa.storage.offline.Backup;
import io.balsa.storage.offline.Examination;
import io.balsa.storage.offline.NewLife;
import io.balsa.storage.snapshot.SnapshotStoreTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** A backup of a log that begins behind a snapshot: what the snapshot stands for is in it. */
final class CompactedBackupTest {
    private static final NodeId SELF = NodeId.of("node-1");
    private static final Configuration ALONE = Configuration.of(Map.of(SELF, "a1"));
    private static final StorageOptions NEW_CLUSTER =
            new StorageOptions("new", "main", SELF, true, Folder.SEGMENT, Folder.REUSE, () -> 815);
    private static final Snapshot SNAPSHOT = SnapshotStoreTest.snapshot(100, 4);
    private static final byte[] SESSIONS = new byte[100];
    private static final int SMALL = 500;
    private static final int SEVERAL_PIECES = (5 << 20) / 2;

    private final SimDisk disk = new SimDisk();
    private final SimDisk shelf = new SimDisk();
    private final Backup backup = new Backup(shelf, "backup");
    private byte[] machine = {};

    private void save(int machineBytes) throws IOException {
        machine = new byte[machineBytes];
        new SplittableRandom(1).nextBytes(machine);
        try (Storage storage = Folder.open(disk)) {
            storage.log().append(storage.log().epoch(), Folder.entries(1, 110, 4));
            storage.log().append(storage.log().epoch(), Folder.entries(111, 120, 4));
            storage.log().sync();
            storage.snapshots().write(SNAPSHOT, out -> out.write(SESSIONS), out -> out.write(machine));
            storage.snapshots().publish(SNAPSHOT.last(), 1);
            storage.log().restart(storage.log().epoch() + 1, SNAPSHOT.last());
            storage.log().append(storage.log().epoch(), Folder.entries(101, 120, 4));
            storage.log().sync();
        }
        try (Examination source = Examination.of(disk)) {
            backup.save(source);
        }
    }

    @Test
    void anotherClusterGoesOnFromSnapshotAndLog() throws IOException {
        save(SEVERAL_PIECES);
        Backup.Summary summary = backup.read(block -> {});
        assertThat(summary.head().base()).isEqualTo(SNAPSHOT.last());
        assertThat(summary.entries()).isEqualTo(20);
        assertThat(summary.configuration()).contains(SNAPSHOT.members());
        SimDisk folder = new SimDisk();

        EntryId entry = NewLife.restore(backup, folder, NEW_CLUSTER, ALONE);

        assertThat(entry.index()).isEqualTo(121);
        try (Storage storage = Storage.open(folder, NEW_CLUSTER)) {
            assertThat(storage.snapshot().orElseThrow().snapshot()).isEqualTo(SNAPSHOT);
            assertThat(storage.log().base()).isEqualTo(SNAPSHOT.last());
            assertThat(storage.log().configurations()).containsExactly(Map.entry(121L, ALONE));
            List<Long> indexes = new ArrayList<>();
            storage.log().read(101, 121, 1 << 20).forEach(each -> indexes.add(each.index()));
            assertThat(indexes)
                    .isEqualTo(LongStream.rangeClosed(101, 121).boxed().toList());
            ByteArrayOutputStream sessions = new ByteArrayOutputStream();
            ByteArrayOutputStream state = new ByteArrayOutputStream();
            storage.snapshots().restore(SNAPSHOT.last(), in -> in.transferTo(sessions), in -> in.transferTo(state));
            assertThat(sessions.toByteArray()).isEqualTo(SESSIONS);
            assertThat(state.toByteArray()).isEqualTo(machine);
        }
    }

    @Test
    void aTurnedBitAnywhereIsRefused() throws IOException {
        save(SMALL);
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

    /** A start goes on without it; whoever looks after the disk is told all the same. */
    @Test
    void aDamagedSnapshotThatIsNotMissedIsTold() throws IOException {
        try (Storage storage = Folder.open(disk)) {
            storage.log().append(storage.log().epoch(), Folder.entries(1, 120, 4));
            storage.log().sync();
            storage.snapshots().write(SNAPSHOT, out -> out.write(SESSIONS), out -> out.write(machine));
            storage.snapshots().publish(SNAPSHOT.last(), 1);
        }
        String name = disk.names().stream()
                .filter(file -> file.endsWith(".snapshot"))
                .findFirst()
                .orElseThrow();
        try (Examination sound = Examination.of(disk)) {
            assertThat(sound.passedOver()).isEmpty();
        }
        disk.flip(name, disk.bytes(name).length - 30, 0);

        try (Examination found = Examination.of(disk)) {
            assertThat(found.passedOver().orElseThrow()).contains("damaged snapshot", name);
            assertThat(found.snapshot()).isEmpty();
        }
    }

    /** The log time does not go back: sessions would live longer than they may (decision 20). */
    @Test
    void timeGoesOnWhereTheSnapshotEnds() throws IOException {
        try (Storage storage = Folder.open(disk)) {
            storage.snapshots().write(SNAPSHOT, out -> out.write(SESSIONS), out -> out.write(machine));
            storage.snapshots().publish(SNAPSHOT.last(), 1);
        }

        EntryId entry = NewLife.recover(disk, Folder.OPTIONS, ALONE);

        try (Storage storage = Folder.open(disk)) {
            assertThat(storage.log().read(entry.index(), entry.index(), 1).timeAt(entry.index()))
                    .isEqualTo(SNAPSHOT.time());
        }
    }
}
