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

    private static void assertRefused(Answer answer) throws Exception {
        HttpIT.assertProblem(answer, 503, "unavailable");
        assertThat(answer.header("Retry-After")).isEqualTo("1");
        assertThat(answer.json().get("outcome").asText()).isEqualTo("none");
        assertThat(answer.json().get("retryable").asBoolean()).isTrue();
        assertThat(answer.json().get("leader").isNull()).isTrue();
    }
}
