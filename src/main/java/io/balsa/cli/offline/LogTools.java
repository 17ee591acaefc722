package io.balsa.cli.offline;

import io.balsa.cli.offline.OfflineFailure.Kind;
import io.balsa.cli.show.Console;
import io.balsa.show.Answer;
import io.balsa.show.EntryLine;
import io.balsa.storage.CorruptionException;
import io.balsa.storage.Disk;
import io.balsa.storage.Storage;
import io.balsa.storage.offline.Examination;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The log of a node that is stopped. */
public final class LogTools {
    private LogTools() {}

    /** Prints entries one by one, so that a log of any length fits. */
    @Command(
            name = "dump",
            description = {
                "Prints the log in the data folder of a stopped node, entry by entry; changes nothing.",
                "With -o json one document for each entry. Whether an entry is committed is not on a disk; TIME is log"
                        + " time in ms."
            })
    public static final class Dump extends OfflineVerb {
        @Mixin
        private DataOption data;

        @Option(names = "--from", paramLabel = "I", description = "The first index wanted.")
        private long from = 1;

        @Option(names = "--to", paramLabel = "J", description = "The last index wanted.")
        private long to = Long.MAX_VALUE;

        @Override
        void run(Console console) {
            if (from < 1 || to < from) {
                throw new OfflineFailure(
                        Kind.USAGE,
                        "no entry can be in that range",
                        "the log begins at index 1; --to is not below --from");
            }
            try (Examination log = Examination.of(data.disk())) {
                if (console.format() == Answer.Format.TABLE) {
                    console.output().print(EntryLine.DUMP_HEADINGS.getBytes(StandardCharsets.UTF_8));
                }
                log.forEach(from, to, entry -> console.print(EntryLine.dumped(entry)));
                log.tornTail().ifPresent(tail -> console.output().remark("a start " + would(tail)));
            }
        }
    }

    /** Reads everything, as a start would. */
    @Command(
            name = "verify",
            description = {
                "Reads every byte in the data folder of a stopped node, and says what is proven; changes nothing.",
                "A torn tail is no damage: a crash leaves it, and the next start cuts it. Exit 5 names what is damaged."
            })
    public static final class Verify extends OfflineVerb {
        @Mixin
        private DataOption data;

        @Override
        void run(Console console) {
            Disk disk = data.disk();
            try (Examination examination = Examination.of(disk)) {
                console.print(new Verdict(examination, examination.contents()).toAnswer());
            } catch (CorruptionException damage) {
                if (console.format() == Answer.Format.JSON) {
                    console.print(Verdict.corrupt(disk.toString(), damage));
                }
                throw damage;
            }
        }
    }

    /** Does what a start would do to the log, and no more. */
    @Command(
            name = "repair",
            description = {
                "Cuts a torn tail off the log of a stopped node, as its next start would, and shows what is cut.",
                "Nothing that was known to be synced is ever cut: damage there is refused with exit 5."
            })
    public static final class Repair extends OfflineVerb {
        @Mixin
        private DataOption data;

        @Option(names = "--dry-run", description = "Only shows what would be cut.")
        private boolean dryRun;

        @Override
        void run(Console console) {
            Disk disk = data.disk();
            Optional<Storage.TornTail> tail;
            boolean truncates;
            long last;
            try (Examination examination = Examination.of(disk)) {
                tail = examination.tornTail();
                truncates = examination.truncates();
                last = examination.last().index();
            }
            boolean needed = tail.isPresent() || truncates;
            if (needed && !dryRun) {
                Examination.open(disk).close();
            }
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("folder", disk.toString());
            json.put("changed", needed && !dryRun);
            json.put("lastIndex", last);
            json.put("truncation", truncates);
            json.put("tornTail", tail.map(Verdict::fields).orElse(null));
            console.print(Answer.of(json, told(tail, truncates) + "; the log ends at index " + last));
        }

        private String told(Optional<Storage.TornTail> tail, boolean truncates) {
            String mood = dryRun ? "would have " : "";
            if (tail.isPresent()) {
                return dryRun ? would(tail.get()) : tail.get().toString();
            }
            return truncates ? mood + "finished a truncation that a crash had interrupted" : "nothing to repair";
        }
    }

    private static String would(Storage.TornTail tail) {
        return "would have " + tail;
    }
}
