package io.balsa.machine;

import io.balsa.config.Settings;
import io.balsa.machine.snapshot.SnapshotWriter;
import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import io.balsa.model.Invariant;
import io.balsa.model.LogEntry;
import io.balsa.model.Payload;
import io.balsa.model.Snapshot;
import io.balsa.protocol.Client;
import io.balsa.protocol.ClientRequest;
import io.balsa.protocol.Local;
import io.balsa.protocol.LogRead;
import io.balsa.protocol.Subscription;
import io.balsa.storage.snapshot.SnapshotStore;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Hosts the state machine: applies committed entries in order, once, and answers those who wait for them (Rules for
 * Servers, All Servers: "If commitIndex &gt; lastApplied: increment lastApplied, apply log[lastApplied]", §5.3).
 *
 * <p>User code runs on this actor's thread and nowhere else. When it throws while applying, this actor stops, and with
 * it the process: a copy of the state that missed an entry must not go on.
 */
public final class Applier extends AbstractBehavior<Applier.Command> {
    private static final int PAGE_BYTES = 1024 * 1024;

    private final Parts parts;
    private final TimerScheduler<Command> timers;
    private final Sessions sessions = new Sessions();
    private final Answers answers = new Answers();
    private final Queries queries;
    private final Pages pages;
    private final Subscriptions subscriptions;
    private final Snapshots snapshots;
    private final Deque<Committed> backlog = new ArrayDeque<>();
    private long commitIndex;
    private long lastApplied;

    /** From where on entries are being read from disk; 0 when none are. */
    private long fetching;

    /** What an applier may be told. */
    public sealed interface Command {}

    /**
     * All entries up to {@code commitIndex} are committed. Answered with one {@link Local.Applied} when they are
     * applied: who keeps few of these messages unanswered never fills the applier's mailbox.
     *
     * @param blocks entries in the order of the log. Gaps before, between and behind them are read from the log files;
     *     what is applied already or lies above {@code commitIndex} is passed over, and not remembered
     * @param waiting clients whose <em>first</em> entry is committed by this message, in the order of the log. Their
     *     last may be committed by a later one; if another leader's entry comes in its place, they are told so
     */
    public record Committed(long commitIndex, List<Entries> blocks, List<Waiting> waiting) implements Command {}

    /**
     * A client waits for its entries to be applied. What the entries hold says how it is answered.
     *
     * @param first the first of the client's consecutive entries
     * @param last the last of them, of the same term
     * @param client gets one answer for all of them
     * @param request the number of the client's request
     */
    public record Waiting(EntryId first, EntryId last, Client client, long request) {}

    /**
     * Asks the state machine, once everything up to {@code readIndex} is applied; 0 for at once. Whoever sends it has
     * taken it into {@link OpenQueries}.
     */
    public record Query(long readIndex, ClientRequest.Query query) implements Command {}

    /** Starts a subscription, or moves that of the same subscriber. */
    public record Subscribe(ClientRequest.Subscribe request) implements Command {}

    /**
     * Puts a snapshot's state in place of this one, which is older (Figure 13). As {@link Committed}, it is answered
     * with one {@link Local.Applied}.
     */
    public record Install(Snapshot snapshot) implements Command {}

    /** Takes a snapshot now; answered to the raft actor as one that was due. */
    public record TakeSnapshot() implements Command {}

    /** The snapshot that was being taken counts now, or has come to nothing. */
    public record SnapshotEnded(boolean saved) implements Command {}

    /** Asks for a hash of the replicated state; see {@link Hashed}. */
    public record GetHash(ActorRef<Hashed> replyTo) implements Command {}

    /**
     * What replicas compare.
     *
     * @param appliedIndex the state it was taken from
     * @param hash of the machine's snapshot and of the sessions; equal on all servers at the same index
     */
    public record Hashed(long appliedIndex, long hash) {}

    /** A page from the log reader. */
    private record Page(LogRead.Found found) implements Command {}

    /** A subscriber's confirmation. */
    private record Confirmed(Subscription.Processed processed) implements Command {}

