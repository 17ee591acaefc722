package io.balsa.client;

/** The command was sent and not confirmed: it may have been applied, may still be, or may never be. */
public final class OutcomeUnknownException extends RuntimeException {
    public OutcomeUnknownException(String message) {
        super(message, null, false, false);
    }
}
