package io.balsa.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.Applied;
import io.balsa.client.Connection;
import io.balsa.protocol.reply.AdminReply.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A few keys are written over and over on small nodes while a follower is down (§7): the disk in use and the heap stay
 * as they are, the follower comes back by a snapshot, and a restart is short. {@code -Dbalsa.overwrites=2000000} writes
 * so often.
 */
@EnabledIfSystemProperty(named = "balsa.overwrites", matches = "[1-9][0-9]*")
final class OverwriteIT {
    private static final int WRITES = Integer.getInteger("balsa.overwrites", 0);
    private static final int KEYS = 100;
    private static final int AT_A_TIME = 500;
    private static final int LOOKS = 10;
    private static final String VALUE = "x".repeat(80);
    private static final Duration LONGEST_RESTART = Duration.ofSeconds(10);
    private static final Pattern USED = Pattern.compile("used (\\d+)K");

    /** The log (max-log-size, retain-size and two segments) and two snapshots and a draft of a small state. */
    private static final long MOST_BYTES = (32 + 8 + 2 * 4 + 4) << 20;

    /** By how much the heap may be larger at the end than it was after the first tenth. */
    private static final long MOST_GROWTH_KIB = 16 << 10;

    @TempDir
    private Path folder;

    private final Map<String, List<Long>> heaps = new TreeMap<>();
    private long mostBytes;
    private NodeProcesses nodes;

    @Test
    void diskAndHeapStayAsTheyAreAndTheFollowerComesBack() throws Exception {
        try (NodeProcesses processes = new NodeProcesses(
                folder,
                "snapshot { max-log-size = 32 MiB, retain-size = 8 MiB }",
                "storage { segment-size = 4 MiB, tail-size = 16 MiB }")) {
            nodes = processes;
            nodes.jvm("-Xmx256m");
            nodes.startAll();
            String leader = nodes.awaitLeader();
            String down = nodes.others(leader).get(0);
            nodes.kill(down);
            for (int look = 0; look < LOOKS; look++) {
                overwrite(WRITES / LOOKS * look, WRITES / LOOKS * (look + 1));
                note();
            }
            System.out.printf("most on disk %d KiB, heaps %s KiB%n", mostBytes >> 10, heaps);
            comeBack(down);
            restart(leader);
            verify();
        }
        assertThat(mostBytes).isLessThan(MOST_BYTES);
        assertThat(heaps.values()).allSatisfy(used -> assertThat(used.get(LOOKS - 1) - used.get(0))
                .as("the heap has grown, of %s KiB", used)
                .isLessThan(MOST_GROWTH_KIB));
    }

    private void comeBack(String down) throws Exception {
        long begin = System.nanoTime();
        nodes.start(down);
        awaitApplied(down);
        System.out.printf("the follower is back in %d ms%n", millisSince(begin));
        assertThat(status(down).snapshotIndex()).isPositive();
        assertThat(status(down).firstIndex()).as("it came by a snapshot").isGreaterThan(1);
    }

    private void restart(String id) throws Exception {
        nodes.kill(id);
        long begin = System.nanoTime();
        nodes.start(id);
        awaitApplied(id);
        System.out.printf("a restart takes %d ms%n", millisSince(begin));
        assertThat(Duration.ofMillis(millisSince(begin))).isLessThanOrEqualTo(LONGEST_RESTART);
    }

    private void awaitApplied(String id) throws Exception {
        nodes.await(
                id + " has applied everything",
                () -> nodes.status(id).map(Status::applied).orElse(0L) > WRITES);
    }

    private void overwrite(int from, int to) throws Exception {
        try (Connection connection = nodes.connect()) {
            KeyValueClient client = new KeyValueClient(connection);
            Deque<CompletableFuture<Applied>> open = new ArrayDeque<>();
            for (int i = from; i < to; i++) {
                open.add(client.startPut("key-" + i % KEYS, i + VALUE).toCompletableFuture());
                keep(open, i);
            }
            open.forEach(CompletableFuture::join);
        }
    }

    private void keep(Deque<CompletableFuture<Applied>> open, int done) throws IOException {
        if (open.size() >= AT_A_TIME) {
            open.remove().join();
        }
        if (done % 10_000 == 0) {
            look();
        }
    }

    /** How much is on the disks of those that run. */
    private void look() throws IOException {
        for (String id : nodes.running()) {
            mostBytes = Math.max(mostBytes, bytes(nodes.data(id)));
        }
    }

    /** What is used of the heaps when nothing is in them that nobody needs. */
    private void note() throws Exception {
        look();
        for (String id : nodes.running()) {
            String pid = Long.toString(nodes.process(id).pid());
            Shell.run(jcmd(), pid, "GC.run");
            String info = Shell.run(jcmd(), pid, "GC.heap_info").text();
            Matcher used = USED.matcher(info);
            assertThat(used.find()).as(info).isTrue();
            heaps.computeIfAbsent(id, first -> new ArrayList<>()).add(Long.parseLong(used.group(1)));
        }
    }

    private void verify() throws Exception {
        nodes.awaitEqualLogs();
        try (Connection connection = nodes.connect()) {
            KeyValueClient client = new KeyValueClient(connection);
            int last = WRITES / LOOKS * LOOKS;
            for (int i = last - KEYS; i < last; i++) {
                assertThat(client.get("key-" + i % KEYS)).contains(i + VALUE);
            }
        }
    }

    private Status status(String id) {
        return nodes.status(id).orElseThrow(() -> new AssertionError(id + " does not answer"));
    }

    private static String jcmd() {
        return Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    }

    private static long millisSince(long begin) {
        return Duration.ofNanos(System.nanoTime() - begin).toMillis();
    }

    private static long bytes(Path data) throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.toList()) {
                bytes += file.toFile().length();
            }
        }
        return bytes;
    }
}
