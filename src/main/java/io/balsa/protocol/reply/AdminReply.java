package io.balsa.protocol.reply;

import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import java.util.List;
import java.util.Optional;

/** What servers answer to operators. */
public sealed interface AdminReply {
    long request();

    /**
     * One server's view of itself and its cluster.
     *
     * @param role follower, pre-candidate, candidate or leader
     * @param leader the leader it follows, itself included
     * @param quorum a leader's view: whether it hears a majority; elsewhere whether a leader is heard
     * @param last the last entry in memory
     * @param durable the last entry on its synced disk
     * @param peers what it knows of the other members; progress only on a leader
     */
    record Status(
            long request,
            String cluster,
            String group,
            String node,
            String role,
            long term,
            Optional<String> votedFor,
            Optional<String> leader,
            boolean quorum,
            EntryId last,
            EntryId durable,
            long commitIndex,
            long applied,
            long firstIndex,
            String storage,
            List<Peer> peers)
            implements AdminReply {}

    /**
     * @param voter whether its vote counts
     * @param nextIndex the next entry the leader will send to it (0 unless told by a leader)
     * @param matchIndex the highest entry known to be on its disk (0 unless told by a leader)
     * @param lastContactMs milliseconds since it was last heard, -1 when never
     * @param state on a leader: probing, replicating or quiet; elsewhere connected or quiet
     */
    record Peer(
            String node,
            String address,
            boolean voter,
            long nextIndex,
            long matchIndex,
            long lastContactMs,
            String state) {}

    /**
     * @param firstIndex the first index the log still holds
     * @param lastIndex the last index of the log
     * @param block entries from the wanted one on, as many as a page holds
     */
    record LogPage(long request, long firstIndex, long lastIndex, long commitIndex, byte[] block)
            implements AdminReply {
        public Entries entries() {
            return block.length == 0 ? Entries.EMPTY : Entries.decode(block);
        }
    }

    /**
     * What became of a {@link io.balsa.protocol.AdminRequest.Transfer}.
     *
     * @param term the term that the office was of; the next leader leads in a newer one
     * @param refusal why the leader is the same as before; without one it has given up its office, or is the one that
     *     was to lead
     */
    record Transferred(long request, long term, Optional<Refusal> refusal) implements AdminReply {
        /** Why the office was not given to anybody. */
        public enum Refusal {
            /** This server does not lead. */
            NOT_LEADER,
            /** The one that was named has no vote in this cluster. */
            NOT_A_VOTER,
            /** There is no other voter. */
            NOBODY_ELSE,
            /** Another transfer is under way. */
            UNDER_WAY,
            /** Nobody took over within an election timeout. */
            IN_VAIN
        }
    }

    /** Another cluster or group was meant. */
    record Foreign(long request, String cluster, String group) implements AdminReply {}
}
