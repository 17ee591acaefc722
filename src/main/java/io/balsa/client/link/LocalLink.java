package io.balsa.client.link;

import io.balsa.protocol.RaftMessage;
import io.balsa.protocol.link.Link;
import org.apache.pekko.actor.typed.ActorRef;

/** A link to a server in the same actor system: nothing is encoded, nothing is lost. */
public record LocalLink(ActorRef<RaftMessage> server) implements Link {
    @Override
    public void tell(RaftMessage message) {
        server.tell(message);
    }
}
