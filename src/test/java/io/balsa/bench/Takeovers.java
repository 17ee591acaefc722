package io.balsa.bench;

import io.balsa.cli.load.Times;
import io.balsa.cli.local.LocalCluster;
import io.balsa.cli.local.LocalFailure;
import io.balsa.cli.local.NodeProcess;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The leader is taken away, again and again: the time until a command is carried out that was sent afterwards. */
abstract class Takeovers extends Trial {
    private static final int AT_ONCE = 16;

    @Option(names = "--from", description = "Who sends: ${COMPLETION-CANDIDATES}; inside: the others; default: client.")
    private From from = From.CLIENT;

    @Option(names = "--tries", paramLabel = "T", description = "How often; default: 20.")
    private int tries = 20;

    /** A node that has just started runs uncompiled, and one that was in use does not. */
    @Option(
            names = "--use",
            paramLabel = "S",
            description = "Seconds for which the cluster has work before each time; default: 10.")
    private int use = 10;

    /** Takes the leader away, and does not wait until it is gone. */
    abstract void strike(NodeProcess leader);

    @Command(
            name = "election",
            mixinStandardHelpOptions = true,
            description = "Kills the leader (kill -9), again and again.")
    static final class Election extends Takeovers {
        @Override
        void strike(NodeProcess leader) {
            leader.process().destroyForcibly();
        }
    }

    @Command(
            name = "handover",
            mixinStandardHelpOptions = true,
            description = "Stops the leader in order (SIGTERM), again and again.")
    static final class Handover extends Takeovers {
        @Override
        void strike(NodeProcess leader) {
            leader.terminate();
        }
    }

    @Override
    final From from() {
        return from;
    }

    @Override
    final void measure(LocalCluster cluster, Row row) throws IOException, LocalFailure {
        if (cluster.nodes().size() < 3) {
            throw new LocalFailure("fewer than 3 nodes cannot do without their leader");
        }
        Times times = new Times();
        long began = System.nanoTime();
        for (int round = 1; round <= tries; round++) {
            Progress.phase("round %d of %d", round, tries);
            use(cluster);
            cluster.awaitApplied(cluster.submit(command()).index());
            NodeProcess leader = cluster.node(cluster.awaitLeader(0).leader().orElseThrow());
            long struck = System.nanoTime();
            strike(leader);
            awaitCommit(cluster, leader, "round-" + round);
            times.done(System.nanoTime() - struck);
            leader.awaitEnd();
            leader.start();
        }
        row.put(times.after(System.nanoTime() - began)).put("note", tries + " tries");
    }

    private void use(LocalCluster cluster) throws LocalFailure {
        for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(use); System.nanoTime() < end; ) {
            try {
                CompletableFuture.allOf(
                                Stream.generate(() -> cluster.connection().submit(command()))
                                        .limit(AT_ONCE)
                                        .map(CompletionStage::toCompletableFuture)
                                        .toArray(CompletableFuture[]::new))
                        .join();
            } catch (CompletionException e) {
                throw new LocalFailure("a command failed: " + e.getCause().getMessage());
            }
        }
    }

    private void awaitCommit(LocalCluster cluster, NodeProcess gone, String name) throws IOException, LocalFailure {
        if (from == From.INSIDE) {
            List<NodeProcess> others =
                    cluster.nodes().stream().filter(node -> node != gone).toList();
            InsideSource.firstCommit(others, folder(), name);
        } else if (!Probe.firstCommit(() -> cluster.connection().submit(command()))) {
            throw new LocalFailure("nothing was committed in a minute");
        }
    }

    private static byte[] command() {
        return ClientSource.put(0, 1);
    }
}
