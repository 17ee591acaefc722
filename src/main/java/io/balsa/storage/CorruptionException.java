package io.balsa.storage;

/**
 * Bytes that were known to be on disk and are wrong or gone. The server refuses to start or go on with them (exit 5).
 */
public final class CorruptionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String file;
    private final long offset;
    private final String reason;

    /**
     * @param file relative to the data folder
     * @param offset of the first wrong byte known, from the beginning of the file
     * @param reason what is wrong there
     */
    public CorruptionException(String file, long offset, String reason) {
        super("corruption in " + file + " at byte " + offset + ": " + reason);
        this.file = file;
        this.offset = offset;
        this.reason = reason;
    }

    public String file() {
        return file;
    }

    public long offset() {
        return offset;
    }

    public String reason() {
        return reason;
    }
}
