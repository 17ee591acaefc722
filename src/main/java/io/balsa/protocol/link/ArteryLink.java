package io.balsa.protocol.link;

import io.balsa.protocol.RaftMessage;
import org.apache.pekko.actor.ActorSelection;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Adapter;

/**
 * A link over Pekko Remote Artery, by configured path and without an incarnation's uid, so that it survives a server's
 * restart. A selection opens an association again that Artery has quarantined after the server's graceful stop.
 */
public final class ArteryLink implements Link {
    /** The child of a server that passes large messages on; its path is a large-message destination. */
    public static final String BULK = "bulk";

    private final ActorRef<RaftMessage> small;
    private final ActorRef<RaftMessage> large;
    private final ActorSelection selection;

    private ArteryLink(ActorRef<RaftMessage> small, ActorRef<RaftMessage> large, ActorSelection selection) {
        this.small = small;
        this.large = large;
        this.selection = selection;
    }

    /**
     * @param address of the server, such as {@code pekko://raft@127.0.0.1:7051/user/raft}
     */
    public static Link to(String address, ActorContext<?> context) {
        ActorSelection selection = Adapter.toClassic(context).actorSelection(address);
        if (selection.anchorPath().address().hasLocalScope()) {
            return new Here(selection);
        }
        ActorRefResolver resolver = ActorRefResolver.get(context.getSystem());
        return new ArteryLink(
                resolver.resolveActorRef(address), resolver.resolveActorRef(address + "/" + BULK), selection);
    }

    @Override
    public void tell(RaftMessage message) {
        small.tell(message);
    }

    @Override
    public void bulk(RaftMessage message) {
        large.tell(message);
    }

    @Override
    public void probe(RaftMessage message) {
        select(selection, message);
    }

    private static void select(ActorSelection server, RaftMessage message) {
        server.tell(message, org.apache.pekko.actor.ActorRef.noSender());
    }

    /** The address is one in this very actor system, where a path that is resolved too early leads nowhere for ever. */
    private record Here(ActorSelection server) implements Link {
        @Override
        public void tell(RaftMessage message) {
            select(server, message);
        }
    }
}
