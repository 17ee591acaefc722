package io.balsa.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file system in memory that is full when a test says so; only root may mount one. */
final class SmallDisk implements AutoCloseable {
    private static final int PAGE = 4096;

    private final Path folder;

    private SmallDisk(Path folder) {
        this.folder = folder;
    }

    static SmallDisk mount(Path folder, String size) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        Shell.Result mounted = Shell.run("mount", "-t", "tmpfs", "-o", "size=" + size, "balsa-it", folder.toString());
        assumeTrue(mounted.code() == 0, "skipped, a small disk cannot be mounted here: " + mounted.err());
        return new SmallDisk(folder);
    }

    Path folder() {
        return folder;
    }

    /** Leaves so many bytes; as good as none when {@code 0}. */
    void fillUpTo(long left) throws IOException {
        try (OutputStream out = Files.newOutputStream(ballast())) {
            while (Files.getFileStore(folder).getUsableSpace() >= left + PAGE) {
                out.write(new byte[PAGE]);
            }
        }
        assertThat(Files.getFileStore(folder).getUsableSpace()).isLessThan(left + PAGE);
    }

    void makeRoom() throws IOException {
        Files.delete(ballast());
    }

    @Override
    public void close() throws IOException {
        try {
            Shell.run("umount", "-l", folder.toString());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private Path ballast() {
        return folder.resolve("ballast");
    }
}
