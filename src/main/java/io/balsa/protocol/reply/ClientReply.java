package io.balsa.protocol.reply;

import io.balsa.Consistency;
import java.util.Optional;

/** What servers answer to clients. */
public sealed interface ClientReply {
    long request();

    /** What became of one command of a session. */
    enum Status {
        /** Committed and applied, now or by an earlier request with the same sequence. */
        DONE,
        /** Not applied, and never will be: the session is unknown; it was closed, has expired, or was evicted. */
        SESSION_EXPIRED,
        /** Not applied by this request: its reply was acknowledged before and is no longer kept. */
        SETTLED,
        /** Not applied, and never will be: the sequence is too far ahead of those not acknowledged. */
        BEYOND_WINDOW
    }

    /** Why a request was not served. */
    enum Reason {
        /** Not by this server; see the leader's address, if it is known. Nothing was done. */
        NOT_LEADER,
        /** Too much is under way. Nothing was done; try again later. */
        BUSY,
        /** The disk is full. Nothing was done. */
        STORAGE_FULL,
        /** The leader lost its office before it knew; the commands may or may not be applied. */
        LEADERSHIP_LOST,
        /** Another cluster or group than the client meant. Nothing was done. */
        FOREIGN,
        /** Larger than {@code raft.max-command-size}. Nothing was done. */
        TOO_LARGE,
        /** The state machine failed to answer a query. Nothing was changed. */
        REFUSED,
        /** This version does not offer it. Nothing was done. */
        UNSUPPORTED,
        /** The wanted entries are no longer, or not yet, in this server's log. */
        OUT_OF_RANGE
    }

    /**
     * The commands of a {@link io.balsa.protocol.ClientRequest.Submit}, in its order.
     *
     * @param indexes where each stands in the log; where it was first applied, if it was sent more than once
     * @param replies what the state machine answered; empty unless {@link Status#DONE}
     */
    record Submitted(long request, Status[] statuses, long[] indexes, byte[][] replies) implements ClientReply {}

    record SessionOpened(long request, long session) implements ClientReply {}

    record SessionClosed(long request) implements ClientReply {}

    /**
     * The answers to a {@link io.balsa.protocol.ClientRequest.Query}, in its order.
     *
     * @param consistency how fresh they are; of stale ones nobody says how stale, but for the index
     * @param appliedIndex the state they were answered from
     */
    record Queried(long request, Consistency consistency, long appliedIndex, byte[][] answers) implements ClientReply {}

    /**
     * The state of this server is older than the query allows, and it finds nobody to tell it more. Nothing was done.
     *
     * @param ageMillis how long ago its state was certainly the newest, as far as it knows; {@link Long#MAX_VALUE} when
     *     it has not known since its start
     */
    record TooOld(long request, long ageMillis) implements ClientReply {}

    /**
     * @param leader the address of the leader, when the server knows one
     */
    record Rejected(long request, Reason reason, Optional<String> leader) implements ClientReply {}
}
