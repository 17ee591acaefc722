package io.balsa.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.it.Shell.Result;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code bin/client.sh} says while nodes are dead. */
final class OutageIT {
    @TempDir
    private Path folder;

    @Test
    void tellsHonestlyWhatIsNotDone() throws Exception {
        try (NodeProcesses nodes = new NodeProcesses(folder)) {
            nodes.start("node-1", "node-2", "node-3");
            String leader = nodes.awaitLeader();
            assertThat(nodes.client("put", "before", "1").code()).isZero();

            nodes.kill(leader);
            assertThat(nodes.client("put", "after", "2").code()).isZero();
            Result status = nodes.client("-o", "json", "status");
            assertThat(status.code()).isZero();
            assertThat(status.text())
                    .contains("\"quorum\":\"ok\"")
                    .containsPattern("\"id\":\"" + leader + "\",[^}]*\"state\":\"unreachable\"");

            nodes.kill(nodes.awaitLeader());
            Result put = nodes.client("--timeout", "2s", "put", "never", "3");
            assertThat(put.code()).isEqualTo(3);
            assertThat(put.err()).matches("error: [^\n]+\nhint: [^\n]+\n");
            assertThat(put.millis()).isLessThan(30_000);
            assertThat(nodes.client("--timeout", "2s", "get", "before").code()).isEqualTo(3);
            assertThat(nodes.client("get", "before", "--consistency", "stale").text())
                    .isEqualTo("1\n");
            assertThat(nodes.client("-o", "json", "status").text()).contains("\"quorum\":\"lost\"");

            nodes.start(leader);
            nodes.awaitLeader();
            assertThat(nodes.client("get", "after").text()).isEqualTo("2\n");
            assertThat(nodes.client("get", "never").code()).isEqualTo(1);
        }
    }

    @Test
    void nobodyAnsweringIsCodeThreeWithinTheTimeout() throws Exception {
        NodeProcesses nodes = new NodeProcesses(folder);

        for (String verb : List.of("status", "session open", "subscribe --from 1")) {
            List<String> line = new ArrayList<>(List.of("--timeout", "500ms"));
            line.addAll(List.of(verb.split(" ")));
            Result result = nodes.client(line.toArray(String[]::new));

            assertThat(result.code()).as(verb).isEqualTo(3);
            assertThat(result.err()).matches("error: [^\n]+\nhint: [^\n]+\n");
            assertThat(result.millis()).isLessThan(30_000);
        }
    }
}
