package io.balsa.cli.offline;

import io.balsa.cli.offline.OfflineFailure.Kind;
import io.balsa.cli.show.Console;
import io.balsa.config.NodeConfig;
import io.balsa.config.Settings;
import io.balsa.model.Configuration;
import io.balsa.model.EntryId;
import io.balsa.show.Answer;
import io.balsa.show.Table;
import io.balsa.storage.Disk;
import io.balsa.storage.StorageOptions;
import io.balsa.storage.offline.Examination;
import io.balsa.storage.offline.NewLife;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** After the loss of a quorum: one node goes on with what it has, under a configuration that nobody has agreed to. */
@Command(
        name = "recover",
        description = {
            "Writes raft.peers of --config behind the log of a stopped node, after a majority of disks is lost.",
            "To be done on one node only, the one whose log is the best; all others start empty, with raft.join = true."
                    + " Without --i-accept-data-loss it only says what would be lost and kept, and ends with 7."
        })
public final class Recover extends OfflineVerb {
    @Mixin
    private DataOption data;

    @Option(names = "--i-accept-data-loss", description = "Does it.")
    private boolean accepted;

    @Option(names = "--dry-run", description = "Only says what would be lost and kept.")
    private boolean dryRun;

    @Override
    void run(Console console) {
        Path file = console.configuration().orElseThrow(() -> usage("the new configuration is missing"));
        Settings settings = NodeConfig.load(file).settings();
        Disk disk = data.disk();
        StorageOptions options = options(settings);
        Map<String, Object> json = new LinkedHashMap<>();
        Table table = new Table("WHAT", "FOUND");
        try (Examination found = Examination.of(disk)) {
            found.requireOwner(options);
            plan(found, settings.bootstrap(), json, table);
        }
        boolean does = accepted && !dryRun;
        json.put("changed", does);
        if (does) {
            EntryId entry = NewLife.recover(disk, options, settings.bootstrap());
            json.put("entry", entry.index());
            json.put("entryTerm", entry.term());
            table.row("done", "the members after are entry " + entry);
        }
        console.print(Answer.of(json, table));
        if (!does && !dryRun) {
            throw new OfflineFailure(
                    Kind.UNSAFE,
                    "nothing was changed: what a majority had acknowledged may be lost by this",
                    "--i-accept-data-loss does it; --dry-run only looks");
        }
    }

    private static StorageOptions options(Settings settings) {
        return new StorageOptions(
                settings.clusterId(),
                settings.group(),
                settings.nodeId(),
                true,
                settings.storage().segmentBytes(),
                settings.storage().reuseBytes(),
                () -> 0);
    }

    private static void plan(Examination found, Configuration after, Map<String, Object> json, Table table) {
        Configuration before = found.configuration().map(Map.Entry::getValue).orElse(after);
        Set<Object> forgotten = new TreeSet<>(found.ballot().storageIds().keySet());
        json.put("folder", found.toString());
        json.put("lastIndex", found.last().index());
        json.put("lastTerm", found.last().term());
        json.put("term", found.ballot().currentTerm());
        json.put("membersBefore", before.members());
        json.put("membersAfter", after.members());
        json.put("forgotten", forgotten.stream().map(Object::toString).toList());
        json.put("tornTail", found.tornTail().map(Verdict::fields).orElse(null));
        table.row("folder", found)
                .row(
                        "kept",
                        "every entry of this disk, in log and snapshot, up to " + found.last() + ", committed or not")
                .row("known committed", "none: no disk tells; what counts is what is kept")
                .row("lost", "what others had acknowledged and this disk has not")
                .row(
                        "torn tail",
                        found.tornTail().map(tail -> "cut at " + tail.file()).orElse("none"))
                .row("members before", words(before))
                .row("members after", words(after))
                .row("forgotten", "the disks of " + forgotten);
    }

    private static String words(Configuration members) {
        return members.members().keySet().stream()
                .map(node -> node + (members.isVoter(node) ? "" : " (learner)"))
                .collect(Collectors.joining(", "));
    }

    private static OfflineFailure usage(String message) {
        return new OfflineFailure(
                Kind.USAGE, message, "name it with --config CONF, in which raft.peers are the new ones");
    }
}
