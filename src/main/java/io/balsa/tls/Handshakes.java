package io.balsa.tls;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import org.apache.pekko.actor.ActorCell;
import org.apache.pekko.actor.ActorContext;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.impl.FanIn;
import scala.collection.immutable.List;

/**
 * Connections on which nobody has proven yet who he is. They are few, and none lasts: the oldest is closed for a new
 * one above the limit, and each when its time is up. Pekko would wait for ever, with some 100 KiB for each.
 */
final class Handshakes {
    /** The actor's input that comes from the network. */
    private static final int TRANSPORT = 0;

    private static final String ENDED = "a connection has ended without a certificate that is good here: one of another"
            + " authority, none at all, plain text on the TLS port, or another version of TLS";

    private final Deque<Handshake> open = new ArrayDeque<>();
    private final ActorSystem system;
    private final int most;
    private final Duration patience;
    private final Seldom refusals = new Seldom(Handshakes.class.getName());

    private record Handshake(SSLEngine engine, ActorRef connection) {
        /** As if its transport had failed: to stop the actor would leave that open. */
        void close() {
            connection.tell(new FanIn.OnError(TRANSPORT, new TimeoutException("no certificate")), ActorRef.noSender());
        }
    }

    Handshakes(ActorSystem system, int most, Duration patience) {
        this.system = system;
        this.most = most;
        this.patience = patience;
    }

    /** Must be called by the actor that serves the connection, which is Pekko's own and has nobody else to ask. */
    void begin(SSLEngine engine) {
        Handshake handshake = new Handshake(engine, whoServesIt());
        synchronized (this) {
            makeRoom();
            open.add(handshake);
        }
        system.scheduler().scheduleOnce(patience, () -> end(handshake), system.dispatcher());
    }

    /** An actor that is being made hides itself from those that it might make meanwhile: behind nobody. */
    private static ActorRef whoServesIt() {
        List<ActorContext> made = ActorCell.contextStack().get();
        ActorContext newest = made.head();
        return (newest == null ? made.apply(1) : newest).self();
    }

    private void makeRoom() {
        if (open.removeIf(other -> other.connection().isTerminated())) {
            refusals.warn(ENDED);
        }
        if (open.size() >= most) {
            open.remove().close();
            refusals.warn("closed a connection that had not shown a certificate, to have room for a new one");
        }
    }

    /** Somebody has proven who he is; a session is there before that already. */
    synchronized void succeed(SSLSession session) {
        open.removeIf(handshake -> handshake.engine().getSession() == session);
    }

    private synchronized void end(Handshake handshake) {
        if (!open.remove(handshake)) {
            return;
        }
        if (handshake.connection().isTerminated()) {
            refusals.warn(ENDED);
        } else {
            handshake.close();
            refusals.warn("closed a connection that had not shown a certificate within raft.tls.handshake-timeout");
        }
    }
}
