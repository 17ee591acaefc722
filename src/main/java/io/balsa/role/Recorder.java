package io.balsa.role;

import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import io.balsa.model.NodeId;
import io.balsa.protocol.RaftMessage;
import io.balsa.protocol.link.Link;
import io.balsa.trace.Happening;
import io.balsa.trace.Messages;
import io.balsa.trace.Trace;
import io.balsa.trace.TraceEvent;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.BehaviorInterceptor;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.TypedActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Tells the trace what this server does. Without a trace each word costs one comparison, and nobody listens in. */
final class Recorder {
    private final Trace trace;
    private final Observer.Inspection server;
    private boolean failed;

    Recorder(Trace trace, Observer.Inspection server) {
        this.trace = trace;
        this.server = server;
    }

    void started() {
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
    }

    void ballotSaved() {
        if (isOn()) {
            tell(new Happening.BallotSaved(server.votedFor()));
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
    }

    /** The link, with a listener if there is a trace. */
    Link listenTo(NodeId peer, Link link) {
        return isOn() ? new Overheard(peer, link) : link;
    }

    /** The behavior and all that follow it, with a listener if there is a trace. */
    Behavior<RaftMessage> listenTo(Behavior<RaftMessage> role) {
        return isOn() ? Behaviors.intercept(Ear::new, role) : role;
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

    private final class Overheard implements Link {
        private final NodeId peer;
        private final Link link;

        Overheard(NodeId peer, Link link) {
            this.peer = peer;
            this.link = link;
        }

        @Override
        public void tell(RaftMessage message) {
            sent(message);
            link.tell(message);
        }

        @Override
        public void bulk(RaftMessage message) {
            sent(message);
            link.bulk(message);
        }

        @Override
        public void probe(RaftMessage message) {
            sent(message);
            link.probe(message);
        }

        private void sent(RaftMessage message) {
            if (Messages.areOfInterest(message)) {
                Recorder.this.tell(new Happening.Sent(peer, message));
            }
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
