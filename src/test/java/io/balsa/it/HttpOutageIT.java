package io.balsa.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.it.HttpNodes.Answer;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What HTTP says when there is nobody to lead, and what a key is worth when its node is gone. */
@Timeout(120)
final class HttpOutageIT {
    @TempDir
    private Path folder;

    private HttpNodes nodes;

    @AfterEach
    void stop() {
        if (nodes != null) {
            nodes.close();
        }
    }

    @Test
    void withoutALeaderNothingIsDoneAndThatIsSaid() throws Exception {
        nodes = new HttpNodes(folder, 3, Map.of("raft.client.timeout", "1 s"));
        nodes.start(1);
        nodes.awaitListening(1);

        assertRefused(nodes.put(1, "/api/v1/kv/k", "v"));
        assertRefused(nodes.get(1, "/api/v1/kv/k"));
        assertRefused(nodes.get(1, "/api/v1/kv/k?consistency=lease"));
        assertRefused(nodes.post(1, "/api/v1/commands", "{\"op\":\"append\",\"text\":\"t\"}"));
        assertRefused(nodes.post(1, "/api/v1/sessions", ""));
        assertRefused(nodes.delete(1, "/api/v1/members/node-2"));
        assertRefused(nodes.post(1, "/api/v1/leader/transfer", ""));
        assertRefused(nodes.get(1, "/api/v1/replication"));
        assertThat(nodes.get(1, "/api/v1/kv/k?consistency=stale").status())
                .as("the node itself knows that it has none")
                .isEqualTo(404);
        assertThat(nodes.get(1, "/api/v1/status").json().get("quorum").asText()).isEqualTo("lost");
    }

    @Test
    void aNodeIsAliveWithoutALeaderAndReadyWithOne() throws Exception {
        nodes = new HttpNodes(folder, 3, Map.of());
        nodes.start(1);
        nodes.awaitListening(1);

        Answer ready = nodes.get(1, "/ready");
        assertThat(ready.status()).isEqualTo(503);
        assertThat(ready.json().get("ready").asBoolean()).isFalse();
        assertThat(ready.json().get("reasons").get(0).asText()).isEqualTo("no leader is known");
        assertThat(nodes.get(1, "/health").status()).isEqualTo(503);
        assertThat(nodes.get(1, "/metrics").status()).isEqualTo(200);
        assertThat(nodes.get(1, "/req?age=42").status()).as("courtesy is off").isEqualTo(404);

        nodes.start(2);
        nodes.awaitReady(1, 2);
        Answer health = nodes.get(1, "/health");
        assertThat(health.json().get("checks").findValuesAsText("ok")).containsOnly("true");
        assertThat(health.json().get("checks").findValuesAsText("name"))
                .containsExactly("leader", "applied", "storage");
    }

    @Test
    void aKeyIsHonouredByANodeThatHasComeBack() throws Exception {
        nodes = new HttpNodes(folder, 1, Map.of());
        nodes.start(1);
        nodes.awaitReady(1);
        long session =
                nodes.post(1, "/api/v1/sessions", "").json().get("session").asLong();
        String command = "{\"op\":\"incr\",\"key\":\"n\"}";
        Answer first = nodes.post(1, "/api/v1/commands", command, "Idempotency-Key", session + ":1");
        assertThat(nodes.get(1, "/metrics").text())
                .containsPattern("raft_commit_seconds_count\\{group=\"main\"} [1-9]")
                .containsPattern("raft_sync_seconds_count\\{group=\"main\"} [1-9]");

        nodes.stop(1);
        nodes.start(1);
        nodes.awaitReady(1);
        Answer again = nodes.post(1, "/api/v1/commands", command, "Idempotency-Key", session + ":1");

        assertThat(again.json()).isEqualTo(first.json());
        assertThat(nodes.get(1, "/api/v1/kv/n").text()).isEqualTo("1");
    }

