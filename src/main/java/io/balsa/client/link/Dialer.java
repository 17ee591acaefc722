package io.balsa.client.link;

import io.balsa.protocol.link.Link;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/** Opens the links of a client. */
@FunctionalInterface
public interface Dialer {
    Link dial(String address, ActorContext<?> context);
}
