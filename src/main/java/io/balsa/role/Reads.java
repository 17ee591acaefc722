package io.balsa.role;

import io.balsa.machine.Applier;
import io.balsa.machine.OpenQueries;
import io.balsa.protocol.ClientRequest;
import io.balsa.protocol.reply.ClientReply;
import io.balsa.protocol.reply.ClientReply.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Linearizable reads of a leader (§8, thesis §6.4): each notes the commit index at its arrival and is answered once a
 * majority has confirmed, in a round begun after that arrival, that this is still the leader.
 *
 * <p>Many reads share a round; one round is under way at a time.
 */
final class Reads {
    private static final long NONE = Long.MAX_VALUE;

    private final OpenQueries open;
    private List<ClientRequest.Query> gathering = new ArrayList<>();
    private List<ClientRequest.Query> confirming = new ArrayList<>();
    private long round = NONE;
    private long readIndex;

    /** Those that are let through or refused are taken out of {@code open} when they are answered. */
    Reads(OpenQueries open) {
        this.open = open;
    }

    void add(ClientRequest.Query query) {
        gathering.add(query);
    }

    /** Whether reads wait for a round and none is under way. */
    boolean needRound() {
        return round == NONE && !gathering.isEmpty();
    }

    /**
     * The messages of this round are sent from now on; all reads gathered so far join it.
     *
     * @param commitIndex at least as new as any of them has a right to see
     */
    void begin(long newRound, long commitIndex) {
        round = newRound;
        readIndex = commitIndex;
        confirming = gathering;
        gathering = new ArrayList<>();
    }

    /** A majority has answered {@code confirmed} or a later round: lets the reads of earlier rounds through. */
    void confirm(long confirmed, ActorRef<Applier.Command> applier) {
        if (confirmed < round) {
            return;
        }
        confirming.forEach(query -> applier.tell(new Applier.Query(readIndex, query)));
        confirming = new ArrayList<>();
        round = NONE;
    }

    /** Refuses all that wait: this server leads no longer. Nothing was done for them. */
    void refuse() {
        gathering.addAll(confirming);
        for (ClientRequest.Query query : gathering) {
            open.answered(query);
            query.client().answer(new ClientReply.Rejected(query.request(), Reason.NOT_LEADER, Optional.empty()));
        }
        gathering.clear();
        confirming.clear();
        round = NONE;
    }
}
