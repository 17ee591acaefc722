package io.balsa.client.link;

import io.balsa.config.Settings;
import io.balsa.protocol.RaftMessage;
import io.balsa.protocol.link.ArteryLink;
import io.balsa.protocol.link.Link;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/** The servers of a cluster, as a client sees them that shares its process with one of them. */
public record Nearby(Settings settings, ActorRef<RaftMessage> server) implements Dialer {

    /** The server in this process is asked first. */
    public List<String> endpoints() {
        List<String> endpoints = new ArrayList<>();
        endpoints.add(settings.address());
        settings.bootstrap().members().values().stream()
                .filter(address -> !address.equals(settings.address()))
                .forEach(endpoints::add);
        return endpoints;
    }

    @Override
    public Link dial(String address, ActorContext<?> context) {
        return address.equals(settings.address()) ? new LocalLink(server) : ArteryLink.to(address, context);
    }
}
