package io.balsa.protocol;

import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import io.balsa.model.NodeId;
import io.balsa.model.Snapshot;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/** What a server's own parts tell its raft actor. None of it is ever sent to another process. */
public sealed interface Local extends RaftMessage {

    /** The two clocks of Raft, and the slow one that keeps links warm. */
    enum Tick implements Local {
        ELECTION,
        HEARTBEAT,
        HELLO
    }

    /**
     * The journal has synced the log up to {@code last}.
     *
     * @param epoch of the log when these entries were handed to the journal; an answer of an older epoch may speak of
     *     entries that have since been truncated
     */
    record Persisted(long epoch, EntryId last) implements Local {}

    /** The disk has no room for another segment; or has again. */
    record StorageFull(boolean full) implements Local {}

    /** The subscriber has applied all committed entries up to {@code index}. */
    record Applied(long index) implements Local {}

    /**
     * Entries read from disk for a follower that needs older ones than memory holds; empty when there were none.
     *
     * @param epoch of the log when they were asked for
     */
    record Fetched(long epoch, NodeId follower, Entries entries) implements Local {}

    /**
     * The oldest segments of the log were deleted (§7).
     *
     * @param base the entry before the first that is left
     */
    record Compacted(EntryId base) implements Local {}

    /** A snapshot of this server's own state is synced under a name that does not count yet. */
    record SnapshotWritten(Snapshot snapshot) implements Local {}

    /**
     * A snapshot of this server's own state counts from now on, durably.
     *
     * @param bytes of its file
     */
    record SnapshotSaved(Snapshot snapshot, long bytes) implements Local {}

    /**
     * There is no new snapshot of this server's own state.
     *
     * @param reason why, for people
     */
    record SnapshotFailed(String reason) implements Local {}

    /**
     * A snapshot that was asked for is not being taken; one that is under way goes on.
     *
     * @param reason why, for people
     */
    record SnapshotRefused(String reason) implements Local {}

    /**
     * A chunk of a snapshot, read for a follower.
     *
     * @param data empty when the snapshot is gone by now
     * @param done whether it is the last chunk
     */
    record ChunkRead(NodeId follower, EntryId snapshot, long offset, Optional<byte[]> data, boolean done)
            implements Local {}

    /**
     * A leader's chunk has come to the disk, or not.
     *
     * @param offset how much of the snapshot is there by now
     * @param taken whether this chunk was
     * @param whole the snapshot, once all of it is there, sound and durable
     */
    record ChunkTaken(InstallSnapshot.Request chunk, long offset, boolean taken, Optional<Snapshot> whole)
            implements Local {}

    /**
     * Asks a leader to hand its office over, because its process is about to stop; answered by {@link Resigned} as soon
     * as this server does not lead, at once when it does not.
     */
    record Resign(ActorRef<Resigned> replyTo) implements Local {}

    /** This server leads no longer. */
    record Resigned() {}
}
