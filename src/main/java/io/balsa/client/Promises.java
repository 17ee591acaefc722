package io.balsa.client;

import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * What threads wait for from a client, lest anybody waits for one that has ended: a message on its way to a stopped
 * actor is lost. What that actor had received it has answered when it stopped; what is left here was never sent.
 */
final class Promises {
    private final Set<Promise<?>> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** Asks for something; fails at once when nobody is left to be asked. */
    <T> CompletionStage<T> open(Consumer<Promise<T>> request) {
        Promise<T> promise = new Promise<>();
        open.add(promise);
        // Only now: closing may have passed over it.
        if (closed) {
            fail(promise);
        } else {
            request.accept(promise);
        }
        return promise.whenComplete((value, failure) -> open.remove(promise));
    }

    /** Nobody keeps them any more. */
    void close() {
        closed = true;
        open.forEach(Promises::fail);
    }

    private static void fail(Promise<?> promise) {
        promise.completeExceptionally(new UnavailableException("the client is closed"));
    }
}
