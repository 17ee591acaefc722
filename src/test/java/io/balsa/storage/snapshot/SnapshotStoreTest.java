package io.balsa.storage.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.model.Configuration;
import io.balsa.model.EntryId;
import io.balsa.model.LogEntry;
import io.balsa.model.NodeId;
import io.balsa.model.Payload;
import io.balsa.model.Snapshot;
import io.balsa.sim.SimDisk;
import io.balsa.sim.SimDisk.Operation;
import io.balsa.storage.CorruptionException;
import io.balsa.storage.StorageException;
import io.balsa.storage.StorageFullException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

public final class SnapshotStoreTest {
    private final SimDisk disk = new SimDisk();
    private final SnapshotStore store = new SnapshotStore(disk, "demo", "main");

    @Test
    void whatWasWrittenIsReadBack() throws Exception {
        byte[] sessions = bytes(1, 100);
        byte[] machine = bytes(2, 700_000);

        publish(snapshot(9, 2), sessions, machine);

        SnapshotFile file = store.verified(new EntryId(9, 2));
        assertThat(file.snapshot()).isEqualTo(snapshot(9, 2));
        assertThat(file.sessions()).isEqualTo(100);
        assertThat(file.machine()).isEqualTo(700_000);
        Parts parts = restored(new EntryId(9, 2));
        assertThat(parts.sessions).isEqualTo(sessions);
        assertThat(parts.machine).isEqualTo(machine);
    }

    @Test
    void theNewestIsToldByItsNumber() throws Exception {
        for (long index : new long[] {9, 100, 20}) {
            store.write(snapshot(index, 1), out -> {}, out -> {});
            store.publish(new EntryId(index, 1), 5);
        }

        assertThat(store.ids()).extracting(EntryId::index).containsExactly(100L, 20L, 9L);
        assertThat(store.list()).hasSize(3);
    }

    @Test
    void onlyTheNewestFewStay() throws Exception {
        for (long index = 1; index <= 5; index++) {
            store.write(snapshot(index, 1), out -> {}, out -> {});
            store.publish(new EntryId(index, 1), 2);
        }

        assertThat(store.ids()).extracting(EntryId::index).containsExactly(5L, 4L);
    }

    /** A leader's may be older than an own one that was taken meanwhile. */
    @Test
    void theOneThatComesLastStaysEvenIfItIsOlder() throws Exception {
        publish(snapshot(9, 1), bytes(1, 1), bytes(2, 10));
        store.write(snapshot(5, 1), out -> {}, out -> {});
        store.publish(new EntryId(5, 1), 1);

        assertThat(store.ids()).extracting(EntryId::index).containsExactly(9L, 5L);
    }

    @Test
    void oneThatIsNotPublishedDoesNotCountAndIsRemoved() throws Exception {
        store.write(snapshot(9, 2), out -> {}, out -> out.write(7));

        assertThat(store.ids()).isEmpty();
        store.clean();
        assertThat(disk.names()).isEmpty();
    }

    @Test
    void itHasItsNameOnlyWhenItsBytesAreSynced() throws Exception {
        publish(snapshot(9, 2), bytes(1, 10), bytes(2, 5000));
        byte[] whole = disk.bytes(SnapshotFile.name(new EntryId(9, 2)));

        disk.crashPower(new SplittableRandom(3));

        assertThat(disk.bytes(SnapshotFile.name(new EntryId(9, 2)))).isEqualTo(whole);
    }

    @Test
    void everyFlippedBitIsFound() throws Exception {
        publish(snapshot(9, 2), bytes(1, 10), bytes(2, 50));
        String name = SnapshotFile.name(new EntryId(9, 2));
        int length = disk.bytes(name).length;

        for (int at = 0; at < length; at++) {
            disk.flip(name, at, at % 8);
            assertThatThrownBy(() -> store.verified(new EntryId(9, 2)))
                    .as("byte %s", at)
                    .isInstanceOf(CorruptionException.class)
                    .hasMessageContaining(name);
            disk.flip(name, at, at % 8);
        }
        assertThat(store.verified(new EntryId(9, 2)).bytes()).isEqualTo(length);
    }

    @Test
    void oneThatWasCutIsFound() throws Exception {
        publish(snapshot(9, 2), bytes(1, 10), bytes(2, 50));
        String name = SnapshotFile.name(new EntryId(9, 2));
        byte[] whole = disk.bytes(name);

        for (int length = 0; length < whole.length; length++) {
            disk.put(name, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> store.verified(new EntryId(9, 2)))
                    .as("%s bytes", length)
                    .isInstanceOf(CorruptionException.class);
        }
    }

