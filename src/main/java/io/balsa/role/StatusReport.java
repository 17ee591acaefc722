package io.balsa.role;

import io.balsa.measure.Measures;
import io.balsa.measure.Program;
import io.balsa.model.Configuration;
import io.balsa.model.NodeId;
import io.balsa.protocol.reply.AdminReply;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** What a server tells operators about itself. */
final class StatusReport {
    private final Node node;
    private final String role;
    private final Optional<NodeId> leader;
    private final boolean quorum;
    private final Map<NodeId, Progress> progress = new TreeMap<>();

    StatusReport(Node node, String role, Optional<NodeId> leader, boolean quorum) {
        this.node = node;
        this.role = role;
        this.leader = leader;
        this.quorum = quorum;
    }

    /** Adds what a leader knows of its followers. */
    StatusReport with(Map<NodeId, Progress> followers) {
        progress.putAll(followers);
        return this;
    }

    AdminReply.Status status(long request) {
        return new AdminReply.Status(
                request,
                node.settings().clusterId(),
                node.settings().group(),
                node.id().name(),
                role,
                node.currentTerm(),
                node.votedFor().map(NodeId::name),
                leader.map(NodeId::name),
                quorum,
                node.log().last(),
                node.log().durable(),
                node.commitIndex(),
                node.feed().applied(),
                node.log().firstIndex(),
                node.snapshots().last().index(),
                Long.toHexString(node.storageId()),
                peers());
    }

    /** What a server tells of the machine it runs on, and of those it does not listen to. */
    static AdminReply.Condition condition(Node node, long request) {
        long now = node.clock().now();
        Measures measures = node.parts().watch().measures();
        Measures.Recent syncs = measures.recentSyncs(now);
        return new AdminReply.Condition(
                request,
                node.id().name(),
                Program.version(),
                Program.wallClockMillis(),
                measures.fullMillis(now),
                syncs.count(),
                TimeUnit.NANOSECONDS.toMicros(syncs.mean()),
                TimeUnit.NANOSECONDS.toMicros(syncs.largest()),
                node.gate().refused());
    }

    private List<AdminReply.Peer> peers() {
        Configuration configuration = node.log().configuration();
        List<AdminReply.Peer> peers = new ArrayList<>();
        configuration.members().forEach((member, address) -> {
            boolean voter = configuration.isVoter(member);
            boolean outgoing = voter && !configuration.voters().contains(member);
            peers.add(peer(member, address, voter, outgoing));
        });
        return peers;
    }

    private AdminReply.Peer peer(NodeId member, String address, boolean voter, boolean outgoing) {
        if (member.equals(node.id())) {
            long last = node.log().last().index();
            long durable = node.log().durable().index();
            return new AdminReply.Peer(member.name(), address, voter, outgoing, last + 1, durable, 0, 0, "self");
        }
        PeerLink link = node.peers().link(member);
        Progress known = progress.get(member);
        long next = known == null ? 0 : known.nextIndex();
        long match = known == null ? 0 : known.matchIndex();
        long bytes = known == null ? 0 : known.bytesInFlight();
        return new AdminReply.Peer(
                member.name(), address, voter, outgoing, next, match, link.silence(), bytes, state(link, known));
    }

    private static String state(PeerLink link, Progress known) {
        if (link.isQuiet()) {
            return AdminReply.Peer.QUIET;
        }
        if (known == null) {
            return "connected";
        }
        if (known.installation().isPresent()) {
            return "installing";
        }
        return known.isProbing() ? "probing" : "replicating";
    }
}
