package io.balsa.tls;

import io.balsa.config.PeerAddress;
import io.balsa.model.NodeId;
import io.balsa.protocol.RaftMessage;
import io.balsa.protocol.link.Link;
import java.security.SecureRandom;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.pekko.actor.ActorSystem;

/** A link over TLS to one node, which is given a pass for what it says. */
public final class ProvenLink implements Link {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Link link;
    private final NodeId peer;
    private final String address;
    private final Acquaintances acquaintances;
    private final long pass;

    private ProvenLink(Link link, NodeId peer, String address, Acquaintances acquaintances) {
        this.link = link;
        this.peer = peer;
        this.address = address;
        this.acquaintances = acquaintances;
        this.pass = secret();
    }

    /** The link as it is, unless the actor system speaks TLS. */
    public static Link of(Link link, NodeId peer, String address, ActorSystem system) {
        return isOn(system) ? new ProvenLink(link, peer, hostAndPort(address), Acquaintances.of(system)) : link;
    }

    /** Has only members answer at their addresses, if the actor system speaks TLS. */
    public static void expect(SortedMap<NodeId, String> members, ActorSystem system) {
        if (isOn(system)) {
            Map<String, NodeId> expected = new TreeMap<>();
            members.forEach((member, address) -> expected.put(hostAndPort(address), member));
            Acquaintances.of(system).expect(expected);
        }
    }

    private static boolean isOn(ActorSystem system) {
        return system.settings().config().getBoolean("raft.tls.enabled");
    }

    private static String hostAndPort(String address) {
        return PeerAddress.parse(address).hostAndPort();
    }

    /** Never 0, which means none. */
    private static long secret() {
        long secret = RANDOM.nextLong();
        return secret == 0 ? secret() : secret;
    }

    @Override
    public void tell(RaftMessage message) {
        link.tell(message);
    }

    @Override
    public void bulk(RaftMessage message) {
        link.bulk(message);
    }

    @Override
    public void probe(RaftMessage message) {
        link.probe(message);
    }

    @Override
    public long pass() {
        return pass;
    }

    @Override
    public boolean isProven() {
        return acquaintances.isSeen(peer, address);
    }
}
