package io.balsa.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.Applied;
import io.balsa.client.Connection;
import io.balsa.protocol.reply.AdminReply.Status;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A follower is down while a few keys are written over and over: the log stays short, the follower comes back by a
 * snapshot, and a restart of all finds the same state.
 */
final class SnapshotIT {
    private static final int KEYS = 100;
    private static final int WRITES = 30_000;
    private static final int AT_A_TIME = 500;
    private static final int VALUE = 200;

    /** The log without compaction would be about twice as large. */
    private static final long MOST_LOG_BYTES = 4 << 20;

    @TempDir
    private Path folder;

    @Test
    void aFollowerComesBackByASnapshotAndAllComeBackFromTheirs() throws Exception {
        try (NodeProcesses nodes = new NodeProcesses(
                folder,
                "snapshot.max-log-size = 1 MiB",
                "snapshot.retain-size = 256 KiB",
                "snapshot.chunk-size = 8 KiB",
                "storage.segment-size = 256 KiB",
                "storage.tail-size = 1 MiB")) {
            nodes.startAll();
            String leader = nodes.awaitLeader();
            String down = nodes.others(leader).get(0);
            nodes.kill(down);
            overwrite(nodes);
            nodes.await("a snapshot is taken", () -> status(nodes, leader).snapshotIndex() > WRITES / 2);
            assertThat(logBytes(nodes.data(leader))).isLessThan(MOST_LOG_BYTES);
            long first = status(nodes, leader).firstIndex();

            nodes.start(down);

            nodes.await(
                    "it has caught up",
                    () -> nodes.status(down).map(Status::applied).orElse(0L) > WRITES);
            assertThat(status(nodes, down).snapshotIndex()).isGreaterThanOrEqualTo(first - 1);
            assertThat(nodes.leads(leader))
                    .as("nobody stood for election meanwhile")
                    .isTrue();
            triggerAndInspect(nodes);
            restartAll(nodes);
        }
    }

    private static void restartAll(NodeProcesses nodes) throws Exception {
        nodes.killAll();
        nodes.startAll();
        nodes.awaitLeader();
        verify(nodes);
    }

    private static void overwrite(NodeProcesses nodes) {
        try (Connection connection = nodes.connect()) {
            KeyValueClient client = new KeyValueClient(connection);
            for (int i = 0; i < WRITES; i += AT_A_TIME) {
                List<CompletableFuture<Applied>> open = new ArrayList<>();
                IntStream.range(i, i + AT_A_TIME)
                        .forEach(one -> open.add(
                                client.startPut("key-" + one % KEYS, value(one)).toCompletableFuture()));
                open.forEach(CompletableFuture::join);
            }
        }
    }

    private static String value(int i) {
        return "value-" + i + "-" + "x".repeat(VALUE);
    }

    private static void triggerAndInspect(NodeProcesses nodes) throws Exception {
        Shell.Result triggered = nodes.client("-o", "json", "snapshot", "trigger");
        assertThat(triggered.code()).as(triggered.err()).isZero();
        Shell.Result listed = nodes.verb("-o", "text", "snapshot", "list");
        String table = new String(listed.out(), StandardCharsets.UTF_8);
        assertThat(table.lines()).hasSizeGreaterThanOrEqualTo(nodes.ids().size());
        Shell.Result inspected = nodes.verb("-o", "json", "snapshot", "inspect");
        assertThat(new String(inspected.out(), StandardCharsets.UTF_8)).contains("machineBytes", "members");
    }

    private static void verify(NodeProcesses nodes) throws Exception {
        try (Connection connection = nodes.connect()) {
            KeyValueClient client = new KeyValueClient(connection);
            for (int key = 0; key < KEYS; key++) {
                assertThat(client.get("key-" + key)).contains(value(WRITES - KEYS + key));
            }
        }
    }

    private static Status status(NodeProcesses nodes, String id) {
        return nodes.status(id).orElseThrow(() -> new AssertionError(id + " does not answer"));
    }

    private static long logBytes(Path data) throws Exception {
        try (Stream<Path> files = Files.walk(data)) {
            return files.filter(file -> file.toString().endsWith(".log"))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }
}
