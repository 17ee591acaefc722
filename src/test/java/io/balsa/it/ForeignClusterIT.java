package io.balsa.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.balsa.client.Connection;
import io.balsa.protocol.Target;
import io.balsa.protocol.reply.AdminReply.Status;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node of another cluster stands at an address where two nodes look for a member of theirs, and so the other way. */
final class ForeignClusterIT {
    private static final String STRANGER = "node-3";

    @TempDir
    private Path folder;

    @Test
    void bothSidesRefuseAndSayItOnceAndTheOthersGoOn() throws Exception {
        try (NodeProcesses nodes = new NodeProcesses(folder)) {
            nodes.set(STRANGER, "raft.cluster-id = another");
            nodes.startAll();
            nodes.awaitLeader();
            awaitRefusalsByAll(nodes);
            writeFor(nodes, 3);

            for (String id : nodes.others(STRANGER)) {
                assertThat(refusals(nodes, id))
                        .singleElement()
                        .asString()
                        .contains(
                                id + " refuses messages from " + STRANGER,
                                "cluster \"another\"",
                                "check raft.cluster-id");
                assertThat(refusals(nodes, STRANGER))
                        .filteredOn(line -> line.contains(STRANGER + " refuses messages from " + id))
                        .singleElement()
                        .asString()
                        .contains("cluster \"it\"");
            }
            assertStrangerIsNobody(nodes);
        }
    }

    private static void awaitRefusalsByAll(NodeProcesses nodes) throws Exception {
        nodes.await("a refusal by all", () -> {
            boolean all = true;
            for (String id : nodes.ids()) {
                all &= refusals(nodes, id).size() > (id.equals(STRANGER) ? 1 : 0);
            }
            return all;
        });
    }

    private static void assertStrangerIsNobody(NodeProcesses nodes) throws Exception {
        assertThat(nodes.said(STRANGER)).noneMatch(line -> line.contains("→ Candidate") || line.contains("→ Leader"));
        Status stranger = statusOfStranger(nodes);
        assertThat(stranger.term()).isZero();
        assertThat(stranger.last().index()).isZero();
        assertThat(stranger.role()).isNotEqualTo("Leader");
    }

    /** What a cluster of which two of three are left must still do, while all greet each other again and again. */
    private static void writeFor(NodeProcesses nodes, int seconds) throws Exception {
        String[] members = nodes.others(STRANGER).toArray(String[]::new);
        try (Connection connection = nodes.connect(members)) {
            KeyValueClient client = new KeyValueClient(connection);
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
            int written = 0;
            while (System.nanoTime() < end) {
                client.put("k" + written, "v");
                written++;
                TimeUnit.MILLISECONDS.sleep(50);
            }
            assertThat(written).isPositive();
            assertThat(client.get("k" + (written - 1))).contains("v");
        }
    }

    private static List<String> refusals(NodeProcesses nodes, String id) throws Exception {
        return nodes.said(id).stream()
                .filter(line -> line.contains(" refuses messages from "))
                .toList();
    }

    private static Status statusOfStranger(NodeProcesses nodes) {
        String address = nodes.address(STRANGER);
        try (Connection connection =
                Connection.open(List.of(address), new Target("another", "main"), ConfigFactory.load())) {
            return connection.status(address).toCompletableFuture().join();
        }
    }
}
