package io.balsa.cli;

import io.balsa.cli.KeyValueVerbs.Change;
import io.balsa.cli.offline.LogTools;
import io.balsa.cli.show.Output;
import io.balsa.client.Delivered;
import io.balsa.kv.KvCommand;
import io.balsa.model.LogEntry;
import io.balsa.protocol.reply.AdminReply.LogPage;
import io.balsa.protocol.reply.AdminReply.SnapshotInfo;
import io.balsa.protocol.reply.AdminReply.SnapshotTaken;
import io.balsa.protocol.reply.AdminReply.Snapshots;
import io.balsa.show.Answer;
import io.balsa.show.ClusterView;
import io.balsa.show.EntryLine;
import io.balsa.show.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The replicated log itself. */
@Command(
        name = "log",
        description = "The replicated log itself; dump, verify and repair: on the disk of a stopped node.",
        subcommands = {
            LogVerbs.Append.class,
            LogVerbs.Show.class,
            LogTools.Dump.class,
            LogTools.Verify.class,
            LogTools.Repair.class
        })
final class LogVerbs {

    @Command(name = "append", description = "Appends a text; done when a majority has it on disk.")
    static final class Append extends Verb {
        @Parameters(paramLabel = "TEXT", arity = "0..1")
        private String text;

        @Mixin
        private Value source;

        @Mixin
        private SessionVerbs.Once once;

        @Override
        void run(Client client) {
            Change change = Change.submit(client, once, new KvCommand.Append(source.of(client, text)));
            print(client, Answer.of(change.json(), Long.toString(change.index()), "OK  index " + change.index()));
        }
    }

    @Command(
            name = "show",
            description = "Shows the log of the leader; without one, of the member that has most of it.")
    static final class Show extends Verb {
        @Option(names = "--from", paramLabel = "I", description = "The first index wanted.")
        private Optional<Long> from = Optional.empty();

        @Option(names = "--to", paramLabel = "J", description = "The last index wanted.")
        private Optional<Long> to = Optional.empty();

        @Option(names = "--first", paramLabel = "N", description = "Only the first N of these.")
        private Optional<Long> first = Optional.empty();

        @Option(names = "--last", paramLabel = "N", description = "Only the last N of these.")
        private Optional<Long> last = Optional.empty();

        @Option(names = "--node", paramLabel = "ID", description = "Shows the log of this member.")
        private Optional<String> node = Optional.empty();

        @Override
        void run(Client client) {
            show(client, Range.of(from, to, first, last), node);
        }
    }

    @Command(name = "logs", description = "The first N entries of the log, the last -N, or with 0 all.")
    static final class Logs extends Verb {
        @Parameters(paramLabel = "N", arity = "0..1")
        private long count;

        @Override
        void run(Client client) {
            Optional<Long> first = Optional.of(count).filter(n -> n > 0);
            Optional<Long> last = Optional.of(-count).filter(n -> n > 0);
            show(client, Range.of(Optional.empty(), Optional.empty(), first, last), Optional.empty());
        }
    }

    @Command(name = "subscribe", description = "Prints committed entries as they come, until interrupted.")
    static final class Subscribe extends Verb {
        @Option(names = "--from", paramLabel = "I", description = "The first index wanted; default: the next one.")
        private Optional<Long> from = Optional.empty();

        @Override
        void run(Client client) {
            long first = from.orElseGet(() -> nextIndex(client.cluster().view()));
            if (first < 1) {
                throw Failure.usage("--from must be 1 or more", "the log begins at index 1");
            }
            CompletableFuture<Void> readerGone = new CompletableFuture<>();
            // Nothing but the end of its connection ends a subscription that is interrupted at a prompt.
            CompletionStage<Void> ended = client.ownCluster().subscribe(first, delivered -> {
                try {
                    printAll(client, delivered);
                } catch (Output.ReaderGone gone) {
                    readerGone.completeExceptionally(gone);
                }
            });
            untilInterrupted(() -> await(CompletableFuture.anyOf(ended.toCompletableFuture(), readerGone)));
        }

