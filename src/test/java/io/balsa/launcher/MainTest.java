package io.balsa.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What {@code bin/node.sh} answers when it is not to run a node. */
final class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path folder;

    @Test
    void aGoodConfigurationIsSaidToBeGood() {
        assertThat(run("conf/node-2.conf", "--check")).isZero();
        assertThat(out).hasToString("node-2 of demo/main: ok\n");
    }

    @Test
    void everyMistakeIsToldAndEndsWith6() throws IOException {
        Path file = Files.writeString(folder.resolve("node.conf"), "raft.node-id = n\nraft.colour = blue\n");

        assertThat(run(file.toString(), "--check")).isEqualTo(6);
        assertThat(err.toString().lines()).hasSize(3).allSatisfy(line -> assertThat(line)
                .startsWith(folder + "/node.conf"));
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aFileThatIsMissingIsABadConfiguration() {
        assertThat(run("node-9.conf")).isEqualTo(6);
        assertThat(err.toString()).contains("conf/node-9.conf").contains("no such file");
    }

    @Test
    void aSettingThatOnlyPekkoUnderstandsIsABadConfigurationToo() throws IOException {
        Path file = Files.writeString(folder.resolve("node.conf"), """
                raft { cluster-id = c, node-id = n, peers.n = "pekko://raft@127.0.0.1:1/user/raft" }
                pekko.actor.default-dispatcher.type = NoSuchDispatcher
                """);

        assertThat(run(file.toString())).isEqualTo(6);
        assertThat(err.toString()).contains("NoSuchDispatcher").hasLineCount(1);
    }

    @Test
    void everySettingIsPrintedWithItsPlace() {
        assertThat(run("conf/node-3.conf", "--print-config")).isZero();

        assertThat(out.toString().lines().map(line -> line.replaceAll(" +", " ")))
                .contains(
                        "raft.node-id = \"node-3\" # conf/node-3.conf:2",
                        "raft.cluster-id = \"demo\" # conf/cluster.conf:3",
                        "raft.storage.sync = \"on\" # default",
                        "pekko.remote.artery.canonical.port = 7053 # raft.peers",
                        "pekko.remote.artery.untrusted-mode = \"on\" # balsa-pekko.conf");
    }

    @Test
    void aWrongCommandLineEndsWith2() {
        assertThat(run()).isEqualTo(2);
        assertThat(run("conf/node-1.conf", "--chekc")).isEqualTo(2);
        assertThat(err.toString()).contains("CONF", "--chekc", "--check");
    }

    /** Then no command line is parsed, and what is said and how it ends is the same. */
    @Test
    void aFileAloneIsReadWithoutMore() {
        List<String> said = new ArrayList<>();

        assertThat(new Start(said::add).node(folder)).isEqualTo(6);
        assertThat(new Start(said::add).node(Path.of("node-9.conf"))).isEqualTo(6);
        assertThat(run(folder.toString())).isEqualTo(6);
        assertThat(run("node-9.conf")).isEqualTo(6);

        assertThat(String.join("\n", said) + "\n")
                .isEqualTo(err.toString())
                .contains(folder + " not a file", "conf/node-9.conf");
    }

    private int run(String... arguments) {
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(arguments);
    }
}
