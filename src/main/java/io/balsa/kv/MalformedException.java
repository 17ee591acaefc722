package io.balsa.kv;

/** Bytes that are no command, query or reply of this version of the key-value machine. */
public final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedException(String message) {
        super(message);
    }
}
