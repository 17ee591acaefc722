package io.balsa.role;

import io.balsa.model.NodeId;
import io.balsa.protocol.RaftMessage;
import org.apache.pekko.actor.ActorSelection;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Adapter;

/**
 * Links over Pekko Remote Artery, by configured path and without an incarnation's uid, so that they survive a peer's
 * restart.
 */
final class ArteryLinks implements Links {
    /** The child of a raft actor that passes large messages on; its path is a large-message destination. */
    static final String BULK = "bulk";

    @Override
    public Link open(NodeId peer, String address, ActorContext<RaftMessage> context) {
        ActorRefResolver resolver = ActorRefResolver.get(context.getSystem());
        return new ArteryLink(
                resolver.resolveActorRef(address),
                resolver.resolveActorRef(address + "/" + BULK),
                Adapter.toClassic(context).actorSelection(address));
    }

    /** A selection opens an association again that Artery has quarantined after the peer's graceful stop. */
    private record ArteryLink(ActorRef<RaftMessage> ref, ActorRef<RaftMessage> bulkRef, ActorSelection selection)
            implements Link {
        @Override
        public void tell(RaftMessage message) {
            ref.tell(message);
        }

        @Override
        public void bulk(RaftMessage message) {
            bulkRef.tell(message);
        }

        @Override
        public void probe(RaftMessage message) {
            selection.tell(message, org.apache.pekko.actor.ActorRef.noSender());
        }
    }
}