    /** A page was not there and may be by now. */
    record ReadAgain(Pages.Wanted wanted) implements Command {}

    /** The clock by which silent subscribers are noticed. */
    enum Tick implements Command {
        SUBSCRIBERS,
        /** A snapshot that found no room may be tried again. */
        SNAPSHOT
    }

    /**
     * What an applier works with.
     *
     * @param reader reads the log files
     * @param raft is told how far everything is applied
     * @param applied the same, for those who only look
     * @param queries counts those that are not answered yet
     */
    public record Parts(
            StateMachine machine,
            ActorRef<? super LogRead.Read> reader,
            ActorRef<? super Local> raft,
            AppliedIndex applied,
            OpenQueries queries,
            Settings.Subscriptions subscriptions,
            SnapshotParts snapshots) {}

    /**
     * What an applier needs for snapshots.
     *
     * @param store where they are
     * @param newest the one to begin with
     * @param writer writes frozen states
     */
    public record SnapshotParts(
            SnapshotStore store,
            Optional<Snapshot> newest,
            ActorRef<SnapshotWriter.Command> writer,
            Settings.Snapshots limits) {}

    private Applier(ActorContext<Command> context, TimerScheduler<Command> timers, Parts parts) {
        super(context);
        this.parts = parts;
        this.queries = new Queries(parts.machine(), parts.queries(), context.getLog());
        this.pages = new Pages(parts.reader(), context.messageAdapter(LogRead.Found.class, Page::new), timers);
        this.subscriptions = new Subscriptions(
                parts.subscriptions(),
                pages,
                timers,
                context.messageAdapter(Subscription.Processed.class, Confirmed::new));
        this.snapshots = new Snapshots(parts, sessions);
        this.timers = timers;
        parts.snapshots().newest().ifPresent(this::restore);
    }

