package io.balsa.protocol;

import io.balsa.Consistency;
import io.balsa.protocol.reply.ClientReply;
import java.util.Objects;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What clients ask of a server. Every request carries a number that its answer repeats.
 *
 * <p>A server that cannot serve a request says so with {@link ClientReply.Rejected}; nothing is dropped in silence.
 */
public sealed interface ClientRequest extends RaftMessage {
    /**
     * How many bytes a command may be larger than {@code raft.max-command-size}, which is meant for what users store:
     * the key of a value that large, and what a state machine needs to tell them apart.
     */
    int ROOM = 8 * 1024;

    Target target();

    /** Chosen by the client, unique among its unanswered requests. */
    long request();

    Client client();

    /**
     * Commands with consecutive sequences of one session; answered together by {@link ClientReply.Submitted}.
     *
     * @param session from {@link OpenSession}, or 0 for commands without one, which must not be sent again
     * @param firstSequence the sequence of the first command, 1 and up; 0 without a session
     * @param firstUnacknowledged no reply below this sequence will be asked for again; 0 when the client does not say
     */
    record Submit(
            Target target,
            long request,
            Client client,
            long session,
            long firstSequence,
            long firstUnacknowledged,
            byte[][] commands)
            implements ClientRequest {
        public Submit {
            requireWhole(commands);
        }
    }

    /** Asks for a new session; answered by {@link ClientReply.SessionOpened}. */
    record OpenSession(Target target, long request, Client client) implements ClientRequest {}

    /** Ends a session; answered by {@link ClientReply.SessionClosed}. */
    record CloseSession(Target target, long request, Client client, long session) implements ClientRequest {}

    /**
     * Queries of the same consistency; answered together by {@link ClientReply.Queried}, or turned away together by
     * {@link ClientReply.TooOld}.
     *
     * @param maxAgeMillis how old a stale answer may be: it shows all that was committed so many milliseconds before
     *     the query came; {@link #ANY_AGE} when it does not matter
     */
    record Query(
            Target target, long request, Client client, Consistency consistency, long maxAgeMillis, byte[][] queries)
            implements ClientRequest {
        /** However old. */
        public static final long ANY_AGE = Long.MAX_VALUE;

        public Query {
            requireWhole(queries);
        }

        /** Whether it may be stale, but not for ever. */
        public boolean hasMaxAge() {
            return consistency == Consistency.STALE && maxAgeMillis != ANY_AGE;
        }
    }

    /**
     * Asks for committed entries as they come, from {@code from} on, in {@link Subscription.Deliver} messages.
     *
     * @param from the first index wanted, 1 and up; must still be in the log
     * @param subscriber must confirm what it has processed with {@link Subscription.Processed}
     */
    record Subscribe(Target target, long request, Client client, long from, ActorRef<Subscription.Deliver> subscriber)
            implements ClientRequest {}

    /** What comes from another process is refused here, where nobody depends on it yet. */
    private static void requireWhole(byte[][] parts) {
        for (byte[] part : parts) {
            Objects.requireNonNull(part, "a command or query is missing");
        }
    }
}
