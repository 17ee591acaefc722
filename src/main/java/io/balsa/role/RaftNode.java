package io.balsa.role;

import io.balsa.config.Settings;
import io.balsa.journal.Journal;
import io.balsa.journal.LogReader;
import io.balsa.machine.Applier;
import io.balsa.machine.OpenQueries;
import io.balsa.protocol.LogRead;
import io.balsa.protocol.RaftMessage;
import io.balsa.protocol.link.ArteryLink;
import io.balsa.storage.Storage;
import io.balsa.storage.StorageOptions;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
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
            node.greet();
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
                () -> world.random().nextLong());
    }

    private static Parts parts(ActorContext<RaftMessage> context, Environment world, Storage storage) {
        Settings settings = world.settings();
        ActorRef<RaftMessage> self = context.getSelf();
        ActorRef<Journal.Command> journal = context.spawn(
                Journal.create(storage.log(), self.narrow(), settings.storage().fullRetry()),
                "journal",
                DispatcherSelector.fromConfig("raft.journal-dispatcher"));
        ActorRef<LogRead> reader =
                context.spawn(LogReader.create(storage.log()), "log-reader", DispatcherSelector.blocking());
        OpenQueries queries = new OpenQueries(
                settings.limits().maxPendingReads(), settings.limits().maxPendingBytes());
        ActorRef<Applier.Command> applier = context.spawn(
                Applier.create(new Applier.Parts(
                        world.machine(),
                        reader,
                        self.narrow(),
                        world.view().applied(),
                        queries,
                        settings.subscriptions())),
                "applier",
                DispatcherSelector.fromConfig("raft.applier-dispatcher"));
        context.watch(takeLargeMessages(context));
        context.watch(journal);
        context.watch(reader);
        context.watch(applier);
        return new Parts(storage, journal, reader, applier, queries);
    }

    /** Messages by the way of large ones have a path of their own, for which Artery has a connection of its own. */
    private static ActorRef<RaftMessage> takeLargeMessages(ActorContext<RaftMessage> context) {
        ActorRef<RaftMessage> self = context.getSelf();
        return context.spawn(
                Behaviors.receiveMessage(message -> {
                    self.tell(message);
                    return Behaviors.same();
                }),
                ArteryLink.BULK);
    }
}
