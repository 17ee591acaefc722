package io.balsa.cli.typing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/** Where typed lines are kept. They hold keys and values, so nobody but their owner may read them. */
public final class HistoryFile {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private HistoryFile() {}

    /** The file, made if need be; empty when it cannot be written, or not be kept from others. */
    public static Optional<Path> open(Path file) {
        try {
            if (!Files.exists(file)) {
                Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
            }
            if (!Files.isRegularFile(file)) {
                return Optional.empty();
            }
            Files.setPosixFilePermissions(file, OWNER_ONLY);
        } catch (IOException | UnsupportedOperationException refused) {
            return Optional.empty();
        }
        return Optional.of(file).filter(Files::isWritable);
    }
}
