package io.balsa.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jline.reader.Candidate;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser;
import org.jline.reader.SyntaxError;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Verbs line by line over one connection, with history and Tab. {@code exit} or the end of input ends it; an interrupt
 * only drops the line.
 */
final class Prompt {
    private static final String PROMPT = "balsa> ";
    private static final List<String> OWN = List.of("help", "exit");

    private final Client client;
    private final CommandLine verbs;

    private Prompt(Client client) {
        this.client = client;
        this.verbs = Verbs.of(client);
    }

    static Prompt of(Client client) {
        return new Prompt(client);
    }

    /** Reads and carries out lines until there are no more; returns the exit code of the program. */
    int run() {
        try (Terminal terminal = TerminalBuilder.builder().dumb(true).build()) {
            Thread here = Thread.currentThread();
            // Ends the verb that runs; the reader of lines has a handler of its own.
            terminal.handle(Terminal.Signal.INT, signal -> here.interrupt());
            LineReader reader = reader(terminal);
            client.output().remark("help lists the verbs, Tab completes them, exit leaves.");
            while (carriesOn(reader)) {
                // One that came when the verb had ended already means nothing any more.
                Thread.interrupted();
            }
            return Exit.OK.code();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The history is saved with every line, if that is possible. */
    private LineReader reader(Terminal terminal) {
        LineReaderBuilder builder = LineReaderBuilder.builder()
                .terminal(terminal)
                .parser(parser())
                .completer((source, line, candidates) -> complete(line, candidates))
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true);
        Path file = Path.of(System.getProperty("user.home"), ".balsa_history");
        if (isWritable(file)) {
            builder.variable(LineReader.HISTORY_FILE, file);
        } else {
            client.output().remark("the history is not kept: " + file + " cannot be written");
        }
        return builder.build();
    }

    /** Whether a file can be written, be it that it has to be created. */
    static boolean isWritable(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        boolean creatable = Files.isDirectory(folder) && Files.isWritable(folder);
        return Files.exists(file) ? Files.isRegularFile(file) && Files.isWritable(file) : creatable;
    }

    /** Carries out one line; false when it was the last. */
    boolean execute(List<String> words) {
        String first = words.isEmpty() ? "" : words.get(0);
        switch (first) {
            case "" -> {}
            case "exit", "quit" -> {
                return false;
            }
            case "help" -> carryOut(help(words));
            default -> carryOut(words.toArray(String[]::new));
        }
        return true;
    }

    private void carryOut(String... words) {
        try (Client line = client.line()) {
            Verbs.execute(line, words);
        }
    }

    /** Offers what may stand at the cursor: a verb, then its second word, then its options. */
    void complete(ParsedLine line, List<Candidate> candidates) {
        CommandSpec at = verbs.getCommandSpec();
        List<String> before = line.words().subList(0, line.wordIndex());
        for (String word : before) {
            CommandLine below = at.subcommands().get(word);
            if (below == null) {
                break;
            }
            at = below.getCommandSpec();
        }
        boolean option = line.word().startsWith("-");
        Map<String, CommandLine> below = new TreeMap<>(at.subcommands());
        below.values().removeIf(verb -> verb.getCommandSpec().usageMessage().hidden());
        List<String> words = new ArrayList<>(option ? at.optionsMap().keySet() : below.keySet());
        if (before.isEmpty() && !option) {
            words.addAll(OWN);
        }
        words.forEach(word -> candidates.add(new Candidate(word)));
    }

    /** Quotes as in a shell, but no escape characters: a backslash is a backslash. */
    private static Parser parser() {
        DefaultParser parser = new DefaultParser();
        parser.setEscapeChars(null);
        return parser;
    }

    /** The words of a line. */
    static List<String> words(String line) {
        String typed = line.strip();
        return typed.isEmpty()
                ? List.of()
                : parser().parse(typed, typed.length(), Parser.ParseContext.ACCEPT_LINE)
                        .words();
    }

    private boolean carriesOn(LineReader reader) {
        try {
            return execute(words(reader.readLine(PROMPT)));
        } catch (UserInterruptException dropped) {
            return true;
        } catch (SyntaxError unclosed) {
            client.output().remark("error: " + unclosed.getMessage());
            return true;
        } catch (EndOfFileException end) {
            return false;
        }
    }

    private static String[] help(List<String> words) {
        List<String> asked = new ArrayList<>(words.subList(1, words.size()));
        asked.add("--help");
        return asked.toArray(String[]::new);
    }
}
