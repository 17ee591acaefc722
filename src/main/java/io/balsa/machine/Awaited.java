package io.balsa.machine;

import io.balsa.model.EntryId;
import io.balsa.model.Invariant;
import io.balsa.protocol.reply.ClientReply;
import io.balsa.protocol.reply.ClientReply.Reason;
import io.balsa.protocol.reply.ClientReply.Status;
import java.util.Optional;

/** One client request whose entries are being applied: gathers what is to be told, in one answer for all of them. */
final class Awaited {
    /** What an answer needs for a command besides its reply, in bytes; a generous guess. */
    private static final int OVERHEAD = 32;

    private final Applier.Waiting waiting;
    private final long certainUpTo;
    private final Status[] statuses;
    private final long[] indexes;
    private final byte[][] replies;
    private int gathered;
    private long bytes;
    private ClientReply answer;

    /**
     * @param certainUpTo entries up to this index are committed; later ones another leader may still replace
     */
    Awaited(Applier.Waiting waiting, long certainUpTo) {
        int count = (int) (waiting.last().index() - waiting.first().index()) + 1;
        boolean isOneRun = count > 0 && waiting.first().term() == waiting.last().term();
        Invariant.check(isOneRun, "a client waits for %s to %s", waiting.first(), waiting.last());
        this.waiting = waiting;
        this.certainUpTo = certainUpTo;
        this.statuses = new Status[count];
        this.indexes = new long[count];
        this.replies = new byte[count][];
        this.answer = new ClientReply.Submitted(waiting.request(), statuses, indexes, replies);
    }

    EntryId first() {
        return waiting.first();
    }

    /** Whether the entry that is being applied is the client's; if not, the client has its final answer. */
    boolean isFor(EntryId applied) {
        if (applied.term() == waiting.first().term()) {
            return true;
        }
        Invariant.check(applied.index() > certainUpTo, "%s is applied where %s was committed", applied, waiting);
        lose();
        return false;
    }

    /** Nobody will ever tell here what became of its entries. */
    void lose() {
        answer = new ClientReply.Rejected(waiting.request(), Reason.LEADERSHIP_LOST, Optional.empty());
        gathered = statuses.length;
    }

    void add(Outcome outcome) {
        statuses[gathered] = outcome.status();
        indexes[gathered] = outcome.index();
        replies[gathered] = outcome.reply();
        bytes += OVERHEAD + outcome.reply().length;
        gathered++;
    }

    void opened(long session) {
        answerOnly(new ClientReply.SessionOpened(waiting.request(), session));
    }

    void closed() {
        answerOnly(new ClientReply.SessionClosed(waiting.request()));
    }

    boolean isComplete() {
        return gathered == statuses.length;
    }

    void answer() {
        waiting.client().answer(answer, bytes);
    }

    private void answerOnly(ClientReply only) {
        Invariant.check(statuses.length == 1, "%s is for more than %s", waiting, only);
        answer = only;
        gathered = 1;
    }
}
