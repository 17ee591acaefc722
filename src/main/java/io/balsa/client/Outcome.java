package io.balsa.client;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * What became of a request: exactly one of four, and each of them is true.
 *
 * @param <T> what a request of this kind is answered with
 */
public sealed interface Outcome<T> {

    /** Carried out. */
    record Done<T>(T value) implements Outcome<T> {}

    /** Not carried out, and asking again will not help. */
    record Refused<T>(Refusal refusal, String reason) implements Outcome<T> {}

    /** Not carried out, and never will be; asking again may help. */
    record Unavailable<T>(String reason) implements Outcome<T> {}

    /** Sent but not confirmed: it may or may not have been carried out, or still be. */
    record Unknown<T>(String reason) implements Outcome<T> {}

    /** A future that an outcome may be given to, from any thread. Failures become the exceptions of this package. */
    final class Promise<T> extends CompletableFuture<T> implements Consumer<Outcome<T>> {
        @Override
        public void accept(Outcome<T> outcome) {
            if (outcome instanceof Done<T> done) {
                complete(done.value());
            } else {
                completeExceptionally(failure(outcome));
            }
        }

        private static RuntimeException failure(Outcome<?> outcome) {
            if (outcome instanceof Refused<?> refused) {
                return new RefusedException(refused.refusal(), refused.reason());
            }
            return outcome instanceof Unavailable<?> unavailable
                    ? new UnavailableException(unavailable.reason())
                    : new OutcomeUnknownException(((Unknown<?>) outcome).reason());
        }
    }
}
