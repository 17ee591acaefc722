package io.balsa.bench;

import io.balsa.cli.load.ClosedLoop;
import io.balsa.cli.load.Load;
import io.balsa.cli.local.LocalCluster;
import io.balsa.cli.local.LocalFailure;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Commands for some time, after as many that are not counted, until everything is compiled. */
abstract class Loads extends Trial {
    @Option(names = "--from", description = "Where the commands come from: ${COMPLETION-CANDIDATES}; default: client.")
    private From from = From.CLIENT;

    @Option(names = "--size", paramLabel = "B", description = "Bytes of each command; default: 256.")
    private int size = 256;

    @Option(names = "--clients", paramLabel = "C", description = "Clients with a session of their own; default: 1.")
    private int clients = 1;

    @Option(names = "--seconds", paramLabel = "S", description = "How long is measured; default: 15.")
    private int seconds = 15;

    @Option(names = "--warmup", paramLabel = "S", description = "How long it runs before; default: 10.")
    private int warmup = 10;

    @Option(
            names = "--parts",
            paramLabel = "N",
            description = "Measures so many times that long, a line for each, to see what changes; default: 1.")
    private int parts = 1;

    @Option(names = "--syncs", description = "Counts syncs too; the nodes record each, which costs a little.")
    private boolean syncs;

    /** The load, for so many clients. */
    abstract Order order(int size, int clients, Duration duration);

    @Command(name = "closed", mixinStandardHelpOptions = true, description = "Keeps so many commands in flight.")
    static final class Closed extends Loads {
        @Option(names = "--in-flight", paramLabel = "K", description = "Of all clients together; default: 64.")
        private int inFlight = 64;

        @Override
        Order order(int size, int clients, Duration duration) {
            require(inFlight >= clients && inFlight <= ClosedLoop.MOST_LOOPS, "--in-flight", "one for each client");
            return new Order(inFlight, 0, size, clients, duration);
        }
    }

    @Command(
            name = "open",
            mixinStandardHelpOptions = true,
            description = "Sends at a fixed rate; counts from when a command was due.")
    static final class Open extends Loads {
        @Option(names = "--rate", paramLabel = "R", description = "Commands per second; default: 1000.")
        private int rate = 1000;

        @Override
        Order order(int size, int clients, Duration duration) {
            require(rate > 0, "--rate", "1 or more");
            return new Order(0, rate, size, clients, duration);
        }
    }

    @Override
    final From from() {
        return from;
    }

    @Override
    final boolean recordsSyncs() {
        return syncs;
    }

    @Override
    final void measure(LocalCluster cluster, Row row) throws IOException, LocalFailure {
        require(clients > 0 && (clients == 1 || from == From.CLIENT), "--clients", "1, or more from clients");
        require(parts > 0 && (parts == 1 || !syncs), "--parts", "1 or more, and 1 with --syncs, which ends the nodes");
        Order order = order(size, clients, Duration.ofSeconds(seconds));
        try (Source source = open(cluster)) {
            Progress.phase("warming up, %d s", warmup);
            source.run(order(size, clients, Duration.ofSeconds(warmup)));
            for (int part = 1; part < parts; part++) {
                Progress.phase("measuring, %d s, %d of %d", seconds, part, parts);
                Row earlier = row(spec().name());
                measure(cluster, source, order, earlier);
                write(earlier);
            }
            Progress.phase("measuring, %d s", seconds);
            measure(cluster, source, order, row);
        }
    }

    private void measure(LocalCluster cluster, Source source, Order order, Row row) throws IOException, LocalFailure {
        Instant began = Instant.now();
        Usage before = Usage.ofAll(cluster);
        Source.Outcome outcome = source.run(order);
        fill(row, outcome, Usage.ofAll(cluster).since(before));
        order.describe(row);
        count(cluster, row, outcome.load(), began);
    }

    final void require(boolean sense, String option, String what) {
        if (!sense) {
            throw new ParameterException(spec().commandLine(), option + " must be " + what);
        }
    }

    private Source open(LocalCluster cluster) throws LocalFailure {
        return from == From.INSIDE ? new InsideSource(cluster, folder()) : new ClientSource(cluster, clients);
    }

    private static void fill(Row row, Source.Outcome outcome, Usage used) {
        Load load = outcome.load();
        double ops = Math.max(1, load.times().getTotalCount());
        row.put(load).put("ops_per_s", load.opsPerSecond(), 0).put("cpu_us_per_op", used.cpuMicros() / ops, 2);
        outcome.allocated().ifPresent(bytes -> row.put("alloc_bytes_per_op", bytes / ops, 0));
        used.written().ifPresent(bytes -> row.put("written_bytes_per_op", bytes / ops, 0));
    }

    /** Per node, as each syncs for itself what all of them get. */
    private void count(LocalCluster cluster, Row row, Load load, Instant began) throws IOException {
        if (syncs) {
            double perNode = Syncs.stopAndCount(cluster, folder(), began, began.plusNanos(load.nanos()))
                    / (double) cluster.nodes().size();
            row.put("syncs_per_s", perNode * 1e9 / load.nanos(), 0)
                    .put("ops_per_sync", load.times().getTotalCount() / Math.max(1, perNode), 2);
        }
    }
}
