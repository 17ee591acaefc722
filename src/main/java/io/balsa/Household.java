package io.balsa;

import io.balsa.client.Inbox;
import io.balsa.client.RaftClient;
import io.balsa.client.delivery.Courier;
import io.balsa.client.link.Nearby;
import io.balsa.config.NodeConfig;
import io.balsa.config.Settings;
import io.balsa.http.HttpServer;
import io.balsa.protocol.AdminRequest;
import io.balsa.protocol.Local;
import io.balsa.protocol.RaftMessage;
import io.balsa.protocol.Target;
import io.balsa.protocol.reply.AdminReply;
import io.balsa.rehearsal.Rehearsal;
import io.balsa.role.Environment;
import io.balsa.role.RaftNode;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.ChildFailed;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * The guardian of an embedded server: spawns it and a client of its cluster, and ends the actor system when either of
 * them has stopped. A server that has failed is never started anew with fresh memory.
 */
final class Household extends AbstractBehavior<Household.Command> {
    /** How long its client may wait for answers to what is under way, and end its session. */
    private static final Duration FAREWELL = Duration.ofSeconds(1);

    /** How long a leader may try to hand its office over before it is stopped all the same. */
    private static final Duration HANDOVER = Duration.ofSeconds(3);

    private final TimerScheduler<Command> timers;
    private final ActorRef<RaftMessage> server;
    private final ActorRef<RaftClient.Command> client;
    private final NodeConfig config;
    private final CompletableFuture<Void> recovered;

    /** What a household can be told. */
    sealed interface Command {}

    /** Orders from outside, and from its own clock. */
    enum Order implements Command {
        /** Stop in order. */
        CLOSE,
        /** The client has taken leave, or has had its time. */
        HAND_OVER,
        /** Stop now. */
        LEAVE
    }

    private record Answered(AdminReply reply) implements Command {}

    private record Resigned(Local.Resigned resigned) implements Command {}

    /** What it is told by its configuration, and where its client takes commands from. */
    record Client(NodeConfig config, Inbox inbox) {}

    private Household(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            Family family,
            CompletableFuture<Void> recovered) {
        super(context);
        this.timers = timers;
        this.server = family.server();
        this.client = family.client();
        this.config = family.config();
        this.recovered = recovered;
    }

    private record Family(ActorRef<RaftMessage> server, ActorRef<RaftClient.Command> client, NodeConfig config) {}

    /**
     * @param http what to serve it by, if it is to be served
     * @param recovered completed when the server has recovered, or cannot
     */
    static Behavior<Command> create(
            Environment world, Client client, Optional<HttpServer.Setup> http, CompletableFuture<Void> recovered) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            Settings settings = world.settings();
            Target target = new Target(settings.clusterId(), settings.group());
            http.ifPresent(it -> it.listener().listen(context));
            ActorRef<RaftMessage> server = context.spawn(
                    RaftNode.create(world), RaftNode.NAME, DispatcherSelector.fromConfig(RaftNode.DISPATCHER));
            Nearby nearby = new Nearby(settings, server);
            RaftClient.Setup setup = new RaftClient.Setup(
                    target, nearby.endpoints(), client.config().client(), System::nanoTime, nearby, Courier.anywhere());
            ActorRef<RaftClient.Command> ref = context.spawn(
                    RaftClient.create(setup, client.inbox()),
                    RaftClient.NAME,
                    DispatcherSelector.fromConfig(RaftClient.DISPATCHER));
            context.watch(server);
            context.watch(ref);
            http.ifPresent(it -> context.watch(context.spawn(HttpServer.create(it, server), HttpServer.NAME)));
            server.tell(new AdminRequest.GetStatus(target, 1, context.messageAdapter(AdminReply.class, Answered::new)));
            return new Household(context, timers, new Family(server, ref, client.config()), recovered);
        }));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Answered.class, this::onAnswered)
                .onMessageEquals(Order.CLOSE, this::onClose)
                .onMessageEquals(Order.HAND_OVER, this::onHandOver)
                .onMessage(Resigned.class, resigned -> leave())
                .onMessageEquals(Order.LEAVE, this::leave)
                .onSignal(ChildFailed.class, this::onFailed)
                .onSignal(Terminated.class, ended -> Behaviors.stopped())
                .onSignal(PostStop.class, this::onStop)
                .build();
    }

    private Behavior<Command> onAnswered(Answered answered) {
        recovered.complete(null);
        Rehearsal.schedule(config, getContext().getSystem());
        return this;
    }

    /** While the server still serves, its client sees to what is under way. */
    private Behavior<Command> onClose() {
        ActorRef<Command> self = getContext().getSelf();
        timers.startSingleTimer(Order.HAND_OVER, FAREWELL);
        client.tell(new RaftClient.Leave(left -> self.tell(Order.HAND_OVER)));
        return this;
    }

    private Behavior<Command> onHandOver() {
        if (timers.isTimerActive(Order.LEAVE)) {
            return this;
        }
        timers.startSingleTimer(Order.LEAVE, HANDOVER);
        server.tell(new Local.Resign(getContext().messageAdapter(Local.Resigned.class, Resigned::new)));
        return this;
    }

    /** The client goes first, so that it can tell the truth about what is open; then the server. */
    private Behavior<Command> leave() {
        getContext().unwatch(client);
        getContext().stop(client);
        getContext().stop(server);
        return this;
    }

    private Behavior<Command> onFailed(ChildFailed failed) {
        getContext()
                .getLog()
                .error("{} has failed and is stopped for good", failed.getRef().path(), failed.getCause());
        recovered.completeExceptionally(failed.getCause());
        return Behaviors.stopped();
    }

    private Behavior<Command> onStop(PostStop signal) {
        recovered.completeExceptionally(new IllegalStateException("the server was stopped before it had recovered"));
        return this;
    }
}
