package io.balsa.storage;

import java.io.IOException;

/**
 * The disk has no room for more. Met while preallocating a segment or writing down a truncation it is not a failure:
 * nothing depends on that file yet, and the log stays as it is until there is room again. Met anywhere else it is a
 * failed write.
 */
public final class StorageFullException extends IOException {
    private static final long serialVersionUID = 1L;

    public StorageFullException(String message) {
        super(message);
    }
}
