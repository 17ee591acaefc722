package io.balsa.launcher;

import io.balsa.config.NodeConfig;
import io.balsa.config.Settings;
import io.balsa.http.HttpServer;
import io.balsa.protocol.AdminRequest;
import io.balsa.protocol.Local;
import io.balsa.protocol.RaftMessage;
import io.balsa.protocol.Target;
import io.balsa.protocol.reply.AdminReply;
import io.balsa.rehearsal.Rehearsal;
import java.util.Optional;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.ChildFailed;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the raft actor of a process, and who serves HTTP for it. When one of them fails the process ends: a server
 * comes back only through its disk, never with fresh memory.
 */
final class Guardian extends AbstractBehavior<Guardian.Command> {
    /** What a guardian can be told. */
    sealed interface Command {}

    /** Has a leader hand its office over before it stops. */
    record Resign(ActorRef<Local.Resigned> replyTo) implements Command {}

    /** Stops the raft actor, which syncs its log and closes it; answers when that is done. */
    record Stop(ActorRef<Done> replyTo) implements Command {}

    /** The raft actor has recovered and answers. */
    private record Recovered(AdminReply reply) implements Command {}

    /** The logger of what Pekko says about failures; whoever decides on the consequence says it again. */
    private static final String SUPERVISION = "io.balsa.supervision";

    private static final Logger LOG = LoggerFactory.getLogger(Guardian.class);

    private final NodeConfig config;
    private final Settings settings;
    private final Ending ending;
    private final ActorRef<RaftMessage> raft;

    private Guardian(ActorContext<Command> context, NodeConfig config, Ending ending, ActorRef<RaftMessage> raft) {
        super(context);
        this.config = config;
        this.settings = config.settings();
        this.ending = ending;
        this.raft = raft;
    }

    /**
     * @param node the raft actor to be, which is spawned as {@code /user/raft}
     * @param http who serves HTTP for it, if anybody does
     * @param ending is told why the node ended
     */
    static Behavior<Command> create(
            NodeConfig config, Behavior<RaftMessage> node, Optional<HttpServer.Setup> http, Ending ending) {
        Settings settings = config.settings();
        return Behaviors.setup(context -> {
            // Pekko reports a child's failure under its parent's name, before the parent can say what follows from it.
            context.setLoggerName(SUPERVISION);
            http.ifPresent(setup -> setup.listener().listen(context));
            ActorRef<RaftMessage> raft =
                    context.spawn(node, "raft", DispatcherSelector.fromConfig("raft.node-dispatcher"));
            context.watch(raft);
            http.ifPresent(setup -> context.watch(context.spawn(HttpServer.create(setup, raft), HttpServer.NAME)));
            ActorRef<AdminReply> answer = context.messageAdapter(AdminReply.class, Recovered::new);
            raft.tell(new AdminRequest.GetStatus(new Target(settings.clusterId(), settings.group()), 1, answer));
            return new Guardian(context, config, ending, raft);
        });
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Recovered.class, this::onRecovered)
                .onMessage(Resign.class, this::onResign)
                .onMessage(Stop.class, this::onStop)
                .onSignal(ChildFailed.class, this::onFailed)
                .onSignal(Terminated.class, this::onEnded)
                .build();
    }

    private Behavior<Command> onRecovered(Recovered recovered) {
        if (recovered.reply() instanceof AdminReply.Status status) {
            LOG.info(
                    "{} is up: {} in term {} at {}, data in {}",
                    settings.nodeId(),
                    status.role(),
                    status.term(),
                    settings.address(),
                    settings.dataDir());
        }
        Rehearsal.schedule(config, getContext().getSystem());
        return this;
    }

    private Behavior<Command> onResign(Resign resign) {
        raft.tell(new Local.Resign(resign.replyTo()));
        return this;
    }

    private Behavior<Command> onStop(Stop stop) {
        getContext().stop(raft);
        return Behaviors.receive(Command.class)
                .onSignal(Terminated.class, ended -> {
                    if (ended.getRef().path().equals(raft.path())) {
                        stop.replyTo().tell(Done.getInstance());
                    }
                    return Behaviors.same();
                })
                .build();
    }

    private Behavior<Command> onFailed(ChildFailed failed) {
        Exit exit = Exit.after(failed.getCause());
        ending.because(exit);
        if (exit == Exit.INTERNAL) {
            LOG.error("{} has failed; this is a mistake in the program", settings.nodeId(), failed.getCause());
        } else {
            LOG.error(
                    "{} with data in {} has stopped: {}{}",
                    settings.nodeId(),
                    settings.dataDir(),
                    reason(failed.getCause(), exit),
                    NextStep.after(failed.getCause(), settings.dataDir())
                            .map(step -> "; " + step)
                            .orElse(""));
        }
        return Behaviors.stopped();
    }

    /** The failure that decided on the exit: another may have been wrapped around it. */
    private static String reason(Throwable failure, Exit exit) {
        Throwable reason = failure;
        while (reason.getCause() != null && Exit.after(reason.getCause()) == exit) {
            reason = reason.getCause();
        }
        return reason.getMessage();
    }

    private Behavior<Command> onEnded(Terminated ended) {
        LOG.error("{} has stopped without being asked", settings.nodeId());
        ending.because(Exit.INTERNAL);
        return Behaviors.stopped();
    }
}
