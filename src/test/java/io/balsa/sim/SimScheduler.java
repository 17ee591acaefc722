package io.balsa.sim;

import com.typesafe.config.Config;
import io.balsa.sim.SimRuntime.Alarm;
import java.util.concurrent.ThreadFactory;
import org.apache.pekko.actor.AbstractScheduler;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.event.LoggingAdapter;
import scala.concurrent.ExecutionContext;
import scala.concurrent.duration.FiniteDuration;

/** Timers in virtual time. */
public final class SimScheduler extends AbstractScheduler {
    public SimScheduler(Config config, LoggingAdapter log, ThreadFactory threads) {}

    @Override
    public Cancellable scheduleOnce(FiniteDuration delay, Runnable task, ExecutionContext executor) {
        return new Once(SimRuntime.INSTANCE.after(real(delay), () -> executor.execute(task)));
    }

    /** Deprecated for callers only; every fixed-rate timer still comes here. */
    @Override
    @Deprecated
    public Cancellable schedule(
            FiniteDuration initial, FiniteDuration interval, Runnable task, ExecutionContext executor) {
        Repeated repeated = new Repeated(real(interval), () -> executor.execute(task));
        repeated.arm(real(initial));
        return repeated;
    }

    /** Timers of a process go by its clock. */
    private static long real(FiniteDuration span) {
        return SimRuntime.INSTANCE.runningHost().untilItsClockHasGone(span.toNanos());
    }

    @Override
    public double maxFrequency() {
        return 1e9;
    }

    private record Once(Alarm alarm) implements Cancellable {
        @Override
        public boolean cancel() {
            return alarm.cancel();
        }

        @Override
        public boolean isCancelled() {
            return !alarm.isPending();
        }
    }

    private static final class Repeated implements Cancellable {
        private final long interval;
        private final Runnable action;
        private boolean cancelled;

        Repeated(long interval, Runnable action) {
            this.interval = interval;
            this.action = action;
        }

        void arm(long delay) {
            SimRuntime.INSTANCE.after(delay, this::ring);
        }

        private void ring() {
            if (!cancelled) {
                action.run();
                arm(interval);
            }
        }

        @Override
        public boolean cancel() {
            boolean first = !cancelled;
            cancelled = true;
            return first;
        }

        @Override
        public boolean isCancelled() {
            return cancelled;
        }
    }
}
