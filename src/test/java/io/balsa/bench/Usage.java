package io.balsa.bench;

import io.balsa.cli.local.LocalCluster;
import io.balsa.cli.local.NodeProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * What processes have used so far.
 *
 * @param cpu user and system time of all of them; in steps of 10 ms
 * @param written bytes given to the file system, as {@code /proc/PID/io} has it; empty on systems without it
 */
record Usage(Duration cpu, OptionalLong written) {
    private static final String WRITTEN = "write_bytes: ";

    /** Of all nodes and of this process. */
    static Usage ofAll(LocalCluster cluster) {
        return of(Stream.concat(cluster.nodes().stream().map(Usage::handle), Stream.of(ProcessHandle.current()))
                .toList());
    }

    static Usage of(NodeProcess node) {
        return of(List.of(handle(node)));
    }

    Usage since(Usage before) {
        OptionalLong more = written.isPresent() && before.written.isPresent()
                ? OptionalLong.of(written.getAsLong() - before.written.getAsLong())
                : OptionalLong.empty();
        return new Usage(cpu.minus(before.cpu), more);
    }

    double cpuMicros() {
        return cpu.toNanos() / 1e3;
    }

    private static ProcessHandle handle(NodeProcess node) {
        return node.process().toHandle();
    }

    private static Usage of(Collection<ProcessHandle> processes) {
        Duration cpu = processes.stream()
                .map(process -> process.info().totalCpuDuration().orElse(Duration.ZERO))
                .reduce(Duration.ZERO, Duration::plus);
        List<OptionalLong> each = processes.stream().map(Usage::written).toList();
        boolean known = each.stream().allMatch(OptionalLong::isPresent);
        long sum = each.stream().mapToLong(bytes -> bytes.orElse(0)).sum();
        return new Usage(cpu, known ? OptionalLong.of(sum) : OptionalLong.empty());
    }

    private static OptionalLong written(ProcessHandle process) {
        Path io = Path.of("/proc", Long.toString(process.pid()), "io");
        try (Stream<String> lines = Files.lines(io)) {
            return lines.filter(line -> line.startsWith(WRITTEN))
                    .mapToLong(line -> Long.parseLong(line.substring(WRITTEN.length())))
                    .findFirst();
        } catch (IOException | UncheckedIOException notAvailable) {
            return OptionalLong.empty();
        }
    }
}
