package io.balsa.client;

import io.balsa.client.delivery.Outcome;

/** The request was understood and was not carried out; sending it again will not help. */
public final class RefusedException extends RuntimeException {
    private final Outcome.Refusal refusal;

    public RefusedException(Outcome.Refusal refusal, String message) {
        super(message, null, false, false);
        this.refusal = refusal;
    }

    public Outcome.Refusal refusal() {
        return refusal;
    }
}
