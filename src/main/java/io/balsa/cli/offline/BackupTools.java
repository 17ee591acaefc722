package io.balsa.cli.offline;

import io.balsa.cli.offline.OfflineFailure.Kind;
import io.balsa.cli.show.Console;
import io.balsa.config.NodeConfig;
import io.balsa.config.Settings;
import io.balsa.model.Configuration;
import io.balsa.model.EntryId;
import io.balsa.model.NodeId;
import io.balsa.show.Answer;
import io.balsa.show.Table;
import io.balsa.storage.FileDisk;
import io.balsa.storage.StorageOptions;
import io.balsa.storage.offline.Backup;
import io.balsa.storage.offline.Examination;
import io.balsa.storage.offline.NewLife;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A log in one file, to be kept elsewhere. */
@Command(
        name = "backup",
        description = "The log of a stopped node in one file.",
        subcommands = {BackupTools.Save.class, BackupTools.Inspect.class, BackupTools.Restore.class})
public final class BackupTools {
    private static final int SEGMENT_BYTES = 16 << 20;

    /** Writes the file. */
    @Command(
            name = "save",
            description = {
                "Writes the whole log of a stopped node, with the snapshot before it, into one checksummed file;"
                        + " changes nothing in the folder.",
                "The file gets its name only when it is synced. A torn tail is left out."
            })
    public static final class Save extends OfflineVerb {
        @Parameters(paramLabel = "FILE")
        private Path file;

        @Mixin
        private DataOption data;

        @Override
        void run(Console console) {
            Backup backup = at(file);
            try (Examination source = Examination.of(data.disk())) {
                backup.save(source);
            }
            console.print(told(file, backup.read(block -> {})));
        }
    }

    /** Reads the file. */
    @Command(name = "inspect", description = "Reads every byte of a backup and says what it holds.")
    public static final class Inspect extends OfflineVerb {
        @Parameters(paramLabel = "FILE")
        private Path file;

        @Override
        void run(Console console) {
            console.print(told(file, existing(file).read(block -> {})));
        }
    }

    /** Makes a data folder of the file. */
    @Command(
            name = "restore",
            description = {
                "Makes the data folder of a node of a new cluster from a backup.",
                "The members are those of --peers, else of raft.peers in --config, else those of the backup. Of"
                        + " several, each must be restored from the same file, with the same members, before any is"
                        + " started; or name one, start it, and add the others to it."
            })
    public static final class Restore extends OfflineVerb {
        @Parameters(paramLabel = "FILE")
        private Path file;

        @Option(
                names = "--data",
                required = true,
                paramLabel = "DIR",
                description = "raft.data-dir of the node, or in it NODE/GROUP; that must be empty.")
        private Path data;

        @Option(names = "--node", required = true, paramLabel = "ID", description = "The node it will belong to.")
        private String node;

        @Option(
                names = "--new-cluster-id",
                required = true,
                paramLabel = "ID",
                description = "Another id than the backup's, so that old nodes never mix with the new ones.")
        private String clusterId;

        @Option(
                names = "--peers",
                paramLabel = "ID=HOST:PORT,…",
                converter = Members.class,
                description = "The members of the new cluster, all of them voters.")
        private Configuration peers;

        @Override
        void run(Console console) {
            Backup backup = existing(file);
            Backup.Summary summary = backup.read(block -> {});
            NodeId self = self();
            Configuration members = members(console, summary);
            if (!members.members().containsKey(self) || clusterId.isBlank()) {
                throw usage(
                        node + " is not among the members " + members.members().keySet());
            }
            StorageOptions options = new StorageOptions(
                    clusterId, summary.head().group(), self, true, SEGMENT_BYTES, 0, new SecureRandom()::nextLong);
            DraftFolder folder = DraftFolder.at(data, self, summary.head().group());
            EntryId entry = NewLife.restore(backup, folder.disk(), options, members);
            folder.publish();
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("folder", folder.toString());
            json.put("cluster", clusterId);
            json.put("node", node);
            json.put("lastIndex", entry.index());
            json.put("term", entry.term());
            console.print(Answer.of(
                    json,
                    "restored " + what(summary) + " into " + folder + ", and behind them voters " + members.voters()
                            + " as entry " + entry));
        }

        private static String what(Backup.Summary summary) {
            EntryId base = summary.head().base();
            return (base.index() == 0 ? "" : "the snapshot up to " + base + " and ") + summary.entries() + " entries";
        }

        private NodeId self() {
            try {
                return NodeId.of(node);
            } catch (IllegalArgumentException e) {
                throw usage("--node " + node + " " + e.getMessage());
            }
        }

        private Configuration members(Console console, Backup.Summary summary) {
            if (peers != null) {
                return peers;
            }
            Optional<Path> file = console.configuration();
            if (file.isEmpty()) {
                return summary.configuration()
                        .orElseThrow(() -> usage("the backup holds no configuration; name the members with --peers"));
            }
            Settings settings = NodeConfig.load(file.get()).settings();
            if (!settings.clusterId().equals(clusterId)) {
                throw usage(
                        "raft.cluster-id in " + file.get() + " is \"" + settings.clusterId() + "\", not the new one");
            }
            return settings.bootstrap();
        }

        private static OfflineFailure usage(String message) {
            return new OfflineFailure(Kind.USAGE, message, "client.sh backup restore --help");
        }
    }

    private static Backup at(Path file) {
        Path whole = file.toAbsolutePath();
        return new Backup(new FileDisk(whole.getParent()), whole.getFileName().toString());
    }

    private static Backup existing(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new OfflineFailure(Kind.USAGE, "there is no file " + file, "client.sh backup --help");
        }
        return at(file);
    }

    private static Answer told(Path file, Backup.Summary summary) {
        EntryId base = summary.head().base();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("file", file.toString());
        json.put("bytes", summary.bytes());
        json.put("cluster", summary.head().cluster());
        json.put("group", summary.head().group());
        json.put("node", summary.head().node());
        json.put("term", summary.head().term());
        json.put("snapshotIndex", base.index());
        json.put("entries", summary.entries());
        json.put("lastIndex", summary.head().last().index());
        json.put("lastTerm", summary.head().last().term());
        json.put("members", summary.configuration().map(Configuration::members).orElse(null));
        Table table = new Table("WHAT", "FOUND")
                .row("file", file + ", " + summary.bytes() + " bytes")
                .row(
                        "of",
                        summary.head().node() + " of cluster " + summary.head().cluster())
                .row("snapshot", base.index() == 0 ? "none: the log is whole" : "up to " + base)
                .row(
                        "log",
                        summary.entries() + " entries, the last "
                                + summary.head().last())
                .row(
                        "members",
                        summary.configuration().map(Configuration::members).orElse(null))
                .row("verdict", "intact");
        return Answer.of(json, table);
    }
}
