package io.balsa.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.cli.InProcess;
import io.balsa.cli.InProcess.Ended;
import io.balsa.it.Shell.Result;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Reads of every kind by {@code bin/client.sh} from real nodes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ReadsIT {
    private NodeProcesses nodes;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        nodes = new NodeProcesses(folder, "client.timeout = 30 s");
        nodes.startAll();
        nodes.awaitLeader();
    }

    @AfterAll
    void stop() {
        nodes.close();
    }

    @Test
    void aLeaseReadSeesWhatWasWrittenBefore() throws Exception {
        nodes.verb("put", "lease", "written");

        Result read = nodes.client("-o", "json", "get", "lease", "--consistency", "lease");

        assertThat(read.err()).isEmpty();
        assertThat(read.text()).contains("\"value\":\"written\"", "\"consistency\":\"lease\"");
    }

    @Test
    void everyNodeAnswersLinearizableReads() throws Exception {
        for (String id : nodes.ids()) {
            nodes.verb("put", "through", id);
            Ended read = InProcess.run(
                    Shell.HOME,
                    "--endpoints",
                    nodes.endpoint(id),
                    "--timeout",
                    "30s",
                    "get",
                    "through",
                    "--read-from",
                    "any");

            assertThat(read.err()).isEmpty();
            assertThat(read.out()).asString(UTF_8).isEqualTo(id + "\n");
        }
    }

    @Test
    void aNodeThatIsAloneSaysHowOldItsStateIs() throws Exception {
        nodes.verb("put", "old", "yes");
        String alone = nodes.others(nodes.awaitLeader()).get(0);
        assertThat(stale(alone, "30s", "--max-age", "10s").out())
                .asString(UTF_8)
                .isEqualTo("yes");
        nodes.others(alone).forEach(nodes::kill);

        Ended tooOld = stale(alone, "2s", "--max-age", "1ms");
        assertThat(tooOld.code()).isEqualTo(3);
        assertThat(tooOld.err()).contains(" ms old, older than it may be");
        assertThat(stale(alone, "30s").out()).asString(UTF_8).as("of any age").isEqualTo("yes");

        nodes.start(nodes.others(alone).toArray(String[]::new));
        nodes.awaitLeader();
    }

    private Ended stale(String id, String timeout, String... more) {
        List<String> line = new ArrayList<>(List.of("--endpoints", nodes.endpoint(id), "--timeout", timeout));
        line.addAll(List.of("-o", "text", "get", "old", "--consistency", "stale"));
        line.addAll(List.of(more));
        return InProcess.run(Shell.HOME, line.toArray(String[]::new));
    }
}
