package io.balsa.cli;

import io.balsa.Applied;
import io.balsa.cli.show.Answer;
import io.balsa.kv.KvCommand;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Closed-loop load: every client keeps so many puts in flight, and sends the next one when an earlier one is answered.
 * The times count from sending to the answer.
 */
@Command(name = "bench", description = "Loads the cluster with puts and measures how long they take.")
final class Bench extends Verb {
    /** Longer answers are counted as this long. */
    private static final long HIGHEST = TimeUnit.MINUTES.toNanos(1);

    /** Of all clients together; what a {@link Phaser} can count. */
    private static final int MOST_IN_FLIGHT = 65_000;

    /** After a failure a client waits, so that it does not spin when nobody answers. */
    private static final Executor LATER = CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS);

    @Option(names = "--clients", paramLabel = "N", description = "Writers with a key of their own; default: 10.")
    private int clients = 10;

    @Option(names = "--in-flight", paramLabel = "K", description = "Puts in flight per client; default: 1.")
    private int inFlight = 1;

    @Option(names = "--size", paramLabel = "B", description = "Bytes of each value; default: 100.")
    private int size = 100;

    @Option(names = "--seconds", paramLabel = "S", description = "How long; default: 10.")
    private int seconds = 10;

    @Override
    void run(Client client) {
        requireSense();
        byte[] value = checked(client, new byte[Math.min(size, client.cluster().maxCommandBytes() + 1)]);
        await(client.cluster().submit(put("bench", value)));
        Load load = new Load(client.cluster(), Duration.ofSeconds(seconds));
        for (int writer = 0; writer < clients; writer++) {
            byte[] command = put("bench-" + writer, value);
            for (int i = 0; i < inFlight; i++) {
                load.start(command);
            }
        }
        load.finish();
        print(client, answer(load));
    }

    private void requireSense() {
        if (clients < 1 || inFlight < 1 || size < 0 || seconds < 1) {
            throw Failure.usage(
                    "a bench needs at least one client, one put in flight and one second", "client.sh bench");
        }
        if ((long) clients * inFlight > MOST_IN_FLIGHT) {
            throw Failure.usage(
                    "--clients times --in-flight is more than " + MOST_IN_FLIGHT,
                    "use fewer; they share one connection");
        }
    }

    private static byte[] put(String key, byte[] value) {
        return new KvCommand.Put(key.getBytes(StandardCharsets.UTF_8), value).encode();
    }

    private Answer answer(Load load) {
        Histogram times = load.times;
        double rate = times.getTotalCount() * 1e9 / load.nanos;
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("clients", clients);
        json.put("inFlight", inFlight);
        json.put("size", size);
        json.put("seconds", load.nanos / 1e9);
        json.put("ops", times.getTotalCount());
        json.put("errors", load.errors.sum());
        json.put("opsPerSecond", rate);
        json.put("p50", millis(times, 50));
        json.put("p99", millis(times, 99));
        json.put("p999", millis(times, 99.9));
        json.put("max", millis(times, 100));
        json.put("unit", "ms");
        String line = String.format(
                Locale.ROOT,
                "%.0f ops/s  p50 %.2f ms  p99 %.2f ms  p999 %.2f ms  max %.2f ms  errors %d",
                rate,
                millis(times, 50),
                millis(times, 99),
                millis(times, 99.9),
                millis(times, 100),
                load.errors.sum());
        return Answer.of(json, line, line);
    }

    private static double millis(Histogram times, double percentile) {
        return times.getValueAtPercentile(percentile) / 1e6;
    }

    /** One run. The next put of a loop is sent by the thread that delivers the answer to the one before. */
    private static final class Load {
        private final Cluster cluster;
        private final long begin = System.nanoTime();
        private volatile long end;
        private final Histogram times = new ConcurrentHistogram(HIGHEST, 3);
        private final LongAdder errors = new LongAdder();
        private final Phaser loops = new Phaser(1);
        private long nanos;

        Load(Cluster cluster, Duration duration) {
            this.cluster = cluster;
            this.end = begin + duration.toNanos();
        }

        void start(byte[] command) {
            loops.register();
            send(command);
        }

        /** Waits until the time is up, or somebody has seen enough. */
        void finish() {
            try {
                loops.awaitAdvanceInterruptibly(loops.arrive());
            } catch (InterruptedException enough) {
                end = System.nanoTime();
            }
            nanos = System.nanoTime() - begin;
        }

        private void send(byte[] command) {
            long sent = System.nanoTime();
            if (sent - end >= 0) {
                loops.arriveAndDeregister();
                return;
            }
            cluster.submit(command).whenComplete((applied, failure) -> answered(command, sent, applied));
        }

        private void answered(byte[] command, long sent, Applied applied) {
            if (applied == null) {
                errors.increment();
                LATER.execute(() -> send(command));
                return;
            }
            times.recordValue(Math.min(HIGHEST, System.nanoTime() - sent));
            send(command);
        }
    }
}
