package io.balsa.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.balsa.Raft;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What live servers record, read as a program would read it. */
@Timeout(60)
final class TraceIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int COMMANDS = 50;
    private static final List<String> NODES = List.of("node-1", "node-2", "node-3");

    @TempDir
    private Path folder;

    @Test
    void aLifeOfACluster() throws IOException {
        long index = liveOnce("%n.jsonl").index();
        int leaders = 0;
        for (String node : NODES) {
            List<JsonNode> lines = read(folder.resolve(node + ".jsonl"));
            check(lines.get(0), node);
            leaders += (int) lines.stream().filter(TraceIT::isLeader).count();
            assertThat(last(lines, "commit").get("last").get("index").asLong()).isGreaterThanOrEqualTo(index);
            assertThat(last(lines, "applied").get("index").asLong()).isGreaterThanOrEqualTo(index);
            assertThat(kinds(lines))
                    .contains("started", "role", "ballot", "send", "receive", "append", "persisted", "stopped")
                    .doesNotContain("dropped", "full", "failed");
            assertOrdered(lines);
        }
        assertThat(leaders).isPositive();
    }

    @Test
    void whatOneNodeSendsAnotherReceives() throws IOException {
        String leader = liveOnce("%n.jsonl").leader();
        // Two followers may never have had anything to say to each other. A leader speaks to everybody, and of the
        // answers those of a majority must have come before the end.
        int answering = 0;
        for (String peer : NODES) {
            if (!peer.equals(leader)) {
                assertThat(receivedOfSent(leader, peer))
                        .as("%s to %s", leader, peer)
                        .isPositive();
                answering += receivedOfSent(peer, leader) > 0 ? 1 : 0;
            }
        }
        assertThat(answering).as("who answered %s", leader).isPositive();
    }

    @Test
    void twoNodesWithOneFileDoNotMix() throws IOException {
        liveOnce("shared.jsonl");

        List<JsonNode> lines = read(folder.resolve("shared.jsonl"));
        Set<String> nodes = new HashSet<>();
        lines.subList(1, lines.size())
                .forEach(line -> nodes.add(line.get("node").asText()));
        assertThat(nodes).containsExactly(lines.get(0).get("node").asText());
    }

    /**
     * What was done.
     *
     * @param leader who led from before the last command until all had applied it
     * @param index of the last command
     */
    private record Life(String leader, long index) {}

    /** Elects, commits and closes. */
    private Life liveOnce(String file) throws IOException {
        Map<String, Object> trace =
                Map.of("raft.trace.file", folder.resolve(file).toString());
        try (Embedded cluster = Embedded.start(folder.resolve("data"), 3, trace)) {
            submit(cluster, COMMANDS);
            List<Life> lived = new ArrayList<>();
            cluster.await(() -> {
                Raft leader = cluster.leader();
                lived.add(new Life(NODES.get(cluster.all().indexOf(leader)), submit(cluster, 1)));
                return leader.isLeader();
            });
            return lived.get(lived.size() - 1);
        }
    }

    /** The index of the last command, which all have applied. */
    private static long submit(Embedded cluster, int commands) {
        Raft raft = cluster.all().get(0);
        long index = 0;
        for (int i = 0; i < commands; i++) {
            index = raft.submit(new byte[] {1}).toCompletableFuture().join().index();
        }
        long last = index;
        cluster.await(() -> cluster.all().stream().allMatch(each -> each.appliedIndex() >= last));
        return last;
    }

    /** How many different messages were received, all of which must have been sent. */
    private int receivedOfSent(String from, String to) throws IOException {
        Set<String> sent = messages(from, "send", "to", to);
        Set<String> received = messages(to, "receive", "from", from);
        assertThat(sent).as("%s to %s", from, to).containsAll(received);
        return received.size();
    }

    private static void check(JsonNode header, String node) {
        assertThat(header.get("balsa-trace").asInt()).isEqualTo(1);
        assertThat(header.get("cluster").asText()).isEqualTo("embedded");
        assertThat(header.get("group").asText()).isEqualTo("main");
        assertThat(header.get("node").asText()).isEqualTo(node);
    }

    private static boolean isLeader(JsonNode line) {
        return line.path("event").asText().equals("role")
                && line.get("to").asText().equals("Leader");
    }

    private static void assertOrdered(List<JsonNode> lines) {
        long time = 0;
        long term = 0;
        long commit = 0;
        for (JsonNode line : lines.subList(1, lines.size())) {
            assertThat(line.get("t").asLong()).as(line.toString()).isGreaterThanOrEqualTo(time);
            assertThat(line.get("term").asLong()).as(line.toString()).isGreaterThanOrEqualTo(term);
            time = line.get("t").asLong();
            term = line.get("term").asLong();
            if (line.get("event").asText().equals("commit")) {
                assertThat(line.get("last").get("index").asLong()).isGreaterThan(commit);
                commit = line.get("last").get("index").asLong();
            }
        }
    }

    private static JsonNode last(List<JsonNode> lines, String event) {
        List<JsonNode> all = lines.stream()
                .filter(line -> line.path("event").asText().equals(event))
                .toList();
        assertThat(all).as(event).isNotEmpty();
        return all.get(all.size() - 1);
    }

    private static Set<String> kinds(List<JsonNode> lines) {
        Set<String> kinds = new HashSet<>();
        lines.forEach(line -> kinds.add(line.path("event").asText()));
        return kinds;
    }

    private Set<String> messages(String node, String event, String field, String peer) throws IOException {
        Set<String> messages = new HashSet<>();
        for (JsonNode line : read(folder.resolve(node + ".jsonl"))) {
            if (line.path("event").asText().equals(event)
                    && line.path(field).asText().equals(peer)) {
                messages.add(line.get("message").toString());
            }
        }
        return messages;
    }

    private static List<JsonNode> read(Path file) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }
}
