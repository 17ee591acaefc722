package io.balsa.role;

import io.balsa.measure.Measures;
import io.balsa.model.Configuration;
import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import io.balsa.model.NodeId;
import io.balsa.protocol.Hello;
import io.balsa.protocol.RaftMessage;
import io.balsa.protocol.Rpc;
import io.balsa.protocol.link.Link;
import io.balsa.protocol.link.OverheardLink;
import io.balsa.trace.Announced;
import io.balsa.trace.Happening;
import io.balsa.trace.Messages;
import io.balsa.trace.RaftEvent;
import io.balsa.trace.Trace;
import io.balsa.trace.TraceEvent;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.BehaviorInterceptor;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.TypedActorContext;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.event.EventStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the trace what this server does, and applications the little of it that they may want to know; and counts what
 * servers say to each other. Without a trace each word costs one comparison, and nobody listens to what is said.
 */
final class Recorder {
    private static final Logger AUDIT = LoggerFactory.getLogger("io.balsa.audit");
    private static final int LONGEST_LINE = 20 * 1024;

    private final Trace trace;
    private final Consumer<RaftEvent> applications;
    private final Measures measures;
    private final Observer.Inspection server;
    private boolean failed;
    private long toldTerm;
    private long toldCommit;
    private Optional<NodeId> toldLeader = Optional.empty();
    private Configuration toldConfiguration;

    /**
     * @param applications must not be held up by them
     */
    Recorder(Trace trace, Consumer<RaftEvent> applications, Measures measures, Observer.Inspection server) {
        this.trace = trace;
        this.applications = applications;
        this.measures = measures;
        this.server = server;
    }

    /**
     * Tells applications by the event stream of the actor system: nobody waits for who listens to it, and without a
     * listener it is idle.
     */
    static Recorder of(Environment world, ActorSystem<?> system, Observer.Inspection server) {
        EventStream stream = Adapter.toClassic(system).eventStream();
        return new Recorder(world.trace(), stream::publish, world.view().measures(), server);
    }

    /**
     * The server has recovered.
     *
     * @param configuration it begins with; told to nobody
     */
    void started(Configuration configuration) {
        toldTerm = server.currentTerm();
        toldConfiguration = configuration;
        if (isOn()) {
            tell(new Happening.Started(server.last(), server.votedFor()));
        }
    }

    /** Whoever has failed is stopped too, but not in order. */
    void stopped() {
        if (isOn() && !failed) {
            tell(new Happening.Stopped());
        }
    }

    void became(String before, String reason) {
        if (isOn()) {
            tell(new Happening.RoleChanged(before, server.role(), reason));
        }
        String now = server.role();
        if (before.equals(now)) {
            return;
        }
        applications.accept(new RaftEvent.StateChanged(id(), term(), before, now, reason));
        if (now.equals(Candidate.NAME)) {
            announce(new RaftEvent.ElectionStarted(id(), term(), reason));
        } else if (before.equals(Candidate.NAME)) {
            boolean won = now.equals(Leader.NAME);
            announce(
                    won
                            ? new RaftEvent.ElectionWon(id(), term(), reason)
                            : new RaftEvent.ElectionLost(id(), term(), reason));
        }
    }

    void follows(Optional<NodeId> leader) {
        if (!leader.equals(toldLeader)) {
            toldLeader = leader;
            announce(new RaftEvent.LeaderChanged(id(), term(), leader));
        }
    }

    /** The server goes by this configuration now; asked after every append. */
    void configured(Configuration configuration) {
        if (!configuration.equals(toldConfiguration)) {
            toldConfiguration = configuration;
            announce(new RaftEvent.MembershipChanged(id(), term(), configuration));
        }
    }

    void snapshotTaken(EntryId last, long bytes) {
        announce(new RaftEvent.SnapshotTaken(id(), term(), last, bytes));
    }

    void snapshotInstalled(EntryId last) {
        announce(new RaftEvent.SnapshotInstalled(id(), term(), last));
    }

    void turned(NodeId peer, boolean silent) {
        announce(silent ? new RaftEvent.PeerSilent(id(), term(), peer) : new RaftEvent.PeerHeard(id(), term(), peer));
    }

    void heartbeatUnanswered(NodeId follower, Duration silence) {
        announce(new RaftEvent.HeartbeatUnanswered(id(), term(), follower, silence));
    }

    void heartbeatLate(NodeId leader, Duration silence) {
        announce(new RaftEvent.HeartbeatLate(id(), term(), leader, silence));
    }

    /** Now and then: what moves too often to be told each time. */
    void sometimes() {
        long index = server.commitIndex();
        if (index > toldCommit) {
            toldCommit = index;
            EntryId last = new EntryId(index, server.termAt(index));
            applications.accept(new RaftEvent.CommitAdvanced(id(), term(), last));
        }
    }

