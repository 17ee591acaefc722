package io.balsa.http.metrics;

import io.balsa.protocol.reply.AdminReply.Peer;
import io.balsa.protocol.reply.AdminReply.Status;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** What a node knows of the other members; the peers of today, whoever they were before. */
final class PeerMeters {
    private final MultiGauge contact;
    private final MultiGauge voter;
    private final MultiGauge quiet;
    private final MultiGauge next;
    private final MultiGauge match;
    private final MultiGauge lag;
    private final MultiGauge inFlight;

    PeerMeters(MeterRegistry registry) {
        this.contact = gauge(registry, "raft.peer.last.contact.seconds", "Since it was last heard; -1 when never");
        this.voter = gauge(registry, "raft.peer.voter", "1 if its vote counts");
        this.quiet = gauge(registry, "raft.peer.quiet", "1 if it has fallen silent and is tried at a low rate");
        this.next = gauge(registry, "raft.peer.next.index", "The next entry a leader will send to it");
        this.match = gauge(registry, "raft.peer.match.index", "The last entry a leader knows to be on its disk");
        this.lag = gauge(registry, "raft.peer.lag.entries", "Entries of a leader's log that are not on its disk");
        this.inFlight = gauge(registry, "raft.peer.in.flight.bytes", "Bytes of entries on their way to it");
    }

    private static MultiGauge gauge(MeterRegistry registry, String name, String what) {
        return MultiGauge.builder(name).description(what).register(registry);
    }

    /** Only a leader knows how far the others are; elsewhere those meters have no values. */
    void read(Status now) {
        List<Peer> others = now.peers().stream()
                .filter(peer -> !peer.node().equals(now.node()))
                .toList();
        List<Peer> followers = now.role().equals("Leader") ? others : List.of();
        read(contact, others, peer -> peer.lastContactMs() < 0 ? -1 : peer.lastContactMs() / 1000.0);
        read(voter, others, peer -> peer.voter() ? 1 : 0);
        read(quiet, others, peer -> peer.state().equals(Peer.QUIET) ? 1 : 0);
        read(next, followers, Peer::nextIndex);
        read(match, followers, Peer::matchIndex);
        read(inFlight, followers, Peer::bytesInFlight);
        read(lag, followers, peer -> Math.max(0, now.last().index() - peer.matchIndex()));
    }

    private static void read(MultiGauge gauge, List<Peer> peers, ToDoubleFunction<Peer> value) {
        gauge.register(
                peers.stream()
                        .<MultiGauge.Row<?>>map(
                                peer -> MultiGauge.Row.of(Tags.of("peer", peer.node()), value.applyAsDouble(peer)))
                        .toList(),
                true);
    }
}