    /** An applier of a machine that has applied nothing yet; it begins with the newest snapshot, if there is one. */
    public static Behavior<Command> create(Parts parts) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> new Applier(context, timers, parts)));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Committed.class, this::onCommitted)
                .onMessage(Query.class, this::onQuery)
                .onMessage(Page.class, this::onPage)
                .onMessage(Confirmed.class, this::onConfirmed)
                .onMessage(Subscribe.class, this::onSubscribe)
                .onMessage(Install.class, this::onInstall)
                .onMessage(TakeSnapshot.class, this::onTakeSnapshot)
                .onMessage(SnapshotEnded.class, this::onSnapshotEnded)
                .onMessageEquals(Tick.SNAPSHOT, this::onSnapshotTick)
                .onMessage(GetHash.class, this::onGetHash)
                .onMessage(ReadAgain.class, this::onReadAgain)
                .onMessageEquals(Tick.SUBSCRIBERS, this::onSubscribersTick)
                .build();
    }

    private Behavior<Command> onCommitted(Committed committed) {
        for (Waiting waiting : committed.waiting()) {
            Invariant.check(waiting.first().index() > lastApplied, "%s came after %s", waiting, lastApplied);
            answers.expect(waiting, committed.commitIndex());
        }
        commitIndex = Math.max(commitIndex, committed.commitIndex());
        backlog.addLast(committed);
        if (fetching == 0) {
            advance();
        }
        return this;
    }

    /** What waited for older entries goes on as if they had been applied. */
    private Behavior<Command> onInstall(Install install) {
        long index = install.snapshot().last().index();
        if (index > lastApplied) {
            restore(install.snapshot());
            fetching = 0;
            answers.skipTo(index);
            publish();
        }
        parts.raft().tell(new Local.Applied(lastApplied));
        if (fetching == 0) {
            advance();
        }
        return this;
    }

    private void restore(Snapshot snapshot) {
        snapshots.restore(snapshot);
        lastApplied = snapshot.last().index();
        commitIndex = Math.max(commitIndex, lastApplied);
        parts.applied().advance(lastApplied);
        subscriptions.skipTo(lastApplied);
    }

    private Behavior<Command> onTakeSnapshot(TakeSnapshot take) {
        snapshots.take();
        return this;
    }

    private Behavior<Command> onSnapshotEnded(SnapshotEnded ended) {
        snapshots.ended(ended.saved());
        if (!ended.saved()) {
            timers.startSingleTimer(Tick.SNAPSHOT, parts.snapshots().limits().retry());
        }
        return this;
    }

    private Behavior<Command> onSnapshotTick() {
        snapshots.rested();
        snapshots.takeIfDue();
        return this;
    }

    private Behavior<Command> onPage(Page page) {
        pages.found(page.found());
        return this;
    }

    private Behavior<Command> onReadAgain(ReadAgain again) {
        pages.again(again.wanted());
        return this;
    }

    private Behavior<Command> onQuery(Query query) {
        queries.ask(query, lastApplied);
        return this;
    }

    private Behavior<Command> onSubscribe(Subscribe subscribe) {
        subscriptions.add(subscribe.request());
        return this;
    }

    private Behavior<Command> onConfirmed(Confirmed confirmed) {
        subscriptions.confirm(confirmed.processed());
        return this;
    }

    private Behavior<Command> onSubscribersTick() {
        subscriptions.tick();
        return this;
    }

    private Behavior<Command> onGetHash(GetHash get) {
        StateHash hash = new StateHash();
        try {
            sessions.write(new DataOutputStream(hash));
            parts.machine().snapshot(hash);
        } catch (IOException e) {
            throw new UncheckedIOException("a hash cannot fail to be written to", e);
        }
        get.replyTo().tell(new Hashed(lastApplied, hash.value()));
        return this;
    }

    /** Works through the backlog until it is empty or entries have to be read from disk. */
    private void advance() {
        while (!backlog.isEmpty()) {
            Committed first = backlog.getFirst();
            for (Entries block : first.blocks()) {
                apply(block.upTo(first.commitIndex()));
            }
            publish();
            if (lastApplied < first.commitIndex()) {
                fetch(first);
                return;
            }
            backlog.removeFirst();
            parts.raft().tell(new Local.Applied(lastApplied));
        }
    }

    /** Reads what lies between the last entry applied and the next one at hand. */
    private void fetch(Committed committed) {
        long end = committed.commitIndex();
        for (Entries block : committed.blocks()) {
            if (block.first().index() > lastApplied) {
                end = Math.min(end, block.first().index() - 1);
            }
        }
        long from = lastApplied + 1;
        fetching = from;
        pages.read(from, end, PAGE_BYTES, page -> onFetched(from, page.entries()));
    }

    /** A page that a snapshot has overtaken is of no use any more. */
    private void onFetched(long from, Entries entries) {
        if (from != fetching) {
            return;
        }
        Invariant.check(!entries.isEmpty(), "entry %s is committed and nowhere to be found", from, "");
        fetching = 0;
        apply(entries);
        advance();
    }

    /** Applies those that are next; does nothing when something is missing before them. */
    private void apply(Entries block) {
        Entries due = block.from(lastApplied + 1);
        if (due.isEmpty() || due.first().index() > lastApplied + 1) {
            return;
        }
        for (LogEntry entry : due) {
            apply(entry);
        }
        lastApplied = due.last().index();
        snapshots.applied(due);
        subscriptions.applied(due, commitIndex);
    }

    private void apply(LogEntry entry) {
        sessions.at(entry.time());
        snapshots.applied(entry);
        Payload payload = entry.payload();
        if (payload instanceof Payload.Command command) {
            answers.command(entry.id(), sessions.apply(entry.index(), command, parts.machine()));
        } else if (payload instanceof Payload.OpenSession open) {
            long session = open.idAt(entry.index());
            sessions.open(session, open);
            answers.opened(entry.id(), session);
        } else if (payload instanceof Payload.CloseSession close) {
            sessions.close(close.session());
            answers.closed(entry.id());
        } else {
            answers.passed(entry.id());
        }
    }

    /** The index first, then the answers: who has an answer finds the index at least as far. */
    private void publish() {
        parts.applied().advance(lastApplied);
        answers.send();
        queries.serve(lastApplied);
        snapshots.takeIfDue();
    }
}
