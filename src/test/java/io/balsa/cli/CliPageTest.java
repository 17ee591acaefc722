package io.balsa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.cli.show.Output;
import io.balsa.site.Pages;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The page about the command line says what {@code --help} says of each verb. */
final class CliPageTest {
    private static final String HEAD = """
            # Command line

            *Made from the help of the verbs; the build fails when it is stale.*

            `bin/client.sh` asks a cluster, and finds the leader by itself. Without a verb it opens a prompt:
            history in `~/.balsa_history`, Tab for verbs, options and members, `help VERB`; Ctrl-C drops a line or
            ends the verb that runs, Ctrl-D or `exit` leaves. When standard input is no terminal it brings the
            verbs, one on each line: empty lines and those that begin with `#` are passed over, and the first verb
            that fails ends the script with its exit code. `source <(bin/client.sh completion bash)` teaches a
            shell to complete.

            `bin/node.sh --help` says how a node is started, [operations](operations.md) when to use what,
            [troubleshooting](troubleshooting.md) what an error means.

            """;

    @Test
    void saysWhatHelpSays() throws IOException {
        CommandLine verbs = Verbs.of(Client.of(new Surroundings(
                new Output(new ByteArrayOutputStream(), new PrintStream(new ByteArrayOutputStream()), false),
                Optional.empty(),
                false,
                Map.of(),
                Optional.empty(),
                endpoints -> new InMemoryCluster())));
        StringBuilder page = new StringBuilder(HEAD);
        describe(page, verbs);
        String text = page.toString().stripTrailing() + "\n";

        assertThat(Pages.read("cli.md")).as(Pages.leave("cli.md", text)).isEqualTo(text);
    }

    private static void describe(StringBuilder page, CommandLine verb) {
        String help = verb.getUsageMessage(CommandLine.Help.Ansi.OFF)
                .lines()
                .map(String::stripTrailing)
                .reduce("", (above, line) -> above + line + "\n");
        page.append("## ").append(verb.getCommandSpec().qualifiedName()).append("\n\n```text\n");
        page.append(help).append("```\n\n");
        new TreeMap<>(verb.getSubcommands())
                .values().stream()
                        .filter(below -> !below.getCommandSpec().usageMessage().hidden())
                        .forEach(below -> describe(page, below));
    }
}