    @Test
    void aNodeIsAliveAndNotReadyWhileItsDiskIsFull() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(folder.resolve("disk"), "4m")) {
            nodes = new HttpNodes(
                    disk.folder(),
                    1,
                    Map.of(
                            "raft.storage.segment-size", "64 KiB",
                            "raft.storage.full-retry-interval", "200 ms",
                            "raft.client.timeout", "2 s"));
            nodes.start(1);
            nodes.awaitReady(1);
            disk.fillUpTo(32 * 1024);
            Patience.await("the node says that it is not ready", () -> {
                nodes.put(1, "/api/v1/kv/k", "v".repeat(4000));
                return nodes.get(1, "/ready").status() == 503;
            });

            assertThat(nodes.get(1, "/ready").json().get("reasons").get(0).asText())
                    .isEqualTo("the disk has no room for more of the log");
            assertThat(nodes.get(1, "/alive").status()).isEqualTo(200);
            assertThat(nodes.get(1, "/metrics").text()).contains("raft_storage_full{group=\"main\"} 1.0");
            disk.makeRoom();
            nodes.awaitReady(1);
            nodes.stop(1);
        }
    }

    /** The majority goes while a leader that does not know it yet takes what is sent. */
    @Test
    void whatIsSentAndNotConfirmedMayBeDoneAndIsDoneOnceUnderAKey() throws Exception {
        Map<String, Object> patient = Map.of(
                "raft.client.timeout", "1 s", "raft.election-timeout.min", "3 s", "raft.election-timeout.max", "4 s");
        nodes = new HttpNodes(folder, 3, patient);
        nodes.start(1, 2, 3);
        nodes.awaitReady(1, 2, 3);
        int leader = leader();
        int second = leader % 3 + 1;
        int third = second % 3 + 1;
        Answer session = nodes.post(leader, "/api/v1/sessions", "");
        String once = session.json().get("session").asText() + ":1";
        assertThat(nodes.put(leader, "/api/v1/kv/k", "u").status())
                .as("the node has a session for those who bring none")
                .isEqualTo(200);
        nodes.stop(second);
        nodes.stop(third);

        assertUnknown(increment(leader, once), "outcome-unknown", true);
        assertUnknown(nodes.put(leader, "/api/v1/kv/k", "v"), "outcome-unknown", false);
        Patience.await("the leader gives up", () -> {
            Answer status = nodes.get(leader, "/api/v1/status");
            return status.json().get("leader").isNull();
        });
        assertUnknown(increment(leader, once), "unavailable", true);

        nodes.start(second, third);
        nodes.awaitReady(1, 2, 3);
        assertThat(increment(third, once).status()).isEqualTo(200);
        assertThat(nodes.get(second, "/api/v1/kv/n").text()).isEqualTo("1");
    }

    private Answer increment(int node, String once) throws Exception {
        return nodes.post(node, "/api/v1/commands", "{\"op\":\"incr\",\"key\":\"n\"}", "Idempotency-Key", once);
    }

    @Test
    void whatASnapshotCoversIsGone() throws Exception {
        single("raft.snapshot.retain-size", "1 KiB");
        for (int i = 0; i < 30; i++) {
            assertThat(nodes.put(1, "/api/v1/kv/k", "v".repeat(10_000)).status())
                    .isEqualTo(200);
        }
        assertThat(nodes.get(1, "/api/v1/log?from=1&limit=1").status()).isEqualTo(200);
        assertThat(nodes.post(1, "/api/v1/snapshot", "").status()).isEqualTo(200);
        Patience.await(
                "the beginning of the log is dropped",
                () -> nodes.get(1, "/api/v1/log?from=1&limit=1").status() != 200);

        Answer gone = nodes.get(1, "/api/v1/log?from=1&limit=2");
        HttpIT.assertProblem(gone, 410, "out-of-range");
        assertThat(gone.json().get("detail").asText()).contains("the log begins at ");
        assertThat(nodes.get(1, "/api/v1/log?from=1&limit=1000").json().get("entries"))
                .isNotEmpty();
    }

    @Test
    void withACommandThatIsConditionalBothValuesCount() throws Exception {
        single("raft.max-command-size", "16 KiB");
        Answer first = nodes.put(1, "/api/v1/kv/k", "v".repeat(10_000));

        Answer large = nodes.put(1, "/api/v1/kv/k", "w".repeat(10_000), "If-Match", first.header("ETag"));
        HttpIT.assertProblem(large, 413, "too-large");
        assertThat(large.json().get("detail").asText()).contains("10000 + 10000");
    }

    private void single(String key, String value) throws Exception {
        Map<String, Object> settings =
                Map.of("raft.storage.segment-size", "64 KiB", "raft.snapshot.retain-entries", "1", key, value);
        nodes = new HttpNodes(folder, 1, settings);
        nodes.start(1);
        nodes.awaitReady(1);
    }

    private int leader() throws Exception {
        String id = nodes.get(1, "/api/v1/status").json().get("leader").asText();
        return Integer.parseInt(id.substring("node-".length()));
    }

    private static void assertUnknown(Answer answer, String code, boolean retryable) throws Exception {
        HttpIT.assertProblem(answer, code.equals("unavailable") ? 503 : 504, code);
        assertThat(answer.json().get("outcome").asText()).isEqualTo("unknown");
        assertThat(answer.json().get("retryable").asBoolean()).isEqualTo(retryable);
    }

    private static void assertRefused(Answer answer) throws Exception {
        HttpIT.assertProblem(answer, 503, "unavailable");
        assertThat(answer.header("Retry-After")).isEqualTo("1");
        assertThat(answer.json().get("outcome").asText()).isEqualTo("none");
        assertThat(answer.json().get("retryable").asBoolean()).isTrue();
        assertThat(answer.json().get("leader").isNull()).isTrue();
    }
}
