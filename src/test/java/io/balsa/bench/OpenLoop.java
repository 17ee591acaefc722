package io.balsa.bench;

import io.balsa.cli.load.Load;
import io.balsa.cli.load.Times;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;

/**
 * Open-loop load: commands are due at fixed times, whether earlier ones are answered or not. The times count from when
 * a command was due, so that one that could not be sent in time is not counted as fast (no coordinated omission).
 */
final class OpenLoop {
    private final Times times = new Times();
    private final int rate;
    private final long count;
    private final CountDownLatch unanswered;

    /**
     * @param rate commands per second
     */
    OpenLoop(int rate, Duration duration) {
        this.rate = rate;
        this.count = Math.max(1, rate * duration.toMillis() / 1000);
        this.unanswered = new CountDownLatch(Math.toIntExact(count));
    }

    /**
     * Sends all and waits for all answers.
     *
     * @param send sends the command with this number, counted from 0
     */
    Load run(LongFunction<? extends CompletionStage<?>> send) {
        long begin = System.nanoTime();
        for (long number = 0; number < count; number++) {
            long due = begin + number * TimeUnit.SECONDS.toNanos(1) / rate;
            waitUntil(due);
            send.apply(number).whenComplete((answer, failure) -> answered(due, failure));
        }
        try {
            unanswered.await();
        } catch (InterruptedException enough) {
            Thread.currentThread().interrupt();
        }
        return times.after(System.nanoTime() - begin);
    }

    private void answered(long due, Throwable failure) {
        if (failure == null) {
            times.done(System.nanoTime() - due);
        } else {
            times.failed();
        }
        unanswered.countDown();
    }

    private static void waitUntil(long due) {
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
