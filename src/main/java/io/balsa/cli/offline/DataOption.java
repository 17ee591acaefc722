package io.balsa.cli.offline;

import io.balsa.storage.Disk;
import io.balsa.storage.FileDisk;
import io.balsa.storage.Identity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** The data folder of one node. */
final class DataOption {
    /** {@code raft.data-dir} holds a folder for each node, and that one for each group. */
    private static final int DEPTH = 3;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "DIR",
            description =
                    "The data folder of a stopped node, raft.data-dir/NODE/GROUP; or one above it, if it is the only"
                            + " one there.")
    private Path folder;

    /**
     * The folder that was meant.
     *
     * @throws OfflineFailure when there is none, or more than one
     */
    Path found() {
        if (!Files.isDirectory(folder)) {
            throw usage("there is no folder " + folder, "name raft.data-dir/NODE/GROUP, as in --data data/node-1/main");
        }
        List<Path> inside = inside();
        if (Files.exists(folder.resolve(Identity.FILE)) || inside.isEmpty()) {
            return folder;
        }
        if (inside.size() > 1) {
            String names = inside.stream().map(Path::toString).collect(Collectors.joining(", "));
            throw usage("there are " + inside.size() + " data folders in " + folder, "name one of them: " + names);
        }
        return inside.get(0);
    }

    /** The folder that was meant, as storage sees it. */
    Disk disk() {
        return new FileDisk(found());
    }

    /** The folder as it was typed, for what is yet to be made. */
    Path typed() {
        return folder;
    }

    private List<Path> inside() {
        try (Stream<Path> files = Files.find(folder, DEPTH, (path, facts) -> path.endsWith(Identity.FILE))) {
            return files.map(Path::getParent).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static OfflineFailure usage(String message, String hint) {
        return new OfflineFailure(OfflineFailure.Kind.USAGE, message, hint);
    }
}
