package io.balsa.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.model.EntryId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
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
    void aFileWhereTheFolderShouldBeIsSaidToBeOne() throws Exception {
        Path file = Files.createFile(parent.resolve("data"));

        assertThatThrownBy(() -> Folder.open(new FileDisk(file.resolve("main"))))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("FileAlreadyExistsException " + file);
    }

    @Test
    void nodesThatShareAParentFolderMakeItTogether() {
        ExecutorService nodes = Executors.newFixedThreadPool(3);
        for (int round = 0; round < 100; round++) {
            Path shared = parent.resolve("data-" + round).resolve("all");
            List<CompletableFuture<Void>> started = Stream.of("node-1", "node-2", "node-3")
                    .map(id -> new FileDisk(shared.resolve(id)))
                    .map(disk -> CompletableFuture.runAsync(() -> roomOf(disk), nodes))
                    .toList();

            assertThat(started).allSatisfy(node -> assertThat(node).succeedsWithin(Duration.ofMinutes(1)));
        }
        nodes.shutdown();
    }

    private static void roomOf(FileDisk disk) {
        try {
            assertThat(disk.room()).isPositive();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
