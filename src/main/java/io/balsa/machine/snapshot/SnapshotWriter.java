package io.balsa.machine.snapshot;

import io.balsa.config.Settings;
import io.balsa.model.EntryId;
import io.balsa.model.Snapshot;
import io.balsa.protocol.Local;
import io.balsa.storage.StorageFullException;
import io.balsa.storage.snapshot.SnapshotPart;
import io.balsa.storage.snapshot.SnapshotStore;
import java.util.function.BooleanSupplier;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Writes a state that was frozen while commands go on, and lets it count as a snapshot when it is told to.
 *
 * <p>Spawn it on the dispatcher for blocking work. It fails when the disk does; a full disk is not a failure.
 */
public final class SnapshotWriter {
    private final SnapshotStore store;
    private final ActorRef<? super Local> raft;
    private final Settings.Snapshots limits;
    private final BooleanSupplier isStopping;

    /** What a writer is told; one snapshot at a time. */
    public sealed interface Command {}

    /**
     * Write this state down; answered to the raft actor by {@link Local.SnapshotWritten} or
     * {@link Local.SnapshotFailed}.
     */
    public record Write(Snapshot snapshot, SnapshotPart sessions, SnapshotPart machine) implements Command {}

    /** Let what was written count; answered by {@link Local.SnapshotSaved}. */
    public record Publish(Snapshot snapshot) implements Command {}

    /** Forget what was written: there is a newer snapshot by now. Answered by {@link Local.SnapshotFailed}. */
    public record Discard(EntryId last) implements Command {}

    private SnapshotWriter(
            SnapshotStore store, ActorRef<? super Local> raft, Settings.Snapshots limits, BooleanSupplier isStopping) {
        this.store = store;
        this.raft = raft;
        this.limits = limits;
        this.isStopping = isStopping;
    }

    /** Tells {@code raft} what has become of what it asked for. */
    public static Behavior<Command> create(
            SnapshotStore store, ActorRef<? super Local> raft, Settings.Snapshots limits) {
        return Behaviors.setup(context -> {
            CoordinatedShutdown shutdown = CoordinatedShutdown.get(context.getSystem());
            BooleanSupplier isStopping = () -> shutdown.getShutdownReason().isPresent();
            SnapshotWriter writer = new SnapshotWriter(store, raft, limits, isStopping);
            return Behaviors.receive(Command.class)
                    .onMessage(Write.class, writer::onWrite)
                    .onMessage(Publish.class, writer::onPublish)
                    .onMessage(Discard.class, writer::onDiscard)
                    .build();
        });
    }

    private Behavior<Command> onWrite(Write write) {
        SnapshotPart paced = out -> write.machine().write(new PacedStream(out, limits.writeRate(), isStopping));
        raft.tell(attempt(store, new Write(write.snapshot(), write.sessions(), paced)));
        return Behaviors.same();
    }

    private Behavior<Command> onPublish(Publish publish) {
        long bytes = store.publish(publish.snapshot().last(), limits.keep()).bytes();
        raft.tell(new Local.SnapshotSaved(publish.snapshot(), bytes));
        return Behaviors.same();
    }

    private Behavior<Command> onDiscard(Discard discard) {
        store.discard();
        raft.tell(new Local.SnapshotFailed("a newer one than up to " + discard.last() + " has come from the leader"));
        return Behaviors.same();
    }

    /** Writes a state on this very thread, as fast as it can. */
    public static Local attempt(SnapshotStore store, Write write) {
        try {
            store.write(write.snapshot(), write.sessions(), write.machine());
            return new Local.SnapshotWritten(write.snapshot());
        } catch (StorageFullException full) {
            return new Local.SnapshotFailed(full.getMessage());
        }
    }
}
