package io.balsa.storage;

/**
 * The data folder must not be used by this process: it belongs to another server, was written by a newer version, or
 * another process holds it (exit 7). Nothing in it was changed.
 */
public final class FolderRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public FolderRefusedException(String message) {
        super(message);
    }
}
