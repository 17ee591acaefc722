package io.balsa.role;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.dispatch.DispatcherPrerequisites;
import org.apache.pekko.dispatch.ExecutionContexts;
import org.apache.pekko.dispatch.ExecutorServiceConfigurator;
import org.apache.pekko.dispatch.ExecutorServiceFactory;
import org.apache.pekko.event.LoggingAdapter;
import org.apache.pekko.testkit.ExplicitlyTriggeredScheduler;
import scala.concurrent.duration.FiniteDuration;

/**
 * Manual time that passes as soon as no actor has anything left to do, where {@link ManualTime} gives them a tenth of a
 * second each time. Who waits for the test itself is given that long, too.
 */
public final class SettledTime extends ExplicitlyTriggeredScheduler {
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final String DISPATCHER =
            "{ type = Dispatcher, executor = \"io.balsa.role.SettledTime$Configurator\" }";
    private static final Work WORK = new Work();

    public SettledTime(Config config, LoggingAdapter log, ThreadFactory threads) {
        super(config, log, threads);
    }

    /** Of an actor system that goes by this time, all dispatchers included. */
    static Config config() {
        return ConfigFactory.parseString("""
                pekko {
                  scheduler.implementation = "io.balsa.role.SettledTime"
                  actor {
                    default-dispatcher = %1$s
                    internal-dispatcher = %1$s
                    default-blocking-io-dispatcher = %1$s
                  }
                }
                raft { node-dispatcher = %1$s, journal-dispatcher = %1$s, applier-dispatcher = %1$s }
                """.formatted(DISPATCHER)).withFallback(ManualTime.config());
    }

    @Override
    public void timePasses(FiniteDuration amount) {
        WORK.settle();
        // So that it gets there even if nothing is to be done then.
        scheduleOnce(amount, () -> {}, ExecutionContexts.global());
        executeTasks(currentTimeMs() + amount.toMillis());
    }

    /** How many tasks were handed to an executor and are not done. An actor with messages always has one. */
    private static final class Work {
        private int open;

        synchronized void begin() {
            open++;
        }

        synchronized void end() {
            open--;
            notifyAll();
        }

        synchronized void settle() {
            long deadline = System.nanoTime() + PATIENCE_NANOS;
            try {
                for (long left = PATIENCE_NANOS; open > 0 && left > 0; left = deadline - System.nanoTime()) {
                    TimeUnit.NANOSECONDS.timedWait(this, left);
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Named in the configuration of every dispatcher. */
    public static final class Configurator extends ExecutorServiceConfigurator {
        public Configurator(Config config, DispatcherPrerequisites prerequisites) {
            super(config, prerequisites);
        }

        @Override
        public ExecutorServiceFactory createExecutorServiceFactory(String id, ThreadFactory threads) {
            return () -> new Workers(threads);
        }
    }

    /** A thread for whoever has something to do. */
    private static final class Workers extends ThreadPoolExecutor {
        Workers(ThreadFactory threads) {
            super(0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), threads);
        }

        @Override
        public void execute(Runnable task) {
            WORK.begin();
            super.execute(task);
        }

        @Override
        protected void afterExecute(Runnable task, Throwable failure) {
            WORK.end();
        }
    }
}
