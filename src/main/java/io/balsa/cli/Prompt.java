package io.balsa.cli;

import io.balsa.cli.typing.HistoryFile;
import io.balsa.cli.typing.Suggestions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
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

/**
 * Verbs line by line over one connection: at a terminal with history and Tab, where {@code exit} or the end of input
 * ends it and an interrupt only drops the line; or from a script, which ends at the first verb that fails.
 */
final class Prompt {
    private static final String PROMPT = "balsa> ";
    private static final List<String> OWN = List.of("help", "exit");

    /** How long Tab waits for the cluster to name its members. */
    private static final long PATIENCE_MS = 700;

    private final Client client;
    private final Suggestions suggestions;

    /** Of the last line. */
    private int code = Exit.OK.code();

    private Prompt(Client client) {
        this.client = client;
        this.suggestions = new Suggestions(Verbs.of(client).getCommandSpec(), OWN, this::members);
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
        Optional<Path> kept = HistoryFile.open(file);
        kept.ifPresent(path -> builder.variable(LineReader.HISTORY_FILE, path));
        if (kept.isEmpty()) {
            client.output().remark("the history is not kept: " + file + " cannot be written, or not kept from others");
        }
        return builder.build();
    }

    /**
     * Carries out the lines of a script until one fails; empty ones and those that begin with # are passed over.
     *
     * @return the exit code of the program; empty when there was no verb at all
     */
    Optional<Integer> follow(InputStream script) {
        BufferedReader reader = new BufferedReader(new InputStreamReader(script, StandardCharsets.UTF_8));
        Iterator<String> lines = reader.lines().iterator();
        boolean any = false;
        boolean more = true;
        for (int number = 1; more && lines.hasNext(); number++) {
            String line = lines.next();
            if (!line.isBlank() && !line.strip().startsWith("#")) {
                any = true;
                more = follow(line, number);
            }
        }
        return any ? Optional.of(code) : Optional.empty();
    }

    /** Whether the next line is wanted. */
    private boolean follow(String line, int number) {
        boolean more;
        try {
            more = execute(words(line));
        } catch (SyntaxError unclosed) {
            code = Verbs.report(client, Failure.usage(unclosed.getMessage(), "close the quotation marks"));
            more = false;
        }
        if (code != Exit.OK.code()) {
            client.output().remark("the script ends here, at line " + number);
        }
        return more && code == Exit.OK.code();
    }

    /** Carries out one line; false when it was the last. */
    boolean execute(List<String> words) {
        String first = words.isEmpty() ? "" : words.get(0);
        switch (first) {
            case "" -> {}
            case "exit", "quit" -> {
                return false;
            }
            case "help" -> code = carryOut(help(words));
            default -> code = carryOut(words.toArray(String[]::new));
        }
        return true;
    }

    private int carryOut(String... words) {
        try (Client line = client.line()) {
            return Verbs.execute(line, words);
        }
    }

    /** Offers what may stand at the cursor: a verb, its second word, its options, what these take, a member. */
    void complete(ParsedLine line, List<Candidate> candidates) {
        List<String> before = line.words().subList(0, line.wordIndex());
        suggestions.at(before, line.word()).forEach(word -> candidates.add(new Candidate(word)));
    }

    /** By the word of the cluster, if it answers in time, and by the configuration. */
    private Collection<String> members() {
        TreeSet<String> ids = new TreeSet<>();
        Endpoints where = client.where();
        if (!where.areTyped()) {
            ids.addAll(where.addresses().keySet());
        }
        Cluster cluster = client.cluster();
        ids.addAll(CompletableFuture.supplyAsync(() -> cluster.view().nodes().navigableKeySet())
                .completeOnTimeout(new TreeSet<>(), PATIENCE_MS, TimeUnit.MILLISECONDS)
                .exceptionally(silent -> new TreeSet<>())
                .join());
        return ids;
    }

    /** Quotes as in a shell, but no escape characters: a backslash is a backslash. */
    private static DefaultParser parser() {
        DefaultParser parser = new DefaultParser();
        parser.setEscapeChars(null);
        return parser;
    }

    /** The words of a line. */
    static List<String> words(String line) {
        String typed = line.strip();
        DefaultParser strict = parser();
        strict.setEofOnUnclosedQuote(true);
        return typed.isEmpty()
                ? List.of()
                : strict.parse(typed, typed.length(), Parser.ParseContext.ACCEPT_LINE)
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
