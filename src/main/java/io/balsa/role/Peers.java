package io.balsa.role;

import io.balsa.model.Configuration;
import io.balsa.model.NodeId;
import io.balsa.model.Sender;
import io.balsa.protocol.Hello;
import io.balsa.protocol.RaftMessage;
import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.slf4j.Logger;

/**
 * The links to all other members, by name, and to some who are none: a server answers whoever belongs to its cluster,
 * because its newest configuration may be older than theirs, or newer (thesis §4.2).
 */
final class Peers {
    private final NavigableMap<NodeId, PeerLink> links = new TreeMap<>();
    private final Map<NodeId, String> met = new TreeMap<>();
    private final NodeId self;
    private final int maxStrangers;
    private final BiFunction<NodeId, String, PeerLink> open;
    private final Consumer<SortedMap<NodeId, String>> expect;
    private SortedMap<NodeId, String> followed = Collections.emptySortedMap();
    private SortedMap<NodeId, String> hosts = Collections.emptySortedMap();

    Peers(
            NodeId self,
            int maxStrangers,
            BiFunction<NodeId, String, PeerLink> open,
            Consumer<SortedMap<NodeId, String>> expect) {
        this.self = self;
        this.maxStrangers = maxStrangers;
        this.open = open;
        this.expect = expect;
    }

    /** Opens links to those through whom this server is to find its cluster; it greets them until it is a member. */
    void seek(SortedMap<NodeId, String> those) {
        hosts = those;
        those.forEach((host, address) -> {
            if (!host.equals(self)) {
                replace(open.apply(host, address));
            }
        });
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
        expect.accept(members);
        members.forEach((member, address) -> {
            if (!member.equals(self) && !address.equals(followed.get(member))) {
                replace(open.apply(member, address));
            }
        });
        followed = members;
        met.keySet().removeAll(members.keySet());
    }

    /**
     * Opens a link to one that is no member by the newest configuration here, so that it can be answered; of too many
     * the one that was silent the longest is forgotten.
     */
    void meet(NodeId stranger, String address) {
        boolean anew = !isMember(stranger) && !address.equals(met.get(stranger));
        if (anew && (links.containsKey(stranger) || makeRoom())) {
            met.put(stranger, address);
            replace(open.apply(stranger, address));
        }
    }

    private boolean makeRoom() {
        if (strangers() < maxStrangers) {
            return true;
        }
        Optional<NodeId> forgotten = longestSilent();
        forgotten.ifPresent(links::remove);
        forgotten.ifPresent(met::remove);
        return forgotten.isPresent();
    }

    private long strangers() {
        return links.keySet().stream().filter(this::isStranger).count();
    }

    private Optional<NodeId> longestSilent() {
        return links.values().stream()
                .filter(link -> isStranger(link.peer()) && link.isQuiet())
                .max(Comparator.comparingLong(PeerLink::silence))
                .map(PeerLink::peer);
    }

    boolean isMember(NodeId peer) {
        return followed.containsKey(peer);
    }

    /** Neither a member nor one through whom this server finds its cluster: those must not keep the leader out. */
    private boolean isStranger(NodeId peer) {
        return !isMember(peer) && !isSought(peer);
    }

    private boolean isSought(NodeId peer) {
        return followed.isEmpty() && hosts.containsKey(peer);
    }

    /** Who has moved was heard all the same. */
    private void replace(PeerLink link) {
        PeerLink before = links.put(link.peer(), link);
        if (before != null && !before.isQuiet()) {
            link.heard();
        }
    }

    /** The link to one that is {@link #knows known}. */
    PeerLink link(NodeId peer) {
        return links.get(peer);
    }

    /** Whether one of these is up that the configuration of the nodes prefers, as a leader, to one of this priority. */
    boolean isAnyPreferred(int priority, Predicate<NodeId> which) {
        return links.values().stream()
                .anyMatch(link -> link.priority() > priority && !link.isQuiet() && which.test(link.peer()));
    }

    /** Whether nothing is heard of it, also because it is known no longer: one that has left may be forgotten. */
    boolean isQuiet(NodeId peer) {
        return !knows(peer) || links.get(peer).isQuiet();
    }

    /** Whether it is up, and not kept from leading by its priority. */
    boolean mayLead(NodeId peer) {
        return !isQuiet(peer) && links.get(peer).priority() > 0;
    }

    /** Sends entries or a part of a snapshot, if the other one is still known; see {@link PeerLink#feed}. */
    void feed(NodeId peer, Function<Sender, RaftMessage> message, boolean bulk) {
        Optional.ofNullable(links.get(peer)).ifPresent(link -> link.feed(message, bulk));
    }

    /** Sends a small message, if the other one is still known. */
    void tell(NodeId peer, Function<Sender, RaftMessage> message) {
        Optional.ofNullable(links.get(peer)).ifPresent(link -> link.tell(message));
    }

    boolean knows(NodeId peer) {
        return links.containsKey(peer);
    }

    /** Sends some of the members a small message. */
    void tellAll(Predicate<NodeId> which, Function<Sender, RaftMessage> message) {
        links.values().stream()
                .filter(link -> isMember(link.peer()) && which.test(link.peer()))
                .forEach(link -> link.tell(message));
    }

    /** Sends a small message to all members, to those whose cluster it seeks, and to whoever else speaks to it. */
    void greet(Function<Sender, Hello> message) {
        links.values().stream()
                .filter(link -> isMember(link.peer()) || !link.isQuiet() || isSought(link.peer()))
                .forEach(link -> link.greet(message));
    }

    /** Says once when a peer has fallen silent, and once when it is heard again. */
    void reportTurns(Logger log, Recorder recorder) {
        for (PeerLink link : links.values()) {
            if (!link.hasTurned() || !isMember(link.peer())) {
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
