package io.balsa.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.it.Shell.Result;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DemoIT {
    @TempDir
    private Path temporary;

    @Test
    void everyStepHoldsAndNothingIsLeft() throws Exception {
        Result demo = demo();

        assertThat(demo.code()).as(demo.text() + demo.err()).isZero();
        assertThat(demo.text()).contains(" leads in term ", " is killed ", " starts again", "PASS");
        assertThat(nodesOfThisTest()).isEmpty();
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void keepLeavesAClusterToTalkTo() throws Exception {
        Result demo = demo("--keep");
        try {
            assertThat(demo.code()).as(demo.text() + demo.err()).isZero();
            String status = demo.text()
                    .lines()
                    .filter(line -> line.endsWith(" status"))
                    .findFirst()
                    .orElseThrow();

            assertThat(Shell.run("sh", "-c", status).text())
                    .contains("quorum ok")
                    .doesNotContain("unreachable");
            assertThat(nodesOfThisTest()).hasSize(3);
        } finally {
            nodesOfThisTest().forEach(ProcessHandle::destroyForcibly);
        }
    }

    @Test
    void tooFewNodesAreRefused() throws Exception {
        assertThat(demo("--nodes", "2").code()).isEqualTo(2);
        assertThat(temporary).isEmptyDirectory();
    }

    private Result demo(String... arguments) throws Exception {
        String[] line = Stream.concat(
                        Stream.of(Shell.HOME.resolve("bin/demo.sh").toString()), Stream.of(arguments))
                .toArray(String[]::new);
        return Shell.run(Map.of("TMPDIR", temporary.toString(), "JAVA_OPTS", NodeProcesses.JAVA_OPTS), line);
    }

    /** Their configuration is in the folder that this test gave them. */
    private List<ProcessHandle> nodesOfThisTest() {
        return ProcessHandle.allProcesses()
                .filter(process ->
                        process.info().commandLine().orElse("").contains(temporary.toString() + "/balsa-demo"))
                .toList();
    }
}
