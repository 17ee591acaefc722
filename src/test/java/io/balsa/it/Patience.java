package io.balsa.it;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** Waits for what must come, far longer than it needs on a busy machine, and leaves the processor to those who work. */
final class Patience {
    static final Duration LIMIT = Duration.ofMinutes(2);

    /** For how long verbs of the client try, unless a test is about that. */
    static final String OF_VERBS = "30s";

    private static final long PAUSE_MILLIS = 20;

    private Patience() {}

    /** Looks again and again until it is so. */
    static void await(String what, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("has not come in " + LIMIT.toSeconds() + " s: " + what);
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
    }
}