    @Test
    void aFullDiskLeavesNothingBehindAndALaterTrySucceeds() throws Exception {
        disk.full(true);
        assertThatThrownBy(() -> store.write(snapshot(9, 2), out -> {}, out -> out.write(bytes(1, 900_000))))
                .isInstanceOf(StorageFullException.class);
        assertThat(disk.names()).isEmpty();

        disk.full(false);
        publish(snapshot(9, 2), bytes(1, 1), bytes(2, 900_000));
        assertThat(store.ids()).hasSize(1);
    }

    @Test
    void aFailedSyncIsNoSnapshot() {
        disk.failNext(Operation.FORCE);

        assertThatThrownBy(() -> store.write(snapshot(9, 2), out -> {}, out -> {}))
                .isInstanceOf(StorageException.class);
        assertThat(disk.names()).doesNotContain(SnapshotFile.name(new EntryId(9, 2)));
    }

    @Test
    void chunksMakeTheSameFileElsewhere() throws Exception {
        publish(snapshot(9, 2), bytes(1, 10), bytes(2, 5000));
        SimDisk otherDisk = new SimDisk();
        SnapshotStore other = new SnapshotStore(otherDisk, "demo", "main");

        IncomingSnapshot incoming = other.receive(new EntryId(9, 2));
        boolean done = false;
        while (!done) {
            SnapshotStore.Chunk chunk =
                    store.chunk(incoming.last(), incoming.length(), 1000).orElseThrow();
            incoming.add(chunk.bytes());
            done = chunk.isLast();
        }
        other.accept(incoming, 2);

        String name = SnapshotFile.name(new EntryId(9, 2));
        assertThat(otherDisk.bytes(name)).isEqualTo(disk.bytes(name));
        assertThat(store.chunk(new EntryId(8, 2), 0, 1000)).isEmpty();
    }

    @Test
    void oneThatIsBeingSentStaysUntilAnotherIs() throws Exception {
        for (long index = 1; index <= 4; index++) {
            publish(snapshot(index, 1), bytes(1, 1), bytes(2, 5000));
            assertThat(store.chunk(new EntryId(1, 1), 0, 1000)).isPresent();
        }

        assertThat(store.ids()).extracting(EntryId::index).containsExactly(4L, 3L, 1L);
    }

    @Test
    void oneThatArrivesDamagedOrFromAnotherClusterIsForgotten() throws Exception {
        publish(snapshot(9, 2), bytes(1, 10), bytes(2, 500));
        byte[] whole = disk.bytes(SnapshotFile.name(new EntryId(9, 2)));
        byte[] damaged = whole.clone();
        damaged[whole.length / 2] ^= 4;

        refused(new SnapshotStore(new SimDisk(), "demo", "main"), damaged);
        refused(new SnapshotStore(new SimDisk(), "other", "main"), whole);
    }

    @Test
    void aLargeOneIsSyncedOnTheWay() throws Exception {
        publish(snapshot(9, 2), new byte[0], new byte[0]);
        int small = disk.count(Operation.FORCE);
        publish(snapshot(10, 2), new byte[0], new byte[9 << 20]);
        assertThat(disk.count(Operation.FORCE) - small).isEqualTo(small + 2);

        int before = disk.count(Operation.FORCE);
        IncomingSnapshot incoming = store.receive(new EntryId(11, 2));
        for (int mib = 0; mib < 9; mib++) {
            incoming.add(new byte[1 << 20]);
        }
        assertThat(disk.count(Operation.FORCE) - before).isEqualTo(2);
    }

    private static void refused(SnapshotStore store, byte[] arrived) throws IOException {
        IncomingSnapshot incoming = store.receive(new EntryId(9, 2));
        incoming.add(arrived);
        assertThatThrownBy(() -> store.accept(incoming, 2)).isInstanceOf(CorruptionException.class);
        assertThat(store.ids()).isEmpty();
    }

    private void publish(Snapshot snapshot, byte[] sessions, byte[] machine) throws StorageFullException {
        store.write(snapshot, out -> out.write(sessions), out -> out.write(machine));
        store.publish(snapshot.last(), 2);
    }

    private static final class Parts {
        private byte[] sessions;
        private byte[] machine;
    }

    private Parts restored(EntryId last) throws IOException {
        Parts parts = new Parts();
        store.restore(last, in -> parts.sessions = in.readAllBytes(), in -> parts.machine = in.readAllBytes());
        return parts;
    }

    /** A snapshot of a cluster of two, whose configuration is its first entry. */
    public static Snapshot snapshot(long index, long term) {
        Configuration members = Configuration.of(Map.of(
                NodeId.of("node-1"), "pekko://raft@127.0.0.1:1/user/raft",
                NodeId.of("node-2"), "pekko://raft@127.0.0.1:2/user/raft"));
        LogEntry configuration = new LogEntry(new EntryId(1, 1), 5, new Payload.Reconfigure(members));
        return new Snapshot(new EntryId(index, term), 10 * index, configuration);
    }

    private static byte[] bytes(int seed, int length) {
        byte[] bytes = new byte[length];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }
}
