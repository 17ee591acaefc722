package io.balsa.client.link;

import io.balsa.protocol.RaftMessage;
import org.apache.pekko.actor.ActorSelection;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Adapter;

/** The way from a client to one server, which may lose, delay and reorder. */
public interface Line {
    /** Sends a message of at most {@link io.balsa.protocol.Client#SMALL} bytes. */
    void tell(RaftMessage message);

    /** Sends a larger one, on a connection of its own. */
    void bulk(RaftMessage message);

    /** Sends a small one in a way that also reaches a server whose last incarnation was shut down. */
    void probe(RaftMessage message);

    /** Whether the server lives in this actor system, so that nothing is lost on the way to it. */
    default boolean isLocal() {
        return false;
    }

    /** Opens lines; the simulator has its own. */
    @FunctionalInterface
    interface Dialer {
        Line dial(String address, ActorContext<?> context);
    }

    /** A line over Artery. The references carry no uid, so they outlive the server's incarnations. */
    static Line remote(String address, ActorContext<?> context) {
        ActorRefResolver resolver = ActorRefResolver.get(context.getSystem());
        ActorRef<RaftMessage> ref = resolver.resolveActorRef(address);
        ActorRef<RaftMessage> bulk = resolver.resolveActorRef(address + "/bulk");
        ActorSelection selection = Adapter.toClassic(context).actorSelection(address);
        return new Line() {
            @Override
            public void tell(RaftMessage message) {
                ref.tell(message);
            }

            @Override
            public void bulk(RaftMessage message) {
                bulk.tell(message);
            }

            @Override
            public void probe(RaftMessage message) {
                selection.tell(message, org.apache.pekko.actor.ActorRef.noSender());
            }
        };
    }

    /** A line to a server in the same actor system: nothing is encoded, nothing is lost. */
    static Line local(ActorRef<RaftMessage> server) {
        return new Line() {
            @Override
            public void tell(RaftMessage message) {
                server.tell(message);
            }

            @Override
            public void bulk(RaftMessage message) {
                server.tell(message);
            }

            @Override
            public void probe(RaftMessage message) {
                server.tell(message);
            }

            @Override
            public boolean isLocal() {
                return true;
            }
        };
    }
}