        private static long nextIndex(ClusterView view) {
            return 1
                    + view.nodes().values().stream()
                            .flatMap(node -> node.status().stream())
                            .mapToLong(status -> status.commitIndex())
                            .max()
                            .orElse(0);
        }

        private static void printAll(Client client, Delivered delivered) {
            for (LogEntry entry : delivered.entries()) {
                print(client, EntryLine.of(entry, true).toAnswer());
            }
        }
    }

    @Command(
            name = "snapshot",
            description = "What the members have in place of the oldest part of their logs.",
            subcommands = {SnapshotTrigger.class, SnapshotList.class, SnapshotInspect.class})
    static final class Snapshot {}

    @Command(name = "trigger", description = "Has every member that answers take a snapshot now.")
    static final class SnapshotTrigger extends Verb {
        @Option(names = "--node", paramLabel = "ID", description = "Only this member.")
        private Optional<String> node = Optional.empty();

        @Override
        void run(Client client) {
            Map<String, CompletionStage<SnapshotTaken>> asked = new LinkedHashMap<>();
            for (ClusterView.Node member : answering(client.cluster().view(), node)) {
                asked.put(member.id(), client.cluster().snapshot(member.address()));
            }
            Table table = new Table("NODE", "INDEX", "TERM");
            List<Map<String, Object>> taken = new ArrayList<>();
            asked.forEach((id, stage) -> {
                SnapshotTaken snapshot = await(stage);
                snapshot.refusal().ifPresent(why -> {
                    throw Failure.unavailable(id + " took no snapshot: " + why);
                });
                table.row(id, snapshot.last().index(), snapshot.last().term());
                Map<String, Object> fields = new LinkedHashMap<>();
                fields.put("node", id);
                fields.put("index", snapshot.last().index());
                fields.put("term", snapshot.last().term());
                taken.add(fields);
            });
            print(client, Answer.of(Map.of("snapshots", taken), table));
        }
    }

    @Command(name = "list", description = "Lists the snapshots of every member that answers, the newest first.")
    static final class SnapshotList extends Verb {
        @Option(names = "--node", paramLabel = "ID", description = "Only this member.")
        private Optional<String> node = Optional.empty();

        @Override
        void run(Client client) {
            Table table = new Table("NODE", "INDEX", "TERM", "BYTES", "LOG FROM");
            List<Map<String, Object>> all = new ArrayList<>();
            for (ClusterView.Node member : answering(client.cluster().view(), node)) {
                Snapshots found = await(client.cluster().snapshots(member.address()));
                for (SnapshotInfo one : found.snapshots()) {
                    table.row(member.id(), one.last().index(), one.last().term(), one.bytes(), found.firstIndex());
                    all.add(fields(member.id(), one, found.firstIndex()));
                }
            }
            print(client, Answer.of(Map.of("snapshots", all), table));
        }
    }

    @Command(name = "inspect", description = "Shows what one snapshot says of itself; the leader's, unless told else.")
    static final class SnapshotInspect extends Verb {
        @Parameters(paramLabel = "INDEX", arity = "0..1", description = "Its last included index; default: the newest.")
        private Optional<Long> index = Optional.empty();

        @Option(names = "--node", paramLabel = "ID", description = "Of this member.")
        private Optional<String> node = Optional.empty();

        @Override
        void run(Client client) {
            ClusterView.Node source = source(client.cluster().view(), node);
            Snapshots found = await(client.cluster().snapshots(source.address()));
            SnapshotInfo snapshot = found.snapshots().stream()
                    .filter(one -> index.isEmpty() || index.get() == one.last().index())
                    .findFirst()
                    .orElseThrow(() -> new Failure(
                            Exit.REFUSED,
                            source.id() + " has no such snapshot",
                            "client.sh snapshot list shows what there is"));
            Map<String, Object> fields = fields(source.id(), snapshot, found.firstIndex());
            Table table = new Table("FIELD", "VALUE");
            fields.forEach(table::row);
            print(client, Answer.of(fields, table));
        }
    }

