package io.balsa.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.balsa.cli.Typed.Result;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code completion} prints is run by a shell, which then offers the words that it should. */
final class CompletionTest {
    private static final String ASK = """
            source "$1"
            function=$(complete -p client.sh | sed -E 's/.*-F ([^ ]+) .*/\\1/')
            COMP_WORDS=(client.sh "${@:2}")
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            COMP_LINE="${COMP_WORDS[*]}"
            COMP_POINT=${#COMP_LINE}
            "$function" client.sh "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
            printf '%s\\n' "${COMPREPLY[@]}"
            """;

    private final Typed typed = new Typed(new InMemoryCluster());

    @TempDir
    private Path folder;

    @Test
    void bashOffersVerbsTheirSecondWordsOptionsAndWhatTheseTake() throws Exception {
        Path script = script("bash");

        assertThat(offered(script, "sta")).containsExactly("status");
        assertThat(offered(script, "member", "")).contains("list", "add", "promote", "remove");
        assertThat(offered(script, "put", "k", "v", "--se")).containsExactlyInAnyOrder("--session", "--seq");
        assertThat(offered(script, "completion", "")).contains("bash", "zsh");
        assertThat(offered(script, "goL")).as("hidden").containsExactly("");
    }

    @Test
    void zshIsGivenTheSameUnderItsOwnHeading() throws Exception {
        assertThat(Files.readString(script("zsh")))
                .startsWith("#compdef client.sh\n")
                .endsWith(Files.readString(script("bash")));
    }

    @Test
    void anotherShellIsRefusedByTheNamesOfTheseTwo() {
        Result fish = typed.run("completion", "fish");

        assertThat(fish.code()).isEqualTo(2);
        assertThat(fish.err()).containsIgnoringCase("bash").containsIgnoringCase("zsh");
    }

    private Path script(String shell) throws IOException {
        Result printed = typed.run("completion", shell);
        assertThat(printed.code()).isZero();
        return Files.write(folder.resolve(shell), printed.out());
    }

    private List<String> offered(Path script, String... words) throws Exception {
        List<String> line = new ArrayList<>(List.of("bash", "--norc", "-c", ASK, "bash", script.toString()));
        line.addAll(List.of(words));
        Process bash = start(line);
        String out = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(bash.exitValue()).isZero();
        return out.lines().map(String::strip).toList();
    }

    private static Process start(List<String> line) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.INHERIT);
        try {
            return builder.start();
        } catch (IOException noBash) {
            assumeTrue(false, "skipped, there is no bash: " + noBash.getMessage());
            throw noBash;
        }
    }
}
