package io.balsa.cli;

import io.balsa.cli.show.Output;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.UnmatchedArgumentException;

/** All verbs, and how a line of them is carried out: parsed, run, and ended with an exit code. */
final class Verbs {
    /** What the systems before this one called them. */
    private static final Map<String, Class<? extends Verb>> ALIASES = Map.of(
            "currentLeader", ClusterVerbs.LeaderShow.class,
            "goLeader", ClusterVerbs.GoLeader.class,
            "addLog", LogVerbs.Append.class,
            "showLog", LogVerbs.Show.class,
            "logs", LogVerbs.Logs.class,
            "showPrevLogIndex", ClusterVerbs.Replication.class,
            "nodes", MemberVerbs.ShowList.class);

    private static final OptionSpec HELP = OptionSpec.builder("-h", "--help")
            .usageHelp(true)
            .scopeType(CommandLine.ScopeType.INHERIT)
            .description("Shows this.")
            .build();

    private static final int HELP_WIDTH = 100;

    /** Of a program that SIGINT has ended, to a shell. */
    private static final int INTERRUPTED = 130;

    private static final String SPELLING =
            "a node answers only under the host that raft.peers gives it: localhost is not 127.0.0.1";

    private Verbs() {}

    /** What a shell is to be told, so that it completes verbs and options. */
    @Command(
            name = "completion",
            description = "Prints what makes a shell complete verbs and options at Tab.",
            footer = {"", "In bash: source <(bin/client.sh completion bash); in zsh the same with zsh."})
    static final class Completion extends Verb {
        @Parameters(paramLabel = "SHELL", description = "${COMPLETION-CANDIDATES}.")
        private Shell shell;

        /** Those that there is a script for. */
        enum Shell {
            BASH,
            ZSH;

            @Override
            public String toString() {
                return name().toLowerCase(Locale.ROOT);
            }
        }

        @Override
        void run(Client client) {
            CommandLine verbs = of(client);
            String script = AutoComplete.bash(verbs.getCommandName(), verbs);
            client.output()
                    .print((shell == Shell.ZSH ? "#compdef " + verbs.getCommandName() + "\n" + script : script)
                            .getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Carries out one command line and returns its exit code. */
    static int execute(Client client, String... args) {
        StringWriter help = new StringWriter();
        int code = of(client).setOut(new PrintWriter(help)).execute(args);
        try {
            client.output().print(help.toString().getBytes(StandardCharsets.UTF_8));
        } catch (Output.ReaderGone gone) {
            return Exit.OK.code();
        }
        return code;
    }

    /** The parser of a command line. */
    static CommandLine of(Client client) {
        CommandLine line = new CommandLine(client);
        line.getCommandSpec().addOption(HELP);
        ALIASES.forEach((name, verb) -> hide(line, name, verb));
        line.setUsageHelpWidth(HELP_WIDTH);
        line.setExpandAtFiles(false);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setParameterExceptionHandler((wrong, args) -> report(client, misused(wrong)));
        line.setExecutionExceptionHandler((thrown, at, parsed) -> failed(client, thrown));
        return line;
    }

    /** Says why a verb failed and what to try next: exactly two lines. */
    static int report(Client client, Failure failure) {
        client.output().remark("error: " + oneLine(failure.getMessage()));
        client.output().remark("hint: " + oneLine(failure.hint()));
        return failure.exit().code();
    }

    private static void hide(CommandLine above, String name, Class<? extends Verb> verb) {
        CommandLine hidden = new CommandLine(verb);
        hidden.getCommandSpec().usageMessage().hidden(true);
        above.addSubcommand(name, hidden);
    }

    private static int failed(Client client, Exception thrown) {
        if (thrown instanceof Output.ReaderGone) {
            return Exit.OK.code();
        }
        if (thrown instanceof Verb.Interrupted) {
            client.output().remark("interrupted; what was sent may be carried out all the same");
            return INTERRUPTED;
        }
        Failure failure = Failure.of(thrown);
        return report(client, failure.exit() == Exit.UNAVAILABLE ? unreached(client, failure) : failure);
    }

    private static Failure unreached(Client client, Failure failure) {
        return client.cluster()
                .whyNobodyAnswers()
                .map(failure::with)
                .orElseGet(() -> client.where().areTyped() ? failure.orElse(SPELLING) : failure);
    }

    private static Failure misused(ParameterException wrong) {
        String message = wrong.getMessage().replaceFirst("^Error: ", "");
        String name = wrong.getCommandLine().getCommandSpec().qualifiedName();
        return Failure.usage(message, suggestion(wrong) + name + " --help shows how it is used");
    }

    private static String suggestion(ParameterException wrong) {
        if (!(wrong instanceof UnmatchedArgumentException unmatched)) {
            return "";
        }
        List<String> suggestions = unmatched.getSuggestions();
        if (!suggestions.isEmpty()) {
            return "did you mean " + String.join(" or ", suggestions) + "? ";
        }
        return unmatched.isUnknownOption() ? "put -- before a value that begins with a dash; " : "";
    }

    private static String oneLine(String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
