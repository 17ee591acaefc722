package io.balsa.site;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.show.diagnosis.Finding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The words under which something can be looked up are words that the program says. */
final class TroubleshootingPageTest {
    private static final Pattern HEADING = Pattern.compile("### `([^`]+)`");
    private static final Pattern FINDING = Pattern.compile("(?m)^\\| `([a-z-]+)` \\|");

    @Test
    void everyMessageIsSaidSomewhere() throws IOException {
        String program = sources();
        List<String> messages = found(HEADING);

        assertThat(messages).hasSizeGreaterThan(20).allSatisfy(message -> assertThat(program)
                .contains(message));
    }

    @Test
    void everyFindingIsExplained() throws IOException {
        assertThat(found(FINDING))
                .containsExactlyElementsOf(Arrays.stream(Finding.Kind.values())
                        .map(Finding.Kind::toString)
                        .toList());
    }

    private static List<String> found(Pattern pattern) throws IOException {
        return pattern.matcher(Pages.read("troubleshooting.md"))
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    private static String sources() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .map(TroubleshootingPageTest::read)
                    .collect(Collectors.joining())
                    .replaceAll("\"\\s*\\+ \"", "");
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
