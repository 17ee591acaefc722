package io.balsa.storage;

import java.nio.file.FileSystemException;

/**
 * The disk failed to read, write or sync. Nothing may be acknowledged any more: after a failed sync the system's cache
 * holds bytes that the disk may never get, and a second sync proves nothing. The process ends (exit 8) and comes back
 * through recovery.
 */
public final class StorageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StorageException(String message, Throwable cause) {
        super(message + ": " + reason(cause), cause);
    }

    /** Some failures of files have a message that is nothing but a path; what went wrong is the name of their class. */
    private static String reason(Throwable cause) {
        boolean onlyPath = cause instanceof FileSystemException failure && failure.getReason() == null;
        return onlyPath ? cause.getClass().getSimpleName() + " " + cause.getMessage() : cause.getMessage();
    }
}
