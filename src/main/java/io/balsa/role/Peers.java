package io.balsa.role;

import io.balsa.model.Configuration;
import io.balsa.model.NodeId;
import io.balsa.model.Sender;
import io.balsa.protocol.RaftMessage;
import java.util.Collection;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.slf4j.Logger;

/** The links to all other members, by name. */
final class Peers {
    private final NavigableMap<NodeId, PeerLink> links = new TreeMap<>();
    private final NodeId self;
    private final BiFunction<NodeId, String, PeerLink> open;
    private SortedMap<NodeId, String> followed = Collections.emptySortedMap();

    Peers(NodeId self, BiFunction<NodeId, String, PeerLink> open) {
        this.self = self;
        this.open = open;
    }

    /**
     * Opens links to all members that have none, or another address than before. Links to others stay open: a leader
     * that the newest configuration leaves out must still be answered (§6).
     */
    void follow(Configuration configuration) {
        SortedMap<NodeId, String> members = configuration.members();
        if (members == followed) {
            return; // as nearly always: this is asked after every append
        }
        members.forEach((member, address) -> {
            if (!member.equals(self) && !address.equals(followed.get(member))) {
                replace(open.apply(member, address));
            }
        });
        followed = members;
    }

    /** Who has moved was heard all the same. */
    private void replace(PeerLink link) {
        PeerLink before = links.put(link.peer(), link);
        if (before != null && !before.isQuiet()) {
            link.heard();
        }
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
    void reportTurns(Logger log, Recorder recorder) {
        for (PeerLink link : links.values()) {
            if (!link.hasTurned()) {
                continue;
            }
            recorder.turned(link.peer(), link.isReportedDown());
            if (link.isReportedDown()) {
                log.warn("{}: {} is silent; trying it again at a low rate", self, link.peer());
            } else {
                log.info("{}: {} is heard", self, link.peer());
            }
        }
    }
}
