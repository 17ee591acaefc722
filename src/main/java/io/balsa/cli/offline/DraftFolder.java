package io.balsa.cli.offline;

import io.balsa.model.NodeId;
import io.balsa.storage.Disk;
import io.balsa.storage.FileDisk;
import io.balsa.storage.StorageException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/** A data folder that has no name of its own until it is whole: no node may start on half of one. */
final class DraftFolder {
    private final Path target;
    private final Path draft;

    private DraftFolder(Path target) {
        this.target = target;
        this.draft = target.resolveSibling(target.getFileName() + ".draft");
    }

    /**
     * A draft for a node's folder.
     *
     * @param typed the folder, or the one that holds those of all nodes
     * @throws OfflineFailure when there is something already
     */
    static DraftFolder at(Path typed, NodeId node, String group) {
        Path whole = typed.toAbsolutePath().normalize();
        Path inside = Path.of(node.name(), group);
        DraftFolder folder = new DraftFolder(whole.endsWith(inside) ? whole : whole.resolve(inside));
        requireEmpty(folder.target, "start on another one, or move it away");
        requireEmpty(folder.draft, "a restore was interrupted; remove it");
        return folder;
    }

    Disk disk() {
        return new FileDisk(draft);
    }

    /** Gives it its name, durably. */
    void publish() {
        try {
            Files.deleteIfExists(target);
            Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
            try (FileChannel parent = FileChannel.open(target.getParent(), StandardOpenOption.READ)) {
                parent.force(true);
            }
        } catch (IOException e) {
            throw new StorageException("cannot give the folder " + draft + " its name", e);
        }
    }

    private static void requireEmpty(Path folder, String hint) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            if (files.findAny().isPresent()) {
                throw new OfflineFailure(OfflineFailure.Kind.UNSAFE, "the folder " + folder + " is not empty", hint);
            }
        } catch (IOException e) {
            throw new StorageException("cannot look into the folder " + folder, e);
        }
    }

    @Override
    public String toString() {
        return target.toString();
    }
}
