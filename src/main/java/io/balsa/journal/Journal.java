package io.balsa.journal;

import io.balsa.measure.Watch;
import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import io.balsa.model.Invariant;
import io.balsa.protocol.Local;
import io.balsa.storage.SegmentedLog;
import io.balsa.storage.StorageException;
import io.balsa.storage.StorageFullException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.ChildFailed;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Writes the log: what has queued up while it was busy becomes one write, one sync and one {@link Local.Persisted}.
 *
 * <p>Spawn it on {@code raft.journal-dispatcher}: it blocks in the disk. It trusts its raft actor to bound what it is
 * sent. When the disk fails the actor fails; its parent watches it, and nothing is acknowledged any more. A full disk
 * is not a failure, neither for entries nor for a truncation: what was taken is kept, the raft actor is told, and the
 * disk is tried again and again.
 */
public final class Journal extends AbstractBehavior<Journal.Command> {
    /** A larger batch is written as several, so that reading back never has to take in too much at once. */
    private static final int BATCH_BYTES = 256 << 10;

    /** After a pause of this length the end of a burst is recorded; an idle journal writes and syncs nothing. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private static final long NOTHING = Long.MAX_VALUE;

    private final SegmentedLog log;
    private final ActorRef<? super Local> raft;
    private final Duration fullRetry;
    private final Watch watch;
    private final TimerScheduler<Command> timers;
    private final ActorRef<SpareSegments.Command> spares;
    private final List<Entries> buffer = new ArrayList<>();
    private long epoch;

    /** From where on the log is to be cut before anything is appended to it. */
    private long cutFrom = NOTHING;

    /** Behind which entry the log is to begin anew before anything else happens to it. */
    private Optional<EntryId> base = Optional.empty();

    private boolean full;
    private boolean preparing;

    /** What the raft actor asks for, in the order in which it happens to the log; and what the journal tells itself. */
    public sealed interface Command {}

    /**
     * Entries that follow all that was sent before.
     *
     * @param epoch of the log, repeated in the answer
     */
    public record Append(long epoch, Entries entries) implements Command {}

    /**
     * The entry at {@code fromIndex} and all behind it are gone from the log (§5.3).
     *
     * @param epoch of the log from now on; entries before the cut are acknowledged once more, under this epoch
     */
    public record Truncate(long epoch, long fromIndex) implements Command {}

    /**
     * All of the log is gone: a durable snapshot takes its place, which ends at {@code base} (§7).
     *
     * @param epoch of the log from now on
     */
    public record Restart(long epoch, EntryId base) implements Command {}

    /**
     * A durable snapshot covers everything up to {@code index}: the oldest segments may go (§7). Answered by
     * {@link Local.Compacted} when some have gone.
     *
     * @param keepBytes of the log that stay in any case
     */
    public record Compact(long index, long keepBytes) implements Command {}

    enum Signal implements Command {
        FLUSH,
        SEAL,
        RETRY,
        SPARE_READY,
        SPARE_REFUSED
    }

    private record Setup(SegmentedLog log, ActorRef<? super Local> raft, Duration fullRetry, Watch watch) {}

    private Journal(ActorContext<Command> context, TimerScheduler<Command> timers, Setup setup) {
        super(context);
        this.timers = timers;
        this.log = setup.log();
        this.raft = setup.raft();
        this.fullRetry = setup.fullRetry();
        this.watch = setup.watch();
        this.epoch = log.epoch();
        this.spares = context.spawn(SpareSegments.create(log), "spares", DispatcherSelector.blocking());
        context.watch(spares);
    }

