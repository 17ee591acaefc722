package io.balsa.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.it.Shell.Result;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the client says while nodes are dead. */
final class OutageIT {
    @TempDir
    private Path folder;

    @Test
    void tellsHonestlyWhatIsNotDone() throws Exception {
        try (NodeProcesses nodes = new NodeProcesses(folder)) {
            nodes.start("node-1", "node-2", "node-3");
            String leader = nodes.awaitLeader();
            assertThat(nodes.verb("put", "before", "1").code()).isZero();

            nodes.kill(leader);
            assertThat(nodes.verb("put", "after", "2").code()).isZero();
            Result status = nodes.verb("-o", "json", "status");
            assertThat(status.code()).isZero();
            assertThat(status.text())
                    .contains("\"quorum\":\"ok\"")
                    .containsPattern("\"id\":\"" + leader + "\",[^}]*\"state\":\"unreachable\"");

            nodes.kill(nodes.awaitLeader());
            Result put = nodes.client("--timeout", "2s", "put", "never", "3");
            assertUnavailable(put);
            assertThat(nodes.verb("--timeout", "2s", "get", "before").code()).isEqualTo(3);
            assertThat(nodes.verb("get", "before", "--consistency", "stale").text())
                    .isEqualTo("1\n");
            assertThat(nodes.client("-o", "json", "status").text()).contains("\"quorum\":\"lost\"");

            nodes.start(leader);
            nodes.awaitLeader();
            assertThat(nodes.verb("get", "after").text()).isEqualTo("2\n");
            assertThat(nodes.verb("get", "never").code()).isEqualTo(1);
        }
    }

    @Test
    void nobodyAnsweringIsCodeThreeWithinTheTimeout() throws Exception {
        NodeProcesses nodes = new NodeProcesses(folder);

        assertUnavailable(nodes.client("--timeout", "500ms", "status"));
        assertUnavailable(nodes.verb("--timeout", "500ms", "session", "open"));
        assertUnavailable(nodes.verb("--timeout", "500ms", "subscribe", "--from", "1"));
    }

    private static void assertUnavailable(Result result) {
        assertThat(result.code()).as(result.err()).isEqualTo(3);
        assertThat(result.err()).matches("error: [^\n]+\nhint: [^\n]+\n");
        assertThat(result.millis()).isLessThan(30_000);
    }
}
