package io.balsa.trace;

import io.balsa.model.Configuration;
import io.balsa.model.EntryId;
import io.balsa.model.NodeId;
import java.time.Duration;
import java.util.Optional;

/**
 * What an application may want to know of a server while it runs. Every server publishes these to the event stream of
 * its actor system; an actor that has subscribed to this class there, or to one of the records, is told them in order.
 *
 * <p>They are few: the commit index is told at most once in {@code raft.link.hello-interval}, and all others are turns
 * that a healthy cluster does not take. A server never waits for who listens.
 */
public sealed interface RaftEvent {
    /** The server it happened on. */
    NodeId node();

    /** The server's current term at that moment. */
    long term();

    /** It has another role: Starting, Follower, PreCandidate, Candidate or Leader. */
    record StateChanged(NodeId node, long term, String from, String to, String reason) implements RaftEvent {}

    /**
     * It follows another leader, or none any more.
     *
     * @param leader itself, when it leads
     */
    record LeaderChanged(NodeId node, long term, Optional<NodeId> leader) implements RaftEvent {}

    /** It has seen a newer term, and has it on disk. */
    record TermChanged(NodeId node, long term, long previous) implements RaftEvent {}

    /**
     * It has learnt that more of its log is committed; not told for each entry.
     *
     * @param last the newest entry that is
     */
    record CommitAdvanced(NodeId node, long term, EntryId last) implements RaftEvent {}

    /** It goes by another configuration: a newer one stands in its log, committed or not, or has been cut off (§6). */
    record MembershipChanged(NodeId node, long term, Configuration configuration) implements RaftEvent {}

    /**
     * It has a snapshot of its own on disk (§7).
     *
     * @param last the newest entry in it
     */
    record SnapshotTaken(NodeId node, long term, EntryId last, long bytes) implements RaftEvent {}

    /** It has replaced its state by a snapshot of the leader's (§7). */
    record SnapshotInstalled(NodeId node, long term, EntryId last) implements RaftEvent {}

    /** It stands for election in this term. */
    record ElectionStarted(NodeId node, long term, String reason) implements RaftEvent {}

    /** It leads this term. */
    record ElectionWon(NodeId node, long term, String reason) implements RaftEvent {}

    /** It stood for election and does not lead; the term may be a newer one that it was told of. */
    record ElectionLost(NodeId node, long term, String reason) implements RaftEvent {}

    /** Nothing was heard of a peer for a while; it is only tried at a low rate now. */
    record PeerSilent(NodeId node, long term, NodeId peer) implements RaftEvent {}

    /** A peer that was silent is heard again. */
    record PeerHeard(NodeId node, long term, NodeId peer) implements RaftEvent {}

    /**
     * A follower has not answered a heartbeat of this leader before the next was due; told once until it answers.
     *
     * @param silence since it was last heard
     */
    record HeartbeatUnanswered(NodeId node, long term, NodeId follower, Duration silence) implements RaftEvent {}

    /**
     * The leader was heard, but later than 80 % of {@code raft.election-timeout.min} after its word before.
     *
     * @param silence between the two
     */
    record HeartbeatLate(NodeId node, long term, NodeId leader, Duration silence) implements RaftEvent {}

    /** Its disk has no room for more of the log, or has again. */
    record StorageFull(NodeId node, long term, boolean full) implements RaftEvent {}
}
