package io.balsa.cli.demo;

import io.balsa.Applied;
import io.balsa.cli.local.Launch;
import io.balsa.cli.local.LocalCluster;
import io.balsa.cli.local.LocalFailure;
import io.balsa.cli.local.NodeProcess;
import io.balsa.kv.KvCommand;
import io.balsa.model.Entries;
import io.balsa.show.ClusterView;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Starts a cluster, commits, kills the leader, commits again, starts the killed node, and shows that all agree; one
 * line per step. Whoever called it cleans up: the process ids are in {@code FOLDER/*.pid}.
 */
@Command(
        name = "demo.sh",
        description = "Starts a cluster, kills its leader, and shows that nothing is lost.",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true)
public final class Demo implements Callable<Integer> {
    private static final int FAILED = 1;

    /** Three of them start on few cores and live for seconds: too short for the better compiler to pay. */
    private static final String JAVA_OPTS = "-XX:TieredStopAtLevel=1";

    @Option(names = "--keep", description = "Leaves the cluster running and says how to talk to it.")
    private boolean keep;

    @Option(names = "--nodes", paramLabel = "N", description = "How many nodes, at least 3; default: 3.")
    private int count = 3;

    @Option(names = "--folder", required = true, hidden = true)
    private Path folder;

    @Option(names = "--home", required = true, hidden = true)
    private Path home;

    private final PrintStream out = System.out;
    private final Instant began = ProcessHandle.current().info().startInstant().orElseGet(Instant::now);

    public static void main(String... args) {
        // Before any thread logs: otherwise its lines are held back, and that is told on standard error.
        LoggerFactory.getILoggerFactory();
        int code = new CommandLine(new Demo()).execute(args);
        Runtime.getRuntime().halt(code);
    }

    @Override
    public Integer call() throws IOException {
        if (count < 3 || count > 9) {
            System.err.println("error: --nodes " + count + " cannot lose its leader, or is too many for one machine");
            System.err.println("hint: demo.sh --nodes 5");
            return CommandLine.ExitCode.USAGE;
        }
        step("%d nodes start, as %d processes in %s", count, count, folder);
        Launch launch = Launch.script(home, JAVA_OPTS);
        try (LocalCluster cluster = LocalCluster.start(launch, folder, count, List.of())) {
            return play(cluster);
        }
    }

    private int play(LocalCluster cluster) throws IOException {
        try {
            ClusterView before = cluster.awaitLeader(0);
            NodeProcess killed = cluster.node(before.leader().orElseThrow());
            step("%s leads in term %d", killed.id(), before.term());
            put(cluster, "hello");
            killed.kill();
            step("%s, the leader, is killed (kill -9)", killed.id());
            ClusterView after = cluster.awaitLeader(before.term());
            step("%s leads in term %d", after.leader().orElseThrow(), after.term());
            Applied last = put(cluster, "hello again");
            killed.start();
            step("%s starts again", killed.id());
            agree(cluster, last.index());
            out.println("PASS");
            explain();
            return CommandLine.ExitCode.OK;
        } catch (LocalFailure failed) {
            report(cluster, failed);
            return FAILED;
        }
    }

    private Applied put(LocalCluster cluster, String value) throws LocalFailure {
        byte[] key = "greeting".getBytes(StandardCharsets.UTF_8);
        Applied applied = cluster.submit(new KvCommand.Put(key, value.getBytes(StandardCharsets.UTF_8)).encode());
        step("put greeting \"%s\": committed as entry %d", value, applied.index());
        return applied;
    }

    private void agree(LocalCluster cluster, long last) throws LocalFailure {
        cluster.awaitApplied(last);
        byte[] expected = null;
        for (NodeProcess node : cluster.nodes()) {
            Entries log = cluster.log(node, last);
            expected = expected == null ? log.toByteArray() : expected;
            if (!Arrays.equals(expected, log.toByteArray())) {
                throw new LocalFailure(node.id() + " has another log than the others: " + log.toList());
            }
        }
        String names = cluster.nodes().stream().map(NodeProcess::id).collect(Collectors.joining(", "));
        step("%s hold the same %d entries, and have applied them", names, last);
    }

    private void explain() {
        if (keep) {
            out.println("The cluster goes on. Talk to it:");
            out.println(
                    "  " + home.resolve("bin/client.sh") + " --config " + folder.resolve("cluster.conf") + " status");
            out.println("End it:");
            out.println("  kill $(cat " + folder + "/*.pid) && rm -r " + folder);
        }
    }

    private void report(LocalCluster cluster, LocalFailure failed) throws IOException {
        step("FAIL: %s", failed.getMessage());
        for (NodeProcess node : cluster.nodes()) {
            System.err.println(node.id() + (node.isAlive() ? " runs; its last lines:" : " has ended; its last lines:"));
            node.lastLines(15).forEach(line -> System.err.println("  " + line));
        }
    }

    private void step(String text, Object... values) {
        double seconds = Duration.between(began, Instant.now()).toMillis() / 1000.0;
        out.printf(Locale.ROOT, "%6.1f s  %s%n", seconds, String.format(Locale.ROOT, text, values));
        out.flush();
    }
}
