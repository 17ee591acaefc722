package io.balsa.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.model.EntryId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same storage on the real file system. */
final class FileDiskTest {
    @TempDir
    private Path parent;

    @Test
    void aLogIsWrittenRolledTruncatedAndFoundAgain() throws Exception {
        Path folder = parent.resolve("data/node-1/main");
        try (Storage storage = Folder.open(new FileDisk(folder))) {
            for (int from = 1; from <= 200; from += 10) {
                storage.log().append(1, Folder.entries(from, from + 9, 1));
                storage.log().sync();
            }
            storage.log().truncateFrom(2, 155);
            storage.log().append(2, Folder.entries(155, 300, 2));
            storage.log().sync();
        }

        assertThat(Files.size(folder.resolve(Segment.name(1)))).isEqualTo(Folder.SEGMENT);
        assertThat(folder.resolve("log/truncation")).doesNotExist();
        try (Storage storage = Folder.open(new FileDisk(folder))) {
            assertThat(storage.log().last()).isEqualTo(new EntryId(300, 2));
            assertThat(storage.log().terms().termAt(154)).isEqualTo(1);
            assertThat(storage.warning()).isEmpty();
        }
    }

    @Test
    void aFolderIsUsedByOneAtATime() throws Exception {
        try (Storage storage = Folder.open(new FileDisk(parent))) {
            assertThat(storage.fresh()).isTrue();
            assertThatThrownBy(() -> Folder.open(new FileDisk(parent)))
                    .isInstanceOf(FolderRefusedException.class)
                    .hasMessageContaining(parent.toString());
        }
        Folder.open(new FileDisk(parent)).close();
    }

    @Test
    void aSmallFileIsReplacedAsAWhole() throws IOException {
        FileDisk disk = new FileDisk(parent);
        disk.replace("small", ByteBuffer.wrap(new byte[] {1, 2, 3}));
        disk.replace("small", ByteBuffer.wrap(new byte[] {4}));

        assertThat(disk.content("small").array()).containsExactly(4);
        assertThat(disk.list("")).containsExactly("small");
        assertThat(disk.list("nowhere")).isEmpty();
    }
}
