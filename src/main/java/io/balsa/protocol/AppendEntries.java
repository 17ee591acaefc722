package io.balsa.protocol;

import io.balsa.model.CorruptEntryException;
import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import io.balsa.model.Sender;

/** Invoked by the leader to replicate log entries (§5.3); also used as heartbeat (§5.2). */
public final class AppendEntries {
    private AppendEntries() {}

    /**
     * @param term the leader's term
     * @param previous the entry immediately preceding the new ones: {@code prevLogIndex} and {@code prevLogTerm}
     * @param block the encoded entries to store, empty for a heartbeat; see {@link #entries()}
     * @param leaderCommit the leader's {@code commitIndex}
     * @param round the leader's newest confirmation round in this term; a follower that has not answered it answers at
     *     once, whatever its disk still has to do (§8, ReadIndex; check-quorum)
     */
    public record Request(Sender sender, long term, EntryId previous, byte[] block, long leaderCommit, long round)
            implements Rpc.Request {

        /**
         * The entries of the block, checked.
         *
         * @throws CorruptEntryException when they were damaged on their way
         */
        public Entries entries() {
            return block.length == 0 ? Entries.EMPTY : Entries.decode(block);
        }
    }

    /**
     * @param term that of the request, or the newer one for which it is refused
     * @param round the newest confirmation round the follower has seen in that term; 0 when an older one is refused
     * @param success whether the follower's log holds {@code previous}
     * @param previous echoes the request
     * @param matchIndex on success: up to here the follower's log is like the leader's, and on its synced disk
     * @param hint when refused: the last entry of the follower that may agree with the leader's log; the leader need
     *     not try above its term (§5.3, accelerated)
     */
    public record Response(
            Sender sender, long term, long round, boolean success, EntryId previous, long matchIndex, EntryId hint)
            implements Rpc.Response {}
}
