package io.balsa.cli.offline;

import io.balsa.storage.CorruptionException;
import io.balsa.storage.FolderRefusedException;
import io.balsa.storage.StorageException;

/** Why a verb could not do with a data folder what it was asked, and what to try next. */
public final class OfflineFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private static final String MANUAL = "Disaster tools in operations.md says what can be done";

    private final Kind kind;
    private final String hint;

    /** What kind of failure it is; each has an exit code of its own. */
    public enum Kind {
        USAGE,
        CORRUPT,
        UNSAFE,
        DISK_FAILED
    }

    /**
     * @param message one line, without a full stop
     * @param hint the next command to try, or the next thing to look at
     */
    OfflineFailure(Kind kind, String message, String hint) {
        super(message, null, false, false);
        this.kind = kind;
        this.hint = hint;
    }

    /** What a failure of the storage means to the one who typed the verb; what is none is thrown as it is. */
    static RuntimeException of(RuntimeException failure) {
        if (failure instanceof CorruptionException) {
            return new OfflineFailure(
                    Kind.CORRUPT, failure.getMessage(), "check the disk, and keep the folder as it is; " + MANUAL);
        }
        if (failure instanceof FolderRefusedException) {
            return new OfflineFailure(
                    Kind.UNSAFE,
                    failure.getMessage(),
                    "stop the node that uses it, or name another folder with --data");
        }
        if (failure instanceof StorageException) {
            return new OfflineFailure(
                    Kind.DISK_FAILED, failure.getMessage(), "check the disk, the free space and the permissions");
        }
        return failure;
    }

    public Kind kind() {
        return kind;
    }

    public String hint() {
        return hint;
    }
}
