package io.balsa.launcher;

import io.balsa.model.UnknownEntryException;
import io.balsa.storage.CorruptionException;
import io.balsa.storage.StorageException;
import io.balsa.storage.StorageFullException;
import java.nio.file.Path;
import java.util.Optional;

/** What an operator can do about a data folder that has ended a node. */
final class NextStep {
    private NextStep() {}

    /** What helps against this failure or the ones that caused it, if anything is known to. */
    static Optional<String> after(Throwable failure, Path folder) {
        if (isCausedBy(failure, StorageFullException.class)) {
            return Optional.of("free space in " + folder + ", then start the node again");
        }
        if (isCausedBy(failure, StorageException.class)) {
            return Optional.of("check the disk and the permissions of " + folder + ", then start the node again");
        }
        if (isCausedBy(failure, CorruptionException.class)) {
            return Optional.of("check the disk of " + folder + " and keep the folder: the other members refuse a node"
                    + " that comes back without what it promised");
        }
        if (isCausedBy(failure, UnknownEntryException.class)) {
            return Optional.of(
                    "start the newest version of Balsa that any member runs; nothing in " + folder + " is lost");
        }
        return Optional.empty();
    }

    private static boolean isCausedBy(Throwable failure, Class<? extends Throwable> kind) {
        Throwable cause = failure;
        while (cause != null && !kind.isInstance(cause)) {
            cause = cause.getCause();
        }
        return cause != null;
    }
}
