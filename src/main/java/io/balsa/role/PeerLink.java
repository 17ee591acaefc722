package io.balsa.role;

import io.balsa.model.NodeId;
import io.balsa.model.Sender;
import io.balsa.protocol.Hello;
import io.balsa.protocol.RaftMessage;
import io.balsa.protocol.link.Link;
import java.time.Duration;
import java.util.function.Function;

/**
 * A link with a memory of when its peer was last heard. A quiet one is not fed, only tried at a low rate: what piles up
 * in front of a dead connection arrives in a stale burst, and a connection in use is never dialled anew.
 */
final class PeerLink {
    private static final long NEVER = Long.MIN_VALUE / 2;
    private static final int EAGER_PROBES = 3;

    private final NodeId peer;
    private Sender self;
    private final Link link;
    private final Clock clock;
    private final Duration quietAfter;
    private final long openedAt;
    private long lastHeard = NEVER;
    private long lastProbe = NEVER;
    private boolean greetedLast = true;
    private int probes;
    private boolean reportedDown;
    private boolean disowned;
    private int priority;

    PeerLink(NodeId peer, Sender self, Link link, Clock clock) {
        this.peer = peer;
        this.self = self;
        this.link = link;
        this.clock = clock;
        this.quietAfter = clock.timing().quietAfter();
        this.openedAt = clock.now();
    }

    NodeId peer() {
        return peer;
    }

    void heard() {
        lastHeard = clock.now();
        probes = 0;
        disowned = false;
    }

    /** Somebody else, or the same without its memory, speaks in the peer's name: it is not there until it is heard. */
    void disown() {
        disowned = true;
    }

    /** How much the peer, by its own word, is preferred as a leader. */
    void prefer(int asItSays) {
        priority = asItSays;
    }

    int priority() {
        return priority;
    }

    boolean isQuiet() {
        return disowned || lastHeard == NEVER || !clock.isWithin(quietAfter, lastHeard);
    }

    /** Milliseconds since the peer was heard, -1 when it never was. */
    long silence() {
        return lastHeard == NEVER ? -1 : clock.millisSince(lastHeard);
    }

    /** Sends a small message; over a quiet link only when a probe is due. */
    void tell(Function<Sender, RaftMessage> message) {
        if (isMute()) {
            return;
        }
        if (!isQuiet()) {
            link.tell(message.apply(self));
        } else if (isProbeDue() && (greetedLast || isProbeOverdue())) {
            probe(message);
            greetedLast = false;
        }
    }

    private void probe(Function<Sender, RaftMessage> message) {
        probes++;
        lastProbe = clock.now();
        link.probe(message.apply(self));
    }

    /**
     * Says who this is and how it is reached. Every second probe of a quiet link does: a peer that does not know this
     * server cannot answer the heartbeats by which a leader tries it.
     */
    void greet(Function<Sender, Hello> greeting) {
        if (!isQuiet()) {
            link.tell(greeting(greeting));
        } else if (isProbeDue()) {
            probe(to -> greeting(greeting));
            greetedLast = true;
        }
    }

    /** Secrets are told only where nobody but the peer can hear them. */
    private Hello greeting(Function<Sender, Hello> greeting) {
        boolean proven = link.isProven();
        return greeting.apply(proven ? self : self.showing(0)).offering(proven ? link.pass() : 0);
    }

    /** Whether what comes with this pass is of the peer. */
    boolean isShown(long pass) {
        return pass == link.pass();
    }

    /**
     * Answers one that says it is the peer and offers a pass: if it is, then it alone gets to know that this server has
     * seen the offer, and that proves who this server is.
     */
    void introduce(long offer, Function<Sender, Hello> greeting) {
        if (offer != 0 && link.isProven()) {
            link.probe(greeting.apply(self.showing(offer)).offering(link.pass()));
        }
    }

    /** The peer itself has given this server a pass; if it is a new one, it hears at once that it has come. */
    void carry(long offer, Function<Sender, Hello> greeting) {
        if (offer != 0 && offer != self.pass()) {
            self = self.showing(offer);
            introduce(offer, greeting);
        }
    }

    /** Whether the peer would not believe what this server says, or another one might hear it. */
    private boolean isMute() {
        return link.pass() != 0 && (self.pass() == 0 || !link.isProven());
    }

    /** Sends entries, by the way of large messages or by that of heartbeats; not at all over a quiet link. */
    void feed(Function<Sender, RaftMessage> message, boolean bulk) {
        if (isQuiet() || isMute()) {
            return;
        }
        if (bulk) {
            link.bulk(message.apply(self));
        } else {
            link.tell(message.apply(self));
        }
    }

    /**
     * Whether the peer has fallen silent, or is heard again, since this was last asked; it may take time to start. A
     * peer that does not hear this server only tries it now and then, and is not silent for that.
     */
    boolean hasTurned() {
        boolean maybeStarting =
                lastHeard == NEVER && clock.isWithin(clock.timing().firstWord(), openedAt);
        Duration patience = clock.timing().quietAfter().plus(clock.timing().probe());
        boolean down = !maybeStarting && (lastHeard == NEVER || !clock.isWithin(patience, lastHeard));
        boolean turned = down != reportedDown;
        reportedDown = down;
        return turned;
    }

    /** What {@link #hasTurned} found when it was last asked. */
    boolean isReportedDown() {
        return reportedDown;
    }

    /** Nobody greets, or not over this link. */
    private boolean isProbeOverdue() {
        return clock.now() - lastProbe >= clock.timing().probe().multipliedBy(2).toNanos();
    }

    private boolean isProbeDue() {
        long wait = clock.timing().probe().toNanos();
        return lastProbe == NEVER || clock.now() - lastProbe >= (probes < EAGER_PROBES ? wait / 5 : wait);
    }
}
