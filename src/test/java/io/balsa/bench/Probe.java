package io.balsa.bench;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Waits for the first command that is carried out, of one sent every few milliseconds. */
final class Probe {
    private static final long EVERY = 5;
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);

    private Probe() {}

    /** Whether there was one within a minute. */
    static boolean firstCommit(Supplier<? extends CompletionStage<?>> send) {
        CountDownLatch first = new CountDownLatch(1);
        long end = System.nanoTime() + PATIENCE;
        try {
            do {
                send.get().thenRun(first::countDown);
            } while (!first.await(EVERY, TimeUnit.MILLISECONDS) && System.nanoTime() < end);
        } catch (InterruptedException enough) {
            Thread.currentThread().interrupt();
        }
        return first.getCount() == 0;
    }
}
