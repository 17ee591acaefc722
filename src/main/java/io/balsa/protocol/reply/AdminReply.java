package io.balsa.protocol.reply;

import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import java.util.List;
import java.util.Map;
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
     * @param snapshotIndex the last entry that its newest snapshot includes, 0 when it has none
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
            long snapshotIndex,
            String storage,
            List<Peer> peers)
            implements AdminReply {}

    /**
     * @param voter whether its vote counts
     * @param outgoing whether it counts only until the change under way is done (§6)
     * @param nextIndex the next entry the leader will send to it (0 unless told by a leader)
     * @param matchIndex the highest entry known to be on its disk (0 unless told by a leader)
     * @param lastContactMs milliseconds since it was last heard, -1 when never
     * @param bytesInFlight of entries on their way to it (0 unless told by a leader)
     * @param state on a leader: probing, replicating, installing (§7) or quiet; elsewhere connected or quiet
     */
    record Peer(
            String node,
            String address,
            boolean voter,
            boolean outgoing,
            long nextIndex,
            long matchIndex,
            long lastContactMs,
            long bytesInFlight,
            String state) {
        /** The state of one that has not been heard for some time. */
        public static final String QUIET = "quiet";
    }

    /**
     * What one server says of the machine it runs on, and whom it does not listen to.
     *
     * @param version of its program
     * @param clockMillis what its clock on the wall shows, ms since 1970; nothing rests on it
     * @param fullMillis how long its disk has had no room for more of the log, -1 when it has
     * @param syncs of its log in the last one to two minutes
     * @param meanSyncMicros how long they took, µs
     * @param maxSyncMicros how long the longest of them took, µs
     * @param refused whose messages it refuses
     */
    record Condition(
            long request,
            String node,
            String version,
            long clockMillis,
            long fullMillis,
            long syncs,
            long meanSyncMicros,
            long maxSyncMicros,
            List<Refused> refused)
            implements AdminReply {}

    /**
     * One whose messages are refused.
     *
     * @param node by its own word
     * @param sinceMillis ms since the first of those refusals that belong together
     * @param lastMillis ms since the last one
     */
    record Refused(String node, String reason, long sinceMillis, long lastMillis) {}

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
    record Transferred(long request, long term, Optional<Transferred.Refusal> refusal) implements AdminReply {
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

    /**
     * What became of a {@link io.balsa.protocol.AdminRequest.TriggerSnapshot}.
     *
     * @param last the last entry that the newest snapshot includes; {@link EntryId#NONE} when there is none
     * @param refusal why there is no newer one, for people
     */
    record SnapshotTaken(long request, EntryId last, Optional<String> refusal) implements AdminReply {}

    /**
     * The snapshots that a server has.
     *
     * @param firstIndex the first index its log still holds
     * @param snapshots newest first
     */
    record Snapshots(long request, long firstIndex, List<SnapshotInfo> snapshots) implements AdminReply {}

    /**
     * @param last the last entry it includes
     * @param time the log time of that entry, ms
     * @param bytes of its file
     * @param sessionBytes how many of them are sessions
     * @param machineBytes how many of them are the state machine's
     * @param members the members when that entry had been applied, with their addresses
     */
    record SnapshotInfo(
            EntryId last, long time, long bytes, long sessionBytes, long machineBytes, Map<String, String> members) {}

    /**
     * What became of a {@link io.balsa.protocol.AdminRequest.ChangeMembers}.
     *
     * @param index of the entry that holds the configuration as it is now
     * @param refusal why the change was not made, or not to its end; without one it is committed
     */
    record MembersChanged(long request, long index, Optional<MembersChanged.Refusal> refusal) implements AdminReply {
        /** Why the members are not what was asked for. */
        public enum Refusal {
            /** This server does not lead. */
            NOT_LEADER,
            /** The leader has not committed an entry of its term yet; it may do so at any moment. */
            NOT_READY,
            /** Another change is under way. */
            UNDER_WAY,
            /** The leader's disk is full, or too far behind. */
            NO_ROOM,
            /** Somebody is named who is not a member. */
            NOT_A_MEMBER,
            /** Somebody is to be added who is a member with another address, or a member has that address. */
            TAKEN,
            /** Nobody would be left to vote, or somebody is to be two things at once. */
            SENSELESS,
            /** No majority of those who would vote is heard. */
            NO_QUORUM,
            /** Somebody who is to vote does not keep up, or is not heard; it stays without a vote. */
            NOT_CAUGHT_UP,
            /** The leader lost its office: the change is made, half made, or not made. */
            LEADERSHIP_LOST
        }
    }

    /** Another cluster or group was meant. */
    record Foreign(long request, String cluster, String group) implements AdminReply {}
}
