package io.balsa.role;

import io.balsa.model.EntryId;
import io.balsa.model.NodeId;
import java.util.Optional;

/** Looks into a server from outside, to check what must always hold. */
@FunctionalInterface
public interface Observer {
    /** A server has recovered from its disk and begins to take part; called on its thread. */
    void recovered(Inspection inspection);

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
    }
}
