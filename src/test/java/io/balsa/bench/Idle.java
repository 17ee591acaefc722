package io.balsa.bench;

import io.balsa.cli.local.LocalCluster;
import io.balsa.cli.local.LocalFailure;
import io.balsa.cli.local.NodeProcess;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A cluster that nobody asks anything: what it uses all the same. */
@Command(
        name = "idle",
        mixinStandardHelpOptions = true,
        description = "CPU, bytes written and syncs of a cluster that has nothing to do.")
final class Idle extends Trial {
    @Option(names = "--seconds", paramLabel = "S", description = "How long is measured; default: 30.")
    private int seconds = 30;

    @Option(names = "--settle", paramLabel = "S", description = "How long it is left to itself before; default: 10.")
    private int settle = 10;

    @Override
    boolean recordsSyncs() {
        return true;
    }

    @Override
    void measure(LocalCluster cluster, Row row) throws IOException, LocalFailure {
        cluster.submit(ClientSource.put(0, 1));
        Progress.phase("settling, %d s", settle);
        pause(settle);
        Progress.phase("measuring, %d s", seconds);
        Instant began = Instant.now();
        Map<NodeProcess, Usage> before = usages(cluster);
        pause(seconds);
        Map<NodeProcess, Usage> used = usages(cluster);
        used.replaceAll((node, usage) -> usage.since(before.get(node)));
        Instant end = Instant.now();
        String percents = used.entrySet().stream().map(this::percent).collect(Collectors.joining(" "));
        double syncs = Syncs.stopAndCount(cluster, folder(), began, end);
        row.put("seconds", seconds)
                .put("syncs_per_s", syncs / cluster.nodes().size() / seconds, 2)
                .put("note", "cpu of one core: " + percents + "; bytes written: " + written(used));
    }

    private String percent(Map.Entry<NodeProcess, Usage> node) {
        double percent = node.getValue().cpuMicros() / 1e4 / seconds;
        return String.format(Locale.ROOT, "%s %.1f %%", node.getKey().id(), percent);
    }

    private static String written(Map<NodeProcess, Usage> used) {
        boolean known = used.values().stream().allMatch(usage -> usage.written().isPresent());
        long bytes = used.values().stream()
                .map(Usage::written)
                .filter(OptionalLong::isPresent)
                .mapToLong(OptionalLong::getAsLong)
                .sum();
        return known ? Long.toString(bytes) : "not available";
    }

    private static Map<NodeProcess, Usage> usages(LocalCluster cluster) {
        Map<NodeProcess, Usage> usages = new LinkedHashMap<>();
        cluster.nodes().forEach(node -> usages.put(node, Usage.of(node)));
        return usages;
    }

    private static void pause(int seconds) {
        long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
