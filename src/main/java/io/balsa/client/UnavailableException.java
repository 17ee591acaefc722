package io.balsa.client;

/** The request was not carried out and never will be: nobody leads, nobody answers, or too much is under way. */
public final class UnavailableException extends RuntimeException {
    public UnavailableException(String message) {
        super(message, null, false, false);
    }
}
