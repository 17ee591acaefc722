package io.balsa.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.it.Shell.Result;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
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
        nodes = new NodeProcesses(folder);
        nodes.startAll();
        nodes.awaitLeader();
    }

    @AfterAll
    void stop() {
        nodes.close();
    }

    @Test
    void aLeaseReadSeesWhatWasWrittenBefore() throws Exception {
        nodes.client("put", "lease", "written");

        Result read = nodes.client("-o", "json", "get", "lease", "--consistency", "lease");

        assertThat(read.err()).isEmpty();
        assertThat(read.text()).contains("\"value\":\"written\"", "\"consistency\":\"lease\"");
    }

    @Test
    void everyNodeAnswersLinearizableReads() throws Exception {
        for (String id : nodes.ids()) {
            nodes.client("put", "through", id);
            Result read = nodes.client("--endpoints", nodes.endpoint(id), "get", "through", "--read-from", "any");

            assertThat(read.err()).isEmpty();
            assertThat(read.text()).isEqualTo(id + "\n");
        }
    }

    @Test
    void aNodeThatIsAloneSaysHowOldItsStateIs() throws Exception {
        nodes.client("put", "old", "yes");
        String alone = nodes.others(nodes.awaitLeader()).get(0);
        String[] wanted = {"--endpoints", nodes.endpoint(alone), "--timeout", "2s", "get", "old"};
        nodes.await(
                "the write is everywhere",
                () -> nodes.client(stale(wanted)).text().equals("yes\n"));
        nodes.others(alone).forEach(nodes::kill);

        Result tooOld = nodes.client(stale(wanted, "--max-age", "1ms"));
        assertThat(tooOld.code()).isEqualTo(3);
        assertThat(tooOld.err()).contains(" ms old, older than it may be");
        assertThat(nodes.client(stale(wanted)).text()).as("of any age").isEqualTo("yes\n");

        nodes.start(nodes.others(alone).toArray(String[]::new));
        nodes.awaitLeader();
    }

    private static String[] stale(String[] wanted, String... more) {
        return Stream.of(wanted, new String[] {"--consistency", "stale"}, more)
                .flatMap(Arrays::stream)
                .toArray(String[]::new);
    }
}
