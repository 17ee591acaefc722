package io.balsa.config.access;

/** A file with keys or tokens, which the configuration names, cannot be used; the message says which and why. */
public final class UnusableFileException extends RuntimeException {
    private final String key;

    public UnusableFileException(String key, Object file, String reason) {
        super("%s = \"%s\" %s".formatted(key, file, reason), null, false, false);
        this.key = key;
    }

    /** The key that names the file. */
    public String key() {
        return key;
    }
}
