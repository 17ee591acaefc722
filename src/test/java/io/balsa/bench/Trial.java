package io.balsa.bench;

import io.balsa.cli.local.Launch;
import io.balsa.cli.local.LocalCluster;
import io.balsa.cli.local.LocalFailure;
import io.balsa.cli.local.NodeProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** One thing that {@code bench.sh} measures, on a cluster of its own. */
abstract class Trial implements Callable<Integer> {
    /** Where the commands come from. */
    enum From {
        /** A client in a process of its own, over Artery; the nodes are those of {@code node.sh}. */
        CLIENT,
        /** The leader's own process, through {@code io.balsa.Raft}, for a machine without state. */
        INSIDE
    }

    @Spec
    private CommandSpec spec;

    @Option(names = "--nodes", paramLabel = "N", description = "How many nodes; default: 3.")
    private int nodes = 3;

    @Option(
            names = "--timing",
            paramLabel = "HEARTBEAT,MIN,MAX",
            split = ",",
            description = "The heartbeat and the election timeout in ms; default: as nodes have it.")
    private int[] timing = {};

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "A setting of all nodes, such as raft.storage.sync=off; may be given many times.")
    private List<String> settings = List.of();

    @Option(names = "--csv", paramLabel = "FILE", description = "Adds the line to a file; default: standard output.")
    private Path csv;

    private final Path folder = Path.of(System.getProperty("bench.folder"));
    private final Path home = Path.of(System.getProperty("bench.home"));

    /** Measures, and fills the row; may write rows of its own before. */
    abstract void measure(LocalCluster cluster, Row row) throws IOException, LocalFailure;

    /** Where the commands come from, and with it what the nodes are. */
    From from() {
        return From.CLIENT;
    }

    /** Whether the nodes are to record their syncs, for {@link Syncs}. */
    boolean recordsSyncs() {
        return false;
    }

    @Override
    public final Integer call() throws IOException, LocalFailure {
        Progress.phase("%d nodes start", nodes);
        String recording = recordsSyncs() ? Syncs.recording(folder) : "";
        Launch launch = from() == From.INSIDE ? InsideNode.launch(home, recording) : Launch.script(home, recording);
        try (LocalCluster cluster = LocalCluster.start(launch, folder, nodes, settings())) {
            measureOn(cluster);
        }
        Progress.end();
        return 0;
    }

    final CommandSpec spec() {
        return spec;
    }

    final Path folder() {
        return folder;
    }

    /** A row with what is known before anything was measured. */
    final Row row(String test) {
        return new Row(test).put("from", from().name().toLowerCase(Locale.ROOT)).put("nodes", nodes);
    }

    final void write(Row row) throws IOException {
        Progress.end();
        row.write(Optional.ofNullable(csv));
    }

    private void measureOn(LocalCluster cluster) throws IOException, LocalFailure {
        try {
            cluster.awaitLeader(0);
            Row row = row(spec.name());
            measure(cluster, row);
            write(row);
        } catch (LocalFailure failed) {
            Progress.end();
            for (NodeProcess node : cluster.nodes()) {
                System.err.println(node.id() + (node.isAlive() ? " runs" : " has ended") + "; its last lines:");
                node.lastLines(15).forEach(line -> System.err.println("  " + line));
            }
            throw failed;
        }
    }

    private List<String> settings() {
        List<String> all = new ArrayList<>();
        if (timing.length == 3) {
            all.add("raft.heartbeat-interval = " + timing[0] + " ms");
            all.add("raft.election-timeout { min = " + timing[1] + " ms, max = " + timing[2] + " ms }");
        }
        all.addAll(settings);
        return all;
    }
}
