package io.balsa.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import io.balsa.sim.SimDisk;
import org.junit.jupiter.api.Test;

final class SegmentedLogTest {
    private final SimDisk disk = new SimDisk();

    @Test
    void whatWasSyncedIsReadBackAfterARestart() throws Exception {
        try (Storage storage = Folder.open(disk)) {
            storage.log().append(1, Folder.entries(1, 10, 1));
            storage.log().append(1, Folder.entries(11, 300, 2));
            storage.log().sync();
        }
        try (Storage storage = Folder.open(disk)) {
            SegmentedLog log = storage.log();

            assertThat(log.last()).isEqualTo(new EntryId(300, 2));
            assertThat(log.terms().termAt(10)).isEqualTo(1);
            assertThat(log.terms().termAt(11)).isEqualTo(2);
            Entries found = log.read(200, 400, 1 << 20);
            assertThat(found.first()).isEqualTo(new EntryId(200, 2));
        }
    }

    @Test
    void aTruncatedEntryIsGone() throws Exception {
        Storage storage = Folder.open(disk);
        storage.log().append(1, Folder.entries(1, 10, 1));
        storage.log().sync();
        storage.log().truncateFrom(2, 5);

        assertThat(storage.log().last()).isEqualTo(new EntryId(4, 1));
        assertThat(storage.log().read(5, 10, 100).isEmpty()).isTrue();
        storage.close();
        assertThat(Folder.open(disk).log().last()).isEqualTo(new EntryId(4, 1));
    }
}
