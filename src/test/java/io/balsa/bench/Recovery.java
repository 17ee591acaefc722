package io.balsa.bench;

import io.balsa.cli.load.ClosedLoop;
import io.balsa.cli.load.Load;
import io.balsa.cli.load.Times;
import io.balsa.cli.local.LocalCluster;
import io.balsa.cli.local.LocalFailure;
import io.balsa.cli.local.NodeProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Restarts with a log: of a follower, until it has applied everything; of all nodes, until the next commit. */
@Command(
        name = "recovery",
        mixinStandardHelpOptions = true,
        description = "Fills the log, then restarts a follower, and then all nodes.")
final class Recovery extends Trial {
    private static final int IN_FLIGHT = 1024;
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(2);

    @Option(names = "--entries", paramLabel = "N", description = "How many; default: 1000000.")
    private long entries = 1_000_000;

    @Option(names = "--size", paramLabel = "B", description = "Bytes of each; default: 256.")
    private int size = 256;

    @Option(names = "--tries", paramLabel = "T", description = "How often each is restarted; default: 3.")
    private int tries = 3;

    @Override
    void measure(LocalCluster cluster, Row row) throws IOException, LocalFailure {
        Progress.phase("writing %d entries", entries);
        fill(cluster);
        Row one = row("recovery-one").put("size", size).put("note", "from the start until all is applied");
        write(one.put(restartOne(cluster)));
        row.put("test", "recovery-all").put("size", size).put("note", "from the start until the first commit");
        row.put(restartAll(cluster));
    }

    private void fill(LocalCluster cluster) throws LocalFailure {
        try (ClientSource source = new ClientSource(cluster, 1)) {
            ClosedLoop loops = ClosedLoop.of(entries);
            byte[] put = ClientSource.put(0, size);
            for (int loop = 0; loop < IN_FLIGHT; loop++) {
                loops.start(() -> source.send(0, put));
            }
            loops.finish();
        }
        cluster.awaitApplied(cluster.submit(ClientSource.put(0, 1)).index());
    }

    private Load restartOne(LocalCluster cluster) throws IOException, LocalFailure {
        long start = System.nanoTime();
        Times times = new Times();
        for (int round = 1; round <= tries; round++) {
            Progress.phase("restarting one, %d of %d", round, tries);
            String leader = cluster.awaitLeader(0).leader().orElseThrow();
            NodeProcess follower = cluster.nodes().stream()
                    .filter(node -> !node.id().equals(leader))
                    .findFirst()
                    .orElseThrow(() -> new LocalFailure("a cluster of one has no follower to restart"));
            follower.terminate();
            follower.awaitEnd();
            long last = cluster.submit(ClientSource.put(0, 1)).index();
            long began = System.nanoTime();
            follower.start();
            awaitApplied(cluster, follower, last);
            times.done(System.nanoTime() - began);
        }
        return times.after(System.nanoTime() - start);
    }

    private Load restartAll(LocalCluster cluster) throws IOException, LocalFailure {
        long start = System.nanoTime();
        Times times = new Times();
        for (int round = 1; round <= tries; round++) {
            Progress.phase("restarting all, %d of %d", round, tries);
            cluster.nodes().forEach(NodeProcess::terminate);
            for (NodeProcess node : cluster.nodes()) {
                node.awaitEnd();
            }
            long began = System.nanoTime();
            for (NodeProcess node : cluster.nodes()) {
                node.start();
            }
            cluster.submit(ClientSource.put(0, 1));
            times.done(System.nanoTime() - began);
        }
        return times.after(System.nanoTime() - start);
    }

    /** Asks the node alone, and often: the whole cluster is asked too seldom to tell milliseconds. */
    private static void awaitApplied(LocalCluster cluster, NodeProcess node, long last) throws LocalFailure {
        long end = System.nanoTime() + PATIENCE.toNanos();
        long applied = 0;
        while (applied < last) {
            if (System.nanoTime() > end) {
                throw new LocalFailure(node.id() + " has applied no more than " + applied + " of " + last);
            }
            applied = cluster.connection()
                    .status(node.address())
                    .thenApply(status -> status.applied())
                    .exceptionally(silent -> 0L)
                    .toCompletableFuture()
                    .join();
            LockSupport.parkNanos(PAUSE);
        }
    }
}
