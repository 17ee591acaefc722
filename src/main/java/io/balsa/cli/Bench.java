package io.balsa.cli;

import io.balsa.cli.load.ClosedLoop;
import io.balsa.cli.load.Load;
import io.balsa.kv.KvCommand;
import io.balsa.show.Answer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Closed-loop load: every client keeps so many puts in flight, and sends the next one when an earlier one is answered.
 * The times count from sending to the answer.
 */
@Command(name = "bench", description = "Loads the cluster with puts and measures how long they take.")
final class Bench extends Verb {
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
        Cluster cluster = client.cluster();
        ClosedLoop load = ClosedLoop.lasting(Duration.ofSeconds(seconds));
        for (int writer = 0; writer < clients; writer++) {
            byte[] command = put("bench-" + writer, value);
            for (int i = 0; i < inFlight; i++) {
                load.start(() -> cluster.submit(command));
            }
        }
        print(client, answer(load.finish()));
    }

    private void requireSense() {
        if (clients < 1 || inFlight < 1 || size < 0 || seconds < 1) {
            throw Failure.usage(
                    "a bench needs at least one client, one put in flight and one second", "client.sh bench");
        }
        if ((long) clients * inFlight > ClosedLoop.MOST_LOOPS) {
            throw Failure.usage(
                    "--clients times --in-flight is more than " + ClosedLoop.MOST_LOOPS,
                    "use fewer; they share one connection");
        }
    }

    private static byte[] put(String key, byte[] value) {
        return new KvCommand.Put(key.getBytes(StandardCharsets.UTF_8), value).encode();
    }

    private Answer answer(Load load) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("clients", clients);
        json.put("inFlight", inFlight);
        json.put("size", size);
        json.put("seconds", load.nanos() / 1e9);
        json.put("ops", load.times().getTotalCount());
        json.put("errors", load.errors());
        json.put("opsPerSecond", load.opsPerSecond());
        json.put("p50", millis(load, 50));
        json.put("p99", millis(load, 99));
        json.put("p999", millis(load, 99.9));
        json.put("max", millis(load, 100));
        json.put("unit", "ms");
        String line = String.format(
                Locale.ROOT,
                "%.0f ops/s  p50 %.2f ms  p99 %.2f ms  p999 %.2f ms  max %.2f ms  errors %d",
                load.opsPerSecond(),
                millis(load, 50),
                millis(load, 99),
                millis(load, 99.9),
                millis(load, 100),
                load.errors());
        return Answer.of(json, line, line);
    }

    private static double millis(Load load, double percentile) {
        return load.percentile(percentile) / 1e6;
    }
}
