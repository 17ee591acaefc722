package io.balsa.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.cli.InProcess;
import io.balsa.cli.InProcess.Ended;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The disaster tools on the folder of a node that ran, and the node on what they leave. */
final class OfflineToolsIT {
    private static final String NODE = "node-1";

    @TempDir
    private Path folder;

    private NodeProcesses nodes;
    private String data;

    @BeforeEach
    void start() throws Exception {
        nodes = new NodeProcesses(folder, 1);
        data = nodes.data(NODE).toString();
        nodes.startAll();
        nodes.awaitLeader();
        assertThat(nodes.verb("put", "greeting", "hello").code()).isZero();
    }

    @AfterEach
    void stop() {
        nodes.close();
    }

    @Test
    void whatTheToolsSayAndLeaveIsWhatANodeHas() throws Exception {
        assertThat(script("log", "verify", "--data", data).code()).as("in use").isEqualTo(7);
        assertThat(nodes.stop(NODE)).isZero();

        assertThat(text(tool("log", "verify", "--data", data))).contains("torn tail", "none", "intact");
        assertThat(text(tool("log", "dump", "--data", data))).contains("put greeting hello");
        assertThat(text(tool("log", "repair", "--data", data))).startsWith("nothing to repair");
        String file = folder.resolve("node-1.backup").toString();
        assertThat(tool("backup", "save", file, "--data", data).code()).isZero();

        String conf = folder.resolve("node-1.conf").toString();
        assertThat(tool("--config", conf, "recover", "--data", data).code()).isEqualTo(7);
        assertThat(script("--config", conf, "recover", "--data", data, "--i-accept-data-loss")
                        .code())
                .isZero();
        assertThat(greeting()).isEqualTo("hello\n");

        assertThat(restored(file, conf)).isEqualTo("hello\n");
    }

    /** What a node of another cluster says, on a folder made of the backup. */
    private String restored(String file, String conf) throws Exception {
        nodes.set(NODE, "raft.cluster-id = restored");
        nodes.set(NODE, "raft.data-dir = other");
        String other = folder.resolve("other").toString();
        String[] where = {"--data", other, "--node", NODE, "--new-cluster-id", "restored"};
        List<String> line = new ArrayList<>(List.of("--config", conf, "backup", "restore", file));
        line.addAll(List.of(where));
        Ended restored = tool(line.toArray(String[]::new));
        assertThat(restored.code()).as(restored.err()).isZero();
        return greeting();
    }

    private String greeting() throws Exception {
        nodes.startAll();
        Ended greeting = tool("--endpoints", nodes.endpoint(NODE), "--timeout", "30s", "get", "greeting");
        assertThat(nodes.stop(NODE)).isZero();
        return text(greeting);
    }

    private static Ended tool(String... arguments) {
        return InProcess.run(Shell.HOME, arguments);
    }

    private static Shell.Result script(String... arguments) throws Exception {
        List<String> line =
                new ArrayList<>(List.of(Shell.HOME.resolve("bin/client.sh").toString()));
        line.addAll(List.of(arguments));
        return Shell.run(line.toArray(String[]::new));
    }

    private static String text(Ended ended) {
        return new String(ended.out(), StandardCharsets.UTF_8);
    }
}