    /**
     * @param log recovered; from now on only this actor writes it
     * @param raft is told {@link Local.Persisted} and {@link Local.StorageFull}
     * @param fullRetry how often a full disk is tried again
     * @param watch measures how long syncs take, and what they are worth
     */
    public static Behavior<Command> create(
            SegmentedLog log, ActorRef<? super Local> raft, Duration fullRetry, Watch watch) {
        Setup setup = new Setup(log, raft, fullRetry, watch);
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> new Journal(context, timers, setup)));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Append.class, this::onAppend)
                .onMessage(Truncate.class, this::onTruncate)
                .onMessage(Restart.class, this::onRestart)
                .onMessage(Compact.class, this::onCompact)
                .onMessageEquals(Signal.FLUSH, this::onFlush)
                .onMessageEquals(Signal.RETRY, this::onRetry)
                .onMessageEquals(Signal.SEAL, this::onSeal)
                .onMessageEquals(Signal.SPARE_READY, this::onSpareReady)
                .onMessageEquals(Signal.SPARE_REFUSED, this::onSpareRefused)
                .onSignal(ChildFailed.class, this::onChildFailed)
                .onSignal(PostStop.class, stop -> onStop())
                .build();
    }

    /** The flush goes to the end of the mailbox: all that is in front of it will be part of the batch. */
    private Behavior<Command> onAppend(Append append) {
        Invariant.check(append.epoch() >= epoch, "%s comes after epoch %s", append, epoch);
        epoch = append.epoch();
        if (buffer.isEmpty() && !full) {
            getContext().getSelf().tell(Signal.FLUSH);
        }
        buffer.add(append.entries());
        return this;
    }

    private Behavior<Command> onTruncate(Truncate truncate) {
        Invariant.check(truncate.epoch() > epoch, "%s comes after epoch %s", truncate, epoch);
        epoch = truncate.epoch();
        buffer.replaceAll(entries -> entries.upTo(truncate.fromIndex() - 1));
        buffer.removeIf(Entries::isEmpty);
        cutFrom = Math.min(cutFrom, truncate.fromIndex());
        if (!cut()) {
            noteRoom(false);
        }
        return this;
    }

    private Behavior<Command> onRestart(Restart restart) {
        Invariant.check(restart.epoch() > epoch, "%s comes after epoch %s", restart, epoch);
        epoch = restart.epoch();
        buffer.clear();
        cutFrom = NOTHING;
        base = Optional.of(restart.base());
        if (!cut()) {
            noteRoom(false);
        }
        return this;
    }

    private Behavior<Command> onCompact(Compact compact) {
        EntryId before = log.base();
        if (base.isEmpty()) {
            log.compact(compact.index(), compact.keepBytes());
        }
        if (!log.base().equals(before)) {
            spares.tell(new SpareSegments.Tidy());
            raft.tell(new Local.Compacted(log.base()));
        }
        return this;
    }

    /** Cuts the log if that is to be done. Says whether there was room to. */
    private boolean cut() {
        if (cutFrom == NOTHING && base.isEmpty()) {
            return true;
        }
        try {
            if (base.isPresent()) {
                log.restart(epoch, base.get());
                base = Optional.empty();
            }
            if (cutFrom != NOTHING) {
                log.truncateFrom(epoch, cutFrom);
            }
        } catch (StorageFullException e) {
            return false;
        }
        cutFrom = NOTHING;
        raft.tell(new Local.Persisted(epoch, log.last()));
        return true;
    }

    private Behavior<Command> onFlush() {
        boolean ready = cut();
        EntryId before = log.last();
        boolean enough = ready && write();
        if (!log.last().equals(before)) {
            sync(log.last().index() - before.index());
            raft.tell(new Local.Persisted(epoch, log.last()));
            prepareSpare();
            timers.startSingleTimer(Signal.SEAL, PAUSE);
        }
        noteRoom(enough);
        return this;
    }

    private void sync(long entries) {
        long begin = watch.now();
        log.sync();
        long end = watch.now();
        watch.measures().synced(end, end - begin, entries);
    }

    /** Writes what is buffered. Says whether there was room for all; the rest stays buffered. */
    private boolean write() {
        try {
            while (!buffer.isEmpty()) {
                List<Entries> batch = buffer.subList(0, batchLength());
                log.append(epoch, batch);
                batch.clear();
            }
            return true;
        } catch (StorageFullException e) {
            return false;
        }
    }

    private int batchLength() {
        int length = 1;
        int bytes = buffer.get(0).bytes();
        while (length < buffer.size() && bytes + buffer.get(length).bytes() <= BATCH_BYTES) {
            bytes += buffer.get(length).bytes();
            length++;
        }
        return length;
    }

    private void noteRoom(boolean enough) {
        if (full == enough) {
            full = !enough;
            watch.measures().noteRoom(watch.now(), enough);
            raft.tell(new Local.StorageFull(full));
        }
        if (full) {
            timers.startSingleTimer(Signal.RETRY, fullRetry);
        }
    }

    /** Room for a segment is asked for even when nothing is buffered: nothing will be, until there is. */
    private Behavior<Command> onRetry() {
        try {
            if (cut()) {
                log.prepareSpare();
                return onFlush();
            }
        } catch (StorageFullException e) {
            // As when there is no room to cut.
        }
        noteRoom(false);
        return this;
    }

    private Behavior<Command> onSeal() {
        log.seal();
        return this;
    }

    private void prepareSpare() {
        if (!preparing && log.wantsSpare()) {
            preparing = true;
            spares.tell(new SpareSegments.Prepare(getContext().getSelf().narrow()));
        }
    }

    private Behavior<Command> onSpareReady() {
        preparing = false;
        return this;
    }

    /** To try at once would fill the disk to the brim again and again. */
    private Behavior<Command> onSpareRefused() {
        timers.startSingleTimer(Signal.SPARE_READY, fullRetry);
        return this;
    }

    /** An orderly end records that all is synced: whoever opens the log again knows what must be there. */
    private Behavior<Command> onStop() {
        try {
            if (cutFrom == NOTHING && base.isEmpty()) {
                write();
            }
            log.sync();
            log.seal();
            log.sync();
        } catch (StorageException e) {
            getContext().getLog().debug("the log ends as a failed disk left it", e);
        }
        return this;
    }

    /** A failure of the disk is the same wherever it was met. */
    private Behavior<Command> onChildFailed(ChildFailed failure) {
        throw failure.cause() instanceof RuntimeException cause ? cause : new IllegalStateException(failure.cause());
    }
}
