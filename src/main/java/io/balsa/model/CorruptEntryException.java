package io.balsa.model;

/** Bytes that claim to be entries and are not: a wrong length, checksum, order or payload. */
public class CorruptEntryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CorruptEntryException(String message) {
        super(message);
    }

    public CorruptEntryException(String message, Throwable cause) {
        super(message, cause);
    }
}
