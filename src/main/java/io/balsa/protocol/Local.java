package io.balsa.protocol;

import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import io.balsa.model.NodeId;
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
     * Asks a leader to hand its office over, because its process is about to stop; answered by {@link Resigned} as soon
     * as this server does not lead, at once when it does not.
     */
    record Resign(ActorRef<Resigned> replyTo) implements Local {}

    /** This server leads no longer. */
    record Resigned() {}
}
