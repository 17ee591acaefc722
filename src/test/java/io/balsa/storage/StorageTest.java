package io.balsa.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.model.NodeId;
import io.balsa.sim.SimDisk;
import io.balsa.storage.ballot.Ballot;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class StorageTest {
    private final SimDisk disk = new SimDisk();

    @Test
    void anEmptyFolderIsMadeOnce() {
        try (Storage storage = Folder.open(disk)) {
            assertThat(storage.fresh()).isTrue();
            assertThat(storage.identity().storageId()).isEqualTo(4711);
            assertThat(storage.ballots().current()).isEqualTo(Ballot.BLANK);
            assertThat(storage.report()).contains("a new folder");
        }
        StorageOptions another = options("demo", "main", "node-1", 4712);
        try (Storage storage = Storage.open(disk, another)) {
            assertThat(storage.fresh()).isFalse();
            assertThat(storage.identity().storageId()).isEqualTo(4711);
            assertThat(storage.report()).contains("0 entries").contains("1 segments");
        }
    }

    @Test
    void aFolderOfAnotherNodeClusterOrGroupIsRefused() {
        Folder.open(disk).close();

        for (StorageOptions foreign : new StorageOptions[] {
            options("other", "main", "node-1", 1),
            options("demo", "side", "node-1", 1),
            options("demo", "main", "node-2", 1)
        }) {
            assertThatThrownBy(() -> Storage.open(disk, foreign))
                    .isInstanceOf(FolderRefusedException.class)
                    .hasMessageContaining("belongs to node node-1 of cluster \"demo\"");
        }
        Folder.open(disk).close();
    }

    @Test
    void namesThatJsonGivesAMeaningToAreKept() {
        StorageOptions odd = options("a \"quoted\" \\ näme\n", "grüppe", "node-1", 1);
        Storage.open(disk, odd).close();

        assertThat(Storage.open(disk, odd).identity().clusterId()).isEqualTo("a \"quoted\" \\ näme\n");
    }

    @Test
    void aFolderOfANewerVersionIsRefused() {
        Folder.open(disk).close();
        String json = new String(disk.bytes(Identity.FILE), StandardCharsets.UTF_8);
        String newer = json.replace("\"formatVersion\": 1", "\"formatVersion\": 2");
        disk.put(Identity.FILE, newer.getBytes(StandardCharsets.UTF_8));

        assertThatThrownBy(() -> Folder.open(disk))
                .isInstanceOf(FolderRefusedException.class)
                .hasMessageContaining("newer version");
    }

    @Test
    void aSegmentOfAnotherFolderIsRefused() {
        SimDisk other = new SimDisk();
        Storage.open(other, options("demo", "main", "node-1", 4712)).close();
        Folder.open(disk).close();
        disk.put(Segment.name(1), other.bytes(Segment.name(1)));

        assertThatThrownBy(() -> Folder.open(disk)).isInstanceOf(FolderRefusedException.class);
    }

    @Test
    void aSecondProcessIsRefusedUntilTheFirstIsGone() {
        Storage first = Folder.open(disk);

        assertThatThrownBy(() -> Folder.open(disk)).isInstanceOf(FolderRefusedException.class);
        first.close();
        Folder.open(disk).close();
    }

    @Test
    void aRefusedFolderIsLeftUnlocked() {
        Folder.open(disk).close();
        assertThatThrownBy(() -> Storage.open(disk, options("other", "main", "node-1", 1)))
                .isInstanceOf(FolderRefusedException.class);

        assertThat(Folder.open(disk).fresh()).isFalse();
    }

    @Test
    void aFullDiskCannotTakeANewFolderAndALaterTrySucceeds() {
        disk.full(true);
        assertThatThrownBy(() -> Folder.open(disk)).isInstanceOf(StorageException.class);

        disk.full(false);
        assertThat(Folder.open(disk).fresh()).isTrue();
    }

    private static StorageOptions options(String cluster, String group, String node, long storageId) {
        return new StorageOptions(cluster, group, NodeId.of(node), true, Folder.SEGMENT, Folder.REUSE, () -> storageId);
    }
}
