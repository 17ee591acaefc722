package io.balsa.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.it.Shell.Result;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong is really made so, and {@code diagnose} finds it. */
@Timeout(120)
final class DiagnoseIT {
    /** The disks of those who run this are not what it is about. */
    private static final String[] DIAGNOSE = {"diagnose", "--except", "slow-disk"};

    private static final String[] DIAGNOSE_TEXT = {"-o", "text", "diagnose", "--except", "slow-disk"};

    @TempDir
    private Path folder;

    @Test
    void whoStandsStillWhoIsGoneAndWhatFollowsFromIt() throws Exception {
        try (NodeProcesses nodes = new NodeProcesses(folder)) {
            nodes.startAll();
            String leader = nodes.awaitLeader();
            nodes.await("nothing to be found", () -> nodes.verb(DIAGNOSE).code() == 0);
            String frozen = nodes.others(leader).get(0);

            nodes.freeze(frozen);
            Result down = nodes.client(DIAGNOSE);
            assertThat(down.code()).as(down.text()).isEqualTo(9);
            assertThat(down.text().lines().skip(1))
                    .singleElement()
                    .asString()
                    .matches("node-down +" + frozen + " +\\d+ s +it does not answer at .*start it by bin/node.sh.*");
            assertThat(down.err()).startsWith("error: one thing looks wrong\nhint: begin with node-down: ");

            nodes.kill(leader);
            assertThat(kinds(nodes.verb(DIAGNOSE_TEXT)))
                    .contains("no-quorum", "node-down")
                    .doesNotContain("cut-off", "wrong-entry", "refused");

            nodes.thaw(frozen);
            nodes.start(leader);
            nodes.await("nothing to be found", () -> nodes.verb(DIAGNOSE).code() == 0);
            nodes.killAll();
            assertThat(kinds(nodes.verb(DIAGNOSE_TEXT)))
                    .containsExactly("no-quorum", "node-down", "node-down", "node-down");
        }
    }

    @Test
    void entriesThatAreExchangedAreNamedWithTheNodeThatHasThem() throws Exception {
        try (NodeProcesses nodes = new NodeProcesses(folder)) {
            nodes.set("node-3", "raft.peers.node-1 = \"" + nodes.address("node-2") + "\"");
            nodes.set("node-3", "raft.peers.node-2 = \"" + nodes.address("node-1") + "\"");
            nodes.startAll();
            nodes.awaitLeader();
            nodes.await("a refusal", () -> kinds(nodes.verb(DIAGNOSE_TEXT)).contains("refused"));

            assertThat(nodes.verb(DIAGNOSE).text().lines())
                    .anyMatch(line -> line.matches("wrong-entry +node-1 .*by node-3 it is at .*node-2 answers there.*"))
                    .anyMatch(
                            line -> line.matches("refused +node-3 .*node-[12] does not listen to it: .*raft.peers.*"));
        }
    }

    private static List<String> kinds(Result found) {
        return found.text().lines().map(line -> line.split("\t", 2)[0]).toList();
    }
}
