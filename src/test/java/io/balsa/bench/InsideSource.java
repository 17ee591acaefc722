package io.balsa.bench;

import com.sun.management.ThreadMXBean;
import io.balsa.cli.load.Load;
import io.balsa.cli.local.LocalCluster;
import io.balsa.cli.local.LocalFailure;
import io.balsa.cli.local.NodeProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/** The leader's own process, an {@link InsideNode}, which is told what to run and writes down what came of it. */
final class InsideSource implements Source {
    private static final long PATIENCE = TimeUnit.MINUTES.toNanos(10);
    private static final long PAUSE = TimeUnit.MICROSECONDS.toNanos(500);

    private final Path folder;
    private final NodeProcess leader;
    private int orders;

    /** In the process of whoever leads now. */
    InsideSource(LocalCluster cluster, Path folder) throws LocalFailure {
        this.folder = folder;
        this.leader = cluster.node(cluster.awaitLeader(0).leader().orElseThrow());
    }

    @Override
    public Outcome run(Order order) throws IOException, LocalFailure {
        Path answer = folder.resolve("answer-" + ++orders);
        tell(leader, answer + " load " + order.line());
        await(List.of(answer), List.of(leader), order.duration());
        return decode(Files.readString(answer));
    }

    /** Has some nodes try to commit, and waits until the first has. */
    static void firstCommit(Collection<NodeProcess> nodes, Path folder, String name) throws IOException, LocalFailure {
        List<Path> answers = nodes.stream()
                .map(node -> folder.resolve(name + "-" + node.id()))
                .toList();
        for (NodeProcess node : nodes) {
            tell(node, folder.resolve(name + "-" + node.id()) + " probe");
        }
        await(answers, nodes, Duration.ZERO);
    }

    @Override
    public void close() {}

    private static void tell(NodeProcess node, String line) throws IOException {
        OutputStream orders = node.process().getOutputStream();
        orders.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        orders.flush();
    }

    private static void await(List<Path> anyOf, Collection<NodeProcess> alive, Duration work) throws LocalFailure {
        long end = System.nanoTime() + work.toNanos() + PATIENCE;
        while (anyOf.stream().noneMatch(Files::exists)) {
            Optional<NodeProcess> ended =
                    alive.stream().filter(node -> !node.isAlive()).findAny();
            if (ended.isPresent() || System.nanoTime() > end) {
                throw new LocalFailure(
                        ended.map(node -> node.id() + " has ended").orElse("no node answers"));
            }
            LockSupport.parkNanos(PAUSE);
        }
    }

    /** Runs a load, in the node's process, and puts down what it has come to. */
    static String encode(Supplier<Load> run) {
        long before = allocated();
        Load load = run.get();
        long allocated = before < 0 ? -1 : allocated() - before;
        ByteBuffer times = ByteBuffer.allocate(load.times().getNeededByteBufferCapacity());
        int length = load.times().encodeIntoCompressedByteBuffer(times);
        String text = Base64.getEncoder().encodeToString(Arrays.copyOf(times.array(), length));
        return load.errors() + " " + load.nanos() + " " + allocated + " " + text;
    }

    private static Outcome decode(String text) throws LocalFailure {
        String[] words = text.split(" ", 4);
        try {
            Histogram times = Histogram.decodeFromCompressedByteBuffer(
                    ByteBuffer.wrap(Base64.getDecoder().decode(words[3])), 0);
            long allocated = Long.parseLong(words[2]);
            return new Outcome(
                    new Load(times, Long.parseLong(words[0]), Long.parseLong(words[1])),
                    allocated < 0 ? OptionalLong.empty() : OptionalLong.of(allocated));
        } catch (DataFormatException e) {
            throw new LocalFailure("what the node has written cannot be read: " + e.getMessage());
        }
    }

    /** Bytes allocated so far by all threads that live; -1 when the JVM does not count them. */
    private static long allocated() {
        if (!(ManagementFactory.getThreadMXBean() instanceof ThreadMXBean threads)) {
            return -1;
        }
        return Arrays.stream(threads.getThreadAllocatedBytes(threads.getAllThreadIds()))
                .filter(bytes -> bytes > 0)
                .sum();
    }
}