    private static Map<String, Object> fields(String node, SnapshotInfo snapshot, long firstIndex) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("node", node);
        fields.put("index", snapshot.last().index());
        fields.put("term", snapshot.last().term());
        fields.put("time", snapshot.time());
        fields.put("bytes", snapshot.bytes());
        fields.put("sessionBytes", snapshot.sessionBytes());
        fields.put("machineBytes", snapshot.machineBytes());
        fields.put("members", snapshot.members());
        fields.put("firstIndex", firstIndex);
        return fields;
    }

    private static List<ClusterView.Node> answering(ClusterView view, Optional<String> wanted) {
        return wanted.isPresent()
                ? List.of(source(view, wanted))
                : view.nodes().values().stream()
                        .filter(node -> node.status().isPresent())
                        .toList();
    }

    /**
     * The wanted part of a log.
     *
     * @param first keeps so many from the beginning
     * @param last keeps so many at the end
     */
    private record Range(long from, long to, long first, long last) {
        static Range of(Optional<Long> from, Optional<Long> to, Optional<Long> first, Optional<Long> last) {
            if (first.isPresent() && last.isPresent()) {
                throw Failure.usage("--first and --last exclude each other", "give one of them");
            }
            Range range = new Range(
                    from.orElse(1L),
                    to.orElse(Long.MAX_VALUE),
                    first.orElse(Long.MAX_VALUE),
                    last.orElse(Long.MAX_VALUE));
            if (range.from < 1 || range.to < range.from || range.first < 0 || range.last < 0) {
                throw Failure.usage(
                        "no entry can be in that range", "the log begins at index 1; --to is not below --from");
            }
            return range;
        }

        /** This range within a log that holds what is between the two, both included. */
        Range within(long firstIndex, long lastIndex) {
            long begin = Math.max(from, firstIndex);
            long end = Math.min(to, lastIndex);
            long tailed = last > end - begin ? begin : end - last + 1;
            long headed = first > end - begin ? end : begin + first - 1;
            return new Range(tailed, headed, first, last);
        }
    }

    private static void show(Client client, Range wanted, Optional<String> node) {
        Cluster cluster = client.cluster();
        ClusterView.Node source = source(cluster.view(), node);
        LogPage extent = Verb.await(cluster.log(source.address(), 1, 1));
        requireKept(source.id(), wanted, extent.firstIndex());
        Range range = wanted.within(extent.firstIndex(), extent.lastIndex());
        List<EntryLine> lines = new ArrayList<>();
        long next = range.from();
        LogPage page = extent;
        while (next <= range.to()) {
            page = Verb.await(cluster.log(source.address(), next, range.to()));
            if (page.entries().isEmpty()) {
                break;
            }
            for (LogEntry entry : page.entries()) {
                lines.add(EntryLine.of(entry, entry.index() <= page.commitIndex()));
            }
            next = page.entries().last().index() + 1;
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("node", source.id());
        json.put("firstIndex", page.firstIndex());
        json.put("lastIndex", page.lastIndex());
        json.put("commit", page.commitIndex());
        Verb.print(client, EntryLine.toAnswer(json, lines));
    }

    /** What a snapshot has taken the place of cannot be shown; said only to those who asked for it by its number. */
    private static void requireKept(String node, Range wanted, long firstIndex) {
        if (wanted.to() < firstIndex) {
            throw new Failure(
                    Exit.REFUSED,
                    "the log of " + node + " begins at index " + firstIndex
                            + "; a snapshot has the place of all before",
                    "client.sh log show --from " + firstIndex);
        }
    }

    private static ClusterView.Node source(ClusterView view, Optional<String> wanted) {
        if (wanted.isPresent()) {
            return Optional.ofNullable(view.nodes().get(wanted.get()))
                    .filter(node -> node.status().isPresent())
                    .orElseThrow(() -> Failure.unavailable("no member " + wanted.get() + " answers"));
        }
        return view.leading()
                .map(leader -> view.nodes().get(leader.node()))
                .or(view::mostUpToDate)
                .orElseThrow(() -> Failure.unavailable("no member answers"));
    }
}
