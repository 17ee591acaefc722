package io.balsa.client;

import io.balsa.client.delivery.Outcome;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** A future that an outcome can be given to; failures become the exceptions of this package. */
final class Promise<T> extends CompletableFuture<T> implements Consumer<Outcome<T>> {
    @Override
    public void accept(Outcome<T> outcome) {
        if (outcome instanceof Outcome.Done<T> done) {
            complete(done.value());
        } else {
            completeExceptionally(failure(outcome));
        }
    }

    private static RuntimeException failure(Outcome<?> outcome) {
        if (outcome instanceof Outcome.Refused<?> refused) {
            return new RefusedException(refused.refusal(), refused.reason());
        }
        return outcome instanceof Outcome.Unavailable<?> unavailable
                ? new UnavailableException(unavailable.reason())
                : new OutcomeUnknownException(((Outcome.Unknown<?>) outcome).reason());
    }
}
