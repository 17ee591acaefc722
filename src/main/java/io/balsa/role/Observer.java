package io.balsa.role;

import io.balsa.model.Configuration;
import io.balsa.model.EntryId;
import io.balsa.model.NodeId;
import java.util.Optional;
import java.util.OptionalLong;

/** Looks into a server from outside, to check what must always hold. */
@FunctionalInterface
public interface Observer {
    /** A server has recovered from its disk and begins to take part; called on its thread. */
    void recovered(Inspection inspection);

    /** A server has become a leader; called on its thread, before it says anything as one. */
    default void elected(Leadership leadership) {}

    /** The state of Figure 2, for the thread of the server only. */
    interface Inspection {
        NodeId id();

        String role();

        long currentTerm();

        Optional<NodeId> votedFor();

        long commitIndex();

        /** The last entry in memory; the disk may be behind. */
        EntryId last();

        /** The last entry known to be on the synced disk. */
        EntryId durable();

        /** The term of the entry at {@code index}, which must be in the log. */
        long termAt(long index);

        /** The entry before the oldest of the log (§7); its term is known still. */
        EntryId base();

        /** The last entry that the newest snapshot includes. */
        EntryId snapshot();

        /** The newest configuration in its log, or the one it began with. */
        Configuration configuration();

        /** Where that configuration stands; 0 when no entry holds one. */
        long configurationIndex();

        /** The id of its data folder. */
        long storageId();

        /** Bytes of entries in memory, those not yet on disk among them. */
        long bytesInMemory();

        /** Queries taken and not yet answered. */
        int openQueries();
    }

    /** What a leader keeps for as long as it leads, for its thread only. */
    interface Leadership {
        /** The newest entry known to be on a follower's disk (Figure 2); no number for one that is none. */
        OptionalLong matchIndex(NodeId follower);

        /** Messages with entries on their way to a follower. */
        int inFlight(NodeId follower);

        /** Bytes of those entries. */
        long bytesInFlight(NodeId follower);

        /** Bytes of commands that are not committed yet. */
        long pendingBytes();
    }
}
