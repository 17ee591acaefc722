package io.balsa.role;

import io.balsa.config.Settings;
import io.balsa.journal.Journal;
import io.balsa.journal.LogReader;
import io.balsa.journal.SnapshotReceiver;
import io.balsa.machine.AppliedIndex;
import io.balsa.machine.Applier;
import io.balsa.machine.OpenQueries;
import io.balsa.machine.snapshot.SnapshotWriter;
import io.balsa.measure.Watch;
import io.balsa.protocol.LogRead;
import io.balsa.protocol.RaftMessage;
import io.balsa.protocol.link.ArteryLink;
import io.balsa.storage.Storage;
import io.balsa.storage.StorageOptions;
import io.balsa.storage.snapshot.SnapshotFile;
import io.balsa.storage.snapshot.SnapshotStore;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.ChildFailed;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * A Raft server as an actor: recovers from its disk, then is a {@link Follower}.
 *
 * <p>Spawn it as {@code /user/raft} (the path that {@code raft.peers} names) on the dispatcher
 * {@code raft.node-dispatcher}. When its disk fails, holds damage or belongs to another, or an invariant is violated,
 * the actor fails; whoever spawned it must watch it and end the process.
 */
public final class RaftNode {
    /** The name under which peers and clients look for the actor. */
    public static final String NAME = "raft";

    /** Where the actor belongs: nothing else may run there. */
    public static final String DISPATCHER = "raft.node-dispatcher";

    private static final String UNSYNCED =
            "{}: raft.storage.sync = off: a power failure loses acknowledged commands. For measurements only";

    private RaftNode() {}

    public static Behavior<RaftMessage> create(Environment world) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            if (!world.settings().storage().sync()) {
                context.getLog().warn(UNSYNCED, world.settings().nodeId());
            }
            Storage storage = Storage.open(world.disk(), options(world));
            storage.warning().ifPresent(cut -> context.getLog()
                    .warn("{} {}", world.settings().nodeId(), cut));
            context.getLog().info("{} recovered: {}", world.settings().nodeId(), storage.report());
            Clock clock = new Clock(timers, world);
            Node node = new Node(context, world, clock, parts(context, world, storage));
            world.observer().recovered(node);
            clock.startHello();
            node.gate().greet();
            node.recorder().started(node.log().configuration());
            return node.recorder().listenTo(Follower.started(node));
        }));
    }

    private static StorageOptions options(Environment world) {
        Settings settings = world.settings();
        return new StorageOptions(
                settings.clusterId(),
                settings.group(),
                settings.nodeId(),
                settings.storage().sync(),
                settings.storage().segmentBytes(),
                settings.storage().reuseBytes(),
                () -> world.random().nextLong());
    }

    private static Node.Parts parts(ActorContext<RaftMessage> context, Environment world, Storage storage) {
        Settings settings = world.settings();
        ActorRef<RaftMessage> self = context.getSelf();
        SnapshotStore snapshots = storage.snapshots();
        Watch watch = new Watch(world.nanos(), world.view().measures());
        ActorRef<Journal.Command> journal = context.spawn(
                Journal.create(storage.log(), self.narrow(), settings.storage().fullRetry(), watch),
                "journal",
                DispatcherSelector.fromConfig("raft.journal-dispatcher"));
        context.watch(journal);
        ActorRef<Object> archive = context.spawn(archive(storage, self, settings.snapshots()), "archive");
        context.watch(archive);
        ActorRef<SnapshotWriter.Command> writer = archive.narrow();
        OpenQueries queries = new OpenQueries(
                settings.limits().maxPendingReads(), settings.limits().maxPendingBytes());
        Applier.SnapshotParts ofApplier = new Applier.SnapshotParts(
                snapshots, storage.snapshot().map(SnapshotFile::snapshot), writer, settings.snapshots());
        AppliedIndex applied = world.view().applied();
        ActorRef<Applier.Command> applier = context.spawn(
                Applier.create(new Applier.Parts(
                        world.machine(), archive, self, applied, queries, settings.subscriptions(), ofApplier)),
                "applier",
                DispatcherSelector.fromConfig("raft.applier-dispatcher"));
        context.watch(applier);
        context.watch(takeLargeMessages(context));
        return new Node.Parts(storage, journal, archive.narrow(), applier, writer, archive.narrow(), queries, watch);
    }

    /**
     * Those that wait for the disk, the journal aside, under one roof, which fails with any of them. Of more than four
     * actors that one watches, Pekko keeps no order: the simulator's seeds would no longer be runs.
     */
    private static Behavior<Object> archive(Storage storage, ActorRef<RaftMessage> raft, Settings.Snapshots limits) {
        SnapshotStore snapshots = storage.snapshots();
        return Behaviors.setup(context -> {
            ActorRef<LogRead> reader = blocking(context, LogReader.create(storage.log(), snapshots), "log-reader");
            ActorRef<SnapshotWriter.Command> writer =
                    blocking(context, SnapshotWriter.create(snapshots, raft.narrow(), limits), "snapshot-writer");
            ActorRef<SnapshotReceiver.Take> receiver = blocking(
                    context, SnapshotReceiver.create(snapshots, raft.narrow(), limits.keep()), "snapshot-receiver");
            return Behaviors.receive(Object.class)
                    .onMessage(LogRead.class, read -> passOn(reader, read))
                    .onMessage(SnapshotWriter.Command.class, command -> passOn(writer, command))
                    .onMessage(SnapshotReceiver.Take.class, chunk -> passOn(receiver, chunk))
                    .onSignal(ChildFailed.class, RaftNode::failWith)
                    .build();
        });
    }

    private static <T> ActorRef<T> blocking(ActorContext<Object> context, Behavior<T> behavior, String name) {
        ActorRef<T> actor = context.spawn(behavior, name, DispatcherSelector.blocking());
        context.watch(actor);
        return actor;
    }

    private static <T> Behavior<Object> passOn(ActorRef<T> to, T message) {
        to.tell(message);
        return Behaviors.same();
    }

    private static Behavior<Object> failWith(ChildFailed child) {
        throw child.cause() instanceof RuntimeException cause ? cause : new IllegalStateException(child.cause());
    }

    /** Messages by the way of large ones have a path of their own, for which Artery has a connection of its own. */
    private static ActorRef<RaftMessage> takeLargeMessages(ActorContext<RaftMessage> context) {
        ActorRef<RaftMessage> self = context.getSelf();
        return context.spawn(
                Behaviors.receive(RaftMessage.class)
                        .onMessage(RaftMessage.class, message -> {
                            self.tell(message);
                            return Behaviors.same();
                        })
                        .build(),
                ArteryLink.BULK);
    }
}
