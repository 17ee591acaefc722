package io.balsa.tls;

import io.balsa.config.access.Identity;
import io.balsa.model.NodeId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.AbstractExtensionId;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.Extension;

/**
 * Which node has shown its certificate at which address, host and port, when this process last dialled it; and who is
 * expected where. May be used by any thread.
 */
public final class Acquaintances implements Extension {
    private static final Id ID = new Id();

    /** The newest ones are kept; nodes are few, and strangers with a node's certificate are fewer. */
    private static final int MOST = 1000;

    private final Map<String, NodeId> seen = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, NodeId> eldest) {
            return size() > MOST;
        }
    };
    private Map<String, NodeId> expected = Collections.emptyMap();

    private static final class Id extends AbstractExtensionId<Acquaintances> {
        @Override
        public Acquaintances createExtension(ExtendedActorSystem system) {
            return new Acquaintances();
        }
    }

    /** Those of an actor system. */
    public static Acquaintances of(ActorSystem system) {
        return ID.get(system);
    }

    /** From now on only these may answer at these addresses. */
    synchronized void expect(Map<String, NodeId> members) {
        expected = Map.copyOf(members);
    }

    /** Whether the last one to show a certificate there was this node. */
    synchronized boolean isSeen(NodeId node, String address) {
        return node.equals(seen.get(address));
    }

    /**
     * Somebody was dialled and has shown a certificate.
     *
     * @return why he may not be spoken to, if he may not
     */
    synchronized Optional<String> meet(String address, Identity identity) {
        NodeId awaited = expected.get(address);
        boolean node = identity.kind() == Identity.Kind.NODE;
        if (awaited != null && !(node && identity.name().equals(awaited.name()))) {
            return Optional.of(identity + " answers at " + address + ", which is the address of " + awaited);
        }
        seen.remove(address);
        if (node) {
            seen.put(address, NodeId.of(identity.name()));
        }
        return Optional.empty();
    }
}
