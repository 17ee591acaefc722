package io.balsa.cli.local;

/** A cluster on this machine did not do what it was to do. */
public final class LocalFailure extends Exception {
    public LocalFailure(String message) {
        super(message);
    }
}
