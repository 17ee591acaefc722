package io.balsa.show;

import io.balsa.kv.KvCommand;
import io.balsa.kv.MalformedException;
import io.balsa.model.LogEntry;
import io.balsa.model.Payload;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * An entry of the log as it is shown.
 *
 * @param kind no-op, command, session-open, session-close or configuration
 * @param operation what a command does to the key-value machine; null for other kinds, and for other machines' commands
 * @param command what the entry says: an appended text as it is, otherwise words
 * @param binary whether some of it is no text, and stands there as base64
 * @param committed whether it is certain to stay
 */
public record EntryLine(
        LogEntry entry, String kind, String operation, String command, boolean binary, boolean committed) {

    private static final byte[] ABSENT = {};
    private static final String[] COLUMNS = {"INDEX", "TERM", "TIME", "KIND", "COMMAND"};
    private static final String DUMP_ROW = "%10s  %6s  %12s  %-13s  %s";

    /** What stands above entries that were {@link #dumped}; ends with a line feed. */
    public static final String DUMP_HEADINGS = String.format(DUMP_ROW + "%n", (Object[]) COLUMNS);

    public static EntryLine of(LogEntry entry, boolean committed) {
        Payload payload = entry.payload();
        if (payload instanceof Payload.Command command) {
            return command(entry, command.command(), committed);
        } else if (payload instanceof Payload.OpenSession open) {
            return new EntryLine(
                    entry, "session-open", null, "session " + name(open.idAt(entry.index())), false, committed);
        } else if (payload instanceof Payload.CloseSession closed) {
            return new EntryLine(entry, "session-close", null, "session " + name(closed.session()), false, committed);
        } else if (payload instanceof Payload.Reconfigure change) {
            String voters = "voters " + change.configuration().voters();
            return new EntryLine(entry, "configuration", null, voters, false, committed);
        }
        return new EntryLine(entry, "no-op", null, "", false, committed);
    }

    /** Many of them, with more fields around them. */
    public static Answer toAnswer(Map<String, Object> around, List<EntryLine> lines) {
        Map<String, Object> json = new LinkedHashMap<>(around);
        json.put("entries", lines.stream().map(EntryLine::fields).toList());
        Table table = new Table("INDEX", "TERM", "KIND", "COMMITTED", "COMMAND");
        lines.forEach(line -> table.row(
                line.entry.index(), line.entry.term(), line.kind, line.committed ? "yes" : "no", line.command));
        return Answer.of(json, table);
    }

    /** One by itself: no headings, as more may follow. */
    public Answer toAnswer() {
        Table row = new Table("INDEX", "TERM", "KIND", "COMMAND").row(entry.index(), entry.term(), kind, command);
        return Answer.of(fields(), row.tabbed().stripTrailing());
    }

    /**
     * One of a log that no server keeps: it says when the entry was written, not whether it is committed. For people it
     * stands under {@link #DUMP_HEADINGS}.
     */
    public static Answer dumped(LogEntry entry) {
        EntryLine line = of(entry, false);
        Map<String, Object> json = line.fields();
        json.remove("committed");
        String row = new Table(COLUMNS)
                .row(entry.index(), entry.term(), entry.time(), line.kind, line.command)
                .tabbed();
        String cells = row.substring(0, row.length() - 1);
        return Answer.of(
                json,
                cells,
                String.format(DUMP_ROW, (Object[]) cells.split("\t", -1)).stripTrailing());
    }

    private Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("index", entry.index());
        fields.put("term", entry.term());
        fields.put("kind", kind);
        fields.put("command", command);
        if (binary) {
            fields.put("encoding", "base64");
        }
        if (operation != null) {
            fields.put("operation", operation);
        }
        if (entry.payload() instanceof Payload.Command command && command.session() != 0) {
            fields.put("session", name(command.session()));
            fields.put("sequence", command.sequence());
        }
        fields.put("time", entry.time());
        fields.put("committed", committed);
        return fields;
    }

    /**
     * Tells the sessions of a log apart. Their ids are for those alone who have opened them, and whoever may read a log
     * would know them; so many values as this has tell nothing of worth about an id.
     */
    private static String name(long session) {
        return String.format("%04x", Long.hashCode(session) & 0xffff);
    }

    private static EntryLine command(LogEntry entry, byte[] bytes, boolean committed) {
        KvCommand command;
        try {
            command = KvCommand.decode(bytes);
        } catch (MalformedException anotherMachine) {
            return words(entry, null, committed, bytes);
        }
        if (command instanceof KvCommand.Put put) {
            return words(entry, "put", committed, put.key(), put.value());
        } else if (command instanceof KvCommand.Delete delete) {
            return words(entry, "del", committed, delete.key());
        } else if (command instanceof KvCommand.CompareAndSet cas) {
            return words(entry, "cas", committed, cas.key(), cas.expected().orElse(ABSENT), cas.value());
        } else if (command instanceof KvCommand.Increment increment) {
            EntryLine line = words(entry, "incr", committed, increment.key());
            String amount = line.command + " " + increment.by();
            return new EntryLine(entry, line.kind, "incr", amount, line.binary, committed);
        }
        return words(entry, "append", committed, ((KvCommand.Append) command).text());
    }

    private static EntryLine words(LogEntry entry, String operation, boolean committed, byte[]... words) {
        boolean asItIs = operation == null || operation.equals("append");
        String text = Arrays.stream(words).map(Answer::readable).collect(Collectors.joining(" "));
        boolean binary = Arrays.stream(words).anyMatch(Answer::isBinary);
        return new EntryLine(entry, "command", operation, asItIs ? text : operation + " " + text, binary, committed);
    }
}
