package io.balsa.cli.load;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Closed-loop load: each loop sends its next command when the one before is answered, by the thread that delivers the
 * answer. The times count from sending to the answer.
 */
public final class ClosedLoop {
    /** As many loops as a {@link Phaser} can count. */
    public static final int MOST_LOOPS = 65_000;

    /** After a failure a loop waits, so that it does not spin when nobody answers. */
    private static final Executor LATER = CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS);

    private final long begin = System.nanoTime();
    private final AtomicLong left;
    private final Times times = new Times();
    private final Phaser loops = new Phaser(1);
    private volatile long end;

    private ClosedLoop(Duration duration, long commands) {
        this.end = begin + duration.toNanos();
        this.left = new AtomicLong(commands);
    }

    /** Sends for so long. */
    public static ClosedLoop lasting(Duration duration) {
        return new ClosedLoop(duration, Long.MAX_VALUE);
    }

    /** Sends until so many commands have been carried out. */
    public static ClosedLoop of(long commands) {
        return new ClosedLoop(Duration.ofDays(1), commands);
    }

    /**
     * Begins another loop.
     *
     * @param send sends one command
     */
    public void start(Supplier<? extends CompletionStage<?>> send) {
        loops.register();
        next(send);
    }

    /** Waits until it is over and all is answered, or until somebody who interrupts has seen enough. */
    public Load finish() {
        try {
            loops.awaitAdvanceInterruptibly(loops.arrive());
        } catch (InterruptedException enough) {
            end = System.nanoTime();
        }
        return times.after(System.nanoTime() - begin);
    }

    private void next(Supplier<? extends CompletionStage<?>> send) {
        long sent = System.nanoTime();
        if (sent - end >= 0 || left.getAndDecrement() <= 0) {
            loops.arriveAndDeregister();
            return;
        }
        send.get().whenComplete((answer, failure) -> answered(send, sent, failure));
    }

    private void answered(Supplier<? extends CompletionStage<?>> send, long sent, Throwable failure) {
        if (failure == null) {
            times.done(System.nanoTime() - sent);
            next(send);
            return;
        }
        times.failed();
        left.incrementAndGet();
        LATER.execute(() -> next(send));
    }
}