    void ballotSaved() {
        if (isOn()) {
            tell(new Happening.BallotSaved(server.votedFor()));
        }
        if (term() > toldTerm) {
            applications.accept(new RaftEvent.TermChanged(id(), term(), toldTerm));
            toldTerm = term();
        }
    }

    void appended(Entries entries) {
        if (isOn()) {
            tell(new Happening.Appended(entries));
        }
    }

    void truncated(long from) {
        if (isOn()) {
            tell(new Happening.Truncated(from, server.last()));
        }
    }

    void persisted() {
        if (isOn()) {
            tell(new Happening.Persisted(server.durable()));
        }
    }

    void committed() {
        if (isOn()) {
            long index = server.commitIndex();
            tell(new Happening.Committed(new EntryId(index, server.termAt(index))));
        }
    }

    void applied(long index) {
        if (isOn()) {
            tell(new Happening.Applied(index));
        }
    }

    void storageFull(boolean full) {
        if (isOn()) {
            tell(new Happening.StorageFull(full));
        }
        applications.accept(new RaftEvent.StorageFull(id(), term(), full));
    }

    /** An administrator, who is known by where his answers go, wants something that this server may do. */
    void asks(ActorRef<?> administrator, String what) {
        String line = what.substring(0, Math.min(what.length(), LONGEST_LINE)).replaceAll("\\p{Cntrl}+", " ");
        AUDIT.info("{} is asked by {}: {}", id(), administrator.path().address(), line);
    }

    /** The link, on which messages are counted; with a listener too if there is a trace. */
    Link listenTo(NodeId peer, Link link) {
        Link counted = new OverheardLink(link, message -> measures.sent().count(message.getClass()));
        return isOn() ? new OverheardLink(counted, message -> sent(peer, message)) : counted;
    }

    private void sent(NodeId peer, RaftMessage message) {
        if (Messages.areOfInterest(message)) {
            tell(new Happening.Sent(peer, message));
        }
    }

    /** The behavior and all that follow it, of whose messages those of others are counted; the same holds. */
    Behavior<RaftMessage> listenTo(Behavior<RaftMessage> role) {
        Behavior<RaftMessage> counted = Behaviors.intercept(() -> new Turnstile(role), role);
        return isOn() ? Behaviors.intercept(Ear::new, counted) : counted;
    }

    /** To the trace and to applications. */
    private void announce(RaftEvent event) {
        if (isOn()) {
            tell(new Announced(event));
        }
        applications.accept(event);
    }

    private NodeId id() {
        return server.id();
    }

    private long term() {
        return server.currentTerm();
    }

    private boolean isOn() {
        return trace != Trace.NONE;
    }

    private void fails(RuntimeException reason) {
        failed = true;
        tell(new Happening.Failed(reason.toString()));
    }

    private void tell(Happening happening) {
        trace.record(new TraceEvent(server.id().name(), server.role(), server.currentTerm(), happening));
    }

    /** Counts what other servers say, once, however many roles it goes through. */
    private final class Turnstile extends BehaviorInterceptor<RaftMessage, RaftMessage> {
        private Behavior<RaftMessage> current;

        Turnstile(Behavior<RaftMessage> first) {
            super(RaftMessage.class);
            this.current = first;
        }

        @Override
        public Behavior<RaftMessage> aroundReceive(
                TypedActorContext<RaftMessage> context, RaftMessage message, ReceiveTarget<RaftMessage> role) {
            if (message instanceof Rpc || message instanceof Hello) {
                measures.received().count(message.getClass());
            }
            Behavior<RaftMessage> next = role.apply(context, message);
            if (next == current) {
                return Behaviors.same(); // else Pekko would wrap it anew for each message
            }
            current = next;
            return next;
        }
    }

    /** Hears what the server is told before it does, and the reason when it fails. */
    private final class Ear extends BehaviorInterceptor<RaftMessage, RaftMessage> {
        Ear() {
            super(RaftMessage.class);
        }

        @Override
        public Behavior<RaftMessage> aroundReceive(
                TypedActorContext<RaftMessage> context, RaftMessage message, ReceiveTarget<RaftMessage> role) {
            if (Messages.areOfInterest(message)) {
                tell(new Happening.Received(message));
            }
            try {
                return role.apply(context, message);
            } catch (RuntimeException failure) {
                fails(failure);
                throw failure;
            }
        }

        @Override
        public Behavior<RaftMessage> aroundSignal(
                TypedActorContext<RaftMessage> context, Signal signal, SignalTarget<RaftMessage> role) {
            try {
                return role.apply(context, signal);
            } catch (RuntimeException failure) {
                fails(failure);
                throw failure;
            }
        }
    }
}
