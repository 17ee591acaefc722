package io.balsa.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.balsa.client.Connection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the system sees of nodes while one command at a time is under way, many are, and none. */
final class SyncOrderIT {
    private static final String UNSYNCED = "node-3";
    private static final int WRITES = 100;
    private static final int CLIENTS = 50;
    private static final int SHARED_WRITES = 1500;
    private static final List<String> SYNCS =
            List.of("-D", "-f", "--seccomp-bpf", "-ttt", "-e", "trace=fdatasync,fsync");
    private static final Pattern SYNC = Pattern.compile("\\d+ +(\\d+)\\.(\\d{3})\\d* f(?:data)?sync\\(.*");

    @TempDir
    private Path folder;

    @Test
    void everyAcknowledgementFollowsTheSyncThatCoversItUnlessSyncsAreOff() throws Exception {
        assumeTrue(Shell.run("sh", "-c", "command -v strace").code() == 0, "skipped, there is no strace here");
        try (NodeProcesses nodes = new NodeProcesses(folder)) {
            // This one must show that the check can fail, and so must not lead.
            nodes.set(UNSYNCED, "raft { storage.sync = off, election-timeout { min = 20 s, max = 30 s } }");
            for (String id : nodes.ids()) {
                nodes.trace(id, SyncOrder.OPTIONS, trace(id));
            }
            nodes.startAll();
            String leader = nodes.awaitLeader();
            write(nodes);
            String follower = nodes.others(leader).stream()
                    .filter(id -> !id.equals(UNSYNCED))
                    .findFirst()
                    .orElseThrow();

            SyncOrder order = end(nodes, follower);
            assertThat(order.violations()).isEmpty();
            assertThat(order.acknowledgements()).isGreaterThanOrEqualTo(WRITES);
            assertThat(end(nodes, UNSYNCED).violations()).isNotEmpty();
        }
    }

    @Test
    void manyClientsShareASyncAndWhoIsIdleSyncsNothing() throws Exception {
        assumeTrue(Shell.run("sh", "-c", "command -v strace").code() == 0, "skipped, there is no strace here");
        try (NodeProcesses nodes = new NodeProcesses(folder)) {
            nodes.ids().forEach(id -> nodes.trace(id, SYNCS, trace(id)));
            nodes.startAll();
            String leader = nodes.awaitLeader();
            long busy = System.currentTimeMillis();
            try (Connection connection = nodes.connect();
                    Increments increments = Increments.of(connection, "shared", CLIENTS)) {
                increments.awaitMore(SHARED_WRITES);
                increments.stop();
            }
            nodes.awaitEqualLogs();
            long idle = System.currentTimeMillis();
            TimeUnit.SECONDS.sleep(3);
            long end = System.currentTimeMillis();

            Map<String, Pattern> ends = new TreeMap<>();
            nodes.ids().forEach(id -> ends.put(id, endOf(nodes.process(id), "killed by SIGKILL")));
            nodes.killAll();
            for (String id : nodes.ids()) {
                awaitTrace(id, ends.get(id));
                long shared = syncs(id, busy, idle);
                assertThat(shared).as("syncs of %s, %s leads", id, leader).isBetween(1L, SHARED_WRITES / 2L);
                assertThat(syncs(id, idle, end))
                        .as("syncs of %s while idle", id)
                        .isZero();
            }
        }
    }

    private long syncs(String id, long from, long to) throws IOException {
        return Files.readAllLines(trace(id)).stream()
                .map(SYNC::matcher)
                .filter(Matcher::matches)
                .mapToLong(line -> Long.parseLong(line.group(1) + line.group(2)))
                .filter(millis -> millis >= from && millis < to)
                .count();
    }

    private static void write(NodeProcesses nodes) throws Exception {
        try (Connection connection = nodes.connect()) {
            KeyValueClient client = new KeyValueClient(connection);
            for (int i = 0; i < WRITES; i++) {
                client.put("k" + i, "v");
            }
        }
        nodes.awaitEqualLogs();
    }

    private SyncOrder end(NodeProcesses nodes, String id) throws Exception {
        Pattern last = endOf(nodes.process(id), "exited with 0");
        assertThat(nodes.stop(id)).isZero();
        awaitTrace(id, last);
        return SyncOrder.in(trace(id));
    }

    private static Pattern endOf(Process process, String how) {
        return Pattern.compile("(?m)^" + process.pid() + " +[0-9. ]*\\+\\+\\+ " + how);
    }

    private void awaitTrace(String id, Pattern last) throws Exception {
        Patience.await("the end of the trace", () -> last.matcher(Files.readString(trace(id)))
                .find());
    }

    private Path trace(String id) {
        return folder.resolve(id + ".trace");
    }
}
