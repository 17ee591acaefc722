package io.balsa.role;

import io.balsa.model.Configuration;
import io.balsa.model.NodeId;
import io.balsa.model.Sender;
import io.balsa.protocol.RaftMessage;
import java.util.Collection;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.slf4j.Logger;

/** The links to all other members, by name. */
final class Peers {
    private final NavigableMap<NodeId, PeerLink> links = new TreeMap<>();

    Peers(Configuration configuration, NodeId self, BiFunction<NodeId, String, PeerLink> open) {
        configuration.members().forEach((member, address) -> {
            if (!member.equals(self)) {
                links.put(member, open.apply(member, address));
            }
        });
    }

    Collection<PeerLink> all() {
        return Collections.unmodifiableCollection(links.values());
    }

    PeerLink link(NodeId peer) {
        return links.get(peer);
    }

    boolean knows(NodeId peer) {
        return links.containsKey(peer);
    }

    /** Sends everyone a small message. */
    void tellAll(Function<Sender, RaftMessage> message) {
        links.values().forEach(link -> link.tell(message));
    }

    /** Says once when a peer has fallen silent, and once when it is heard again. */
    void reportTurns(Logger log) {
        for (PeerLink link : links.values()) {
            if (!link.hasTurned()) {
                continue;
            }
            if (link.isQuiet()) {
                log.warn("{} is silent; trying it again at a low rate", link.peer());
            } else {
                log.info("{} is heard", link.peer());
            }
        }
    }
}
