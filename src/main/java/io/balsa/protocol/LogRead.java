package io.balsa.protocol;

import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import io.balsa.model.NodeId;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What a server's own parts ask of the reader of its log files; none of it is ever sent to another process.
 *
 * <p>Nobody else reads entries back from disk: the reader has threads that may block, and serves one request of an
 * asker at a time.
 */
public sealed interface LogRead {

    /**
     * A leader's request for entries that a follower needs and memory no longer holds.
     *
     * @param epoch of the log, repeated in the answer
     * @param toIndex the last index wanted, inclusive
     * @param maxBytes as many entries as fit, but at least one
     */
    record Fetch(
            long epoch,
            NodeId follower,
            long fromIndex,
            long toIndex,
            int maxBytes,
            ActorRef<? super Local.Fetched> replyTo)
            implements LogRead {}

    /**
     * A request for entries that are committed. What stands on file behind a cut that is still to be made is not read.
     *
     * @param toIndex the last index wanted, inclusive
     * @param maxBytes as many entries as fit, but at least one
     */
    record Read(long fromIndex, long toIndex, int maxBytes, ActorRef<? super Found> replyTo) implements LogRead {}

    /**
     * An operator's request for a page of the log, to be answered by the reader itself.
     *
     * @param lastIndex the last index on disk
     */
    record Page(AdminRequest.GetLog request, long lastIndex, long commitIndex) implements LogRead {}

    /**
     * A leader's request for a chunk of a snapshot that a follower needs (Figure 13).
     *
     * @param snapshot its last included entry
     * @param offset in its file
     */
    record Chunk(
            NodeId follower, EntryId snapshot, long offset, int maxBytes, ActorRef<? super Local.ChunkRead> replyTo)
            implements LogRead {}

    /** An operator's request for what snapshots there are, to be answered by the reader itself. */
    record Snapshots(AdminRequest.ListSnapshots request) implements LogRead {}

    /**
     * The answer to a {@link Read}.
     *
     * @param fromIndex as asked for
     * @param entries the first of them stands at {@code fromIndex}; empty when that entry is not on file
     * @param firstIndex the first index on file: what is wanted before it will never be there again (§7)
     */
    record Found(long fromIndex, Entries entries, long firstIndex) {
        /** Whether the wanted entry was there once and is no more. */
        public boolean isGone() {
            return fromIndex < firstIndex;
        }
    }
}
