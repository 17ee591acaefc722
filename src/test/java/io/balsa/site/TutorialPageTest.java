package io.balsa.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the tutorial shows is what the build compiles and runs. */
final class TutorialPageTest {
    @ParameterizedTest
    @CsvSource({
        "LockMachine, machine",
        "LockMachine, snapshot",
        "LockMachineTest, unit",
        "LockCrashTest, nodes",
        "LockCrashTest, crash"
    })
    void showsTheCodeThatRuns(String file, String part) throws IOException {
        List<String> source = Files.readAllLines(Path.of("src/test/java/io/balsa/example", file + ".java"));
        int begin = index(source, "// begin " + part);
        int end = index(source, "// end " + part);
        String code = String.join("\n", source.subList(begin + 1, end)).stripIndent();
        String page = Pages.read("tutorial.md");

        assertThat(page)
                .as(Pages.leave("tutorial-" + file + "-" + part, code))
                .contains("```java\n" + code.strip() + "\n```");
    }

    private static int index(List<String> source, String marker) {
        List<String> lines = source.stream().map(String::strip).toList();
        assertThat(lines).contains(marker);
        return lines.indexOf(marker);
    }
}
