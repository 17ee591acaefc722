package io.balsa.machine;

import io.balsa.model.Invariant;
import io.balsa.protocol.ClientRequest;
import io.balsa.protocol.reply.ClientReply;
import io.balsa.protocol.reply.ClientReply.Reason;
import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;
import org.slf4j.Logger;

/** Queries that wait until the state is as new as they need it (thesis §6.4). */
final class Queries {
    private final StateMachine machine;
    private final OpenQueries open;
    private final Logger log;
    private final PriorityQueue<Applier.Query> early =
            new PriorityQueue<>(Comparator.comparingLong(Applier.Query::readIndex));

    Queries(StateMachine machine, OpenQueries open, Logger log) {
        this.machine = machine;
        this.open = open;
        this.log = log;
    }

    /** Answers now, if the state is new enough. */
    void ask(Applier.Query query, long lastApplied) {
        if (query.readIndex() <= lastApplied) {
            serve(query.query(), lastApplied);
        } else {
            early.add(query);
        }
    }

    /** Answers all that waited for no more than {@code lastApplied}. */
    void serve(long lastApplied) {
        while (!early.isEmpty() && early.peek().readIndex() <= lastApplied) {
            serve(early.remove().query(), lastApplied);
        }
    }

    private void serve(ClientRequest.Query query, long lastApplied) {
        answer(query, lastApplied);
        open.answered(query);
    }

    private void answer(ClientRequest.Query query, long lastApplied) {
        byte[][] answers = new byte[query.queries().length][];
        long bytes = 0;
        try {
            for (int i = 0; i < answers.length; i++) {
                answers[i] = machine.query(query.queries()[i]);
                Invariant.check(answers[i] != null, "%s answered null to a query %s", machine.getClass(), i);
                bytes += answers[i].length;
            }
        } catch (RuntimeException | StackOverflowError | LinkageError e) {
            log.warn("The state machine failed to answer a query, and its client is told so", e);
            query.client().answer(new ClientReply.Rejected(query.request(), Reason.REFUSED, Optional.empty()));
            return;
        }
        ClientReply.Queried reply = new ClientReply.Queried(query.request(), query.consistency(), lastApplied, answers);
        query.client().answer(reply, bytes);
    }
}
