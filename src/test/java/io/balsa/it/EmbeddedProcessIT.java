package io.balsa.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.cli.local.Launch;
import io.balsa.cli.local.LocalCluster;
import io.balsa.cli.local.NodeProcess;
import io.balsa.show.ClusterView;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs that embed {@code io.balsa.Raft}, each in a process of its own. */
final class EmbeddedProcessIT {
    private static final String PROGRAM = "io.balsa.bench.InsideNode";

    @TempDir
    private Path folder;

    @Test
    void aProgramThatIsToldToEndHandsItsOfficeOver() throws Exception {
        try (LocalCluster cluster = LocalCluster.start(program(), folder, 3, List.of())) {
            ClusterView before = cluster.awaitLeader(0);
            NodeProcess leader = cluster.node(before.leader().orElseThrow());

            leader.terminate();
            leader.awaitEnd();

            ClusterView after = cluster.awaitLeader(before.term());
            NodeProcess heir = cluster.node(after.leader().orElseThrow());
            assertThat(heir.lastLines(20)).anyMatch(line -> line.contains("asked by the leader " + leader.id()));
        }
    }

    private static Launch program() {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String config = "-Dlogback.configurationFile=" + Shell.HOME.resolve("conf/logback.xml");
        return new Launch(List.of(java, config, "-cp", System.getProperty("java.class.path"), PROGRAM), "");
    }
}
