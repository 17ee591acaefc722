package io.balsa.role;

import io.balsa.machine.Applier;
import io.balsa.model.EntryId;
import io.balsa.protocol.reply.ClientReply;
import io.balsa.protocol.reply.ClientReply.Reason;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The clients of a leader whose entries are not committed yet, by index and term, so that nobody is ever told of the
 * fate of another's entry.
 */
final class Pending {
    private final Deque<Batch> batches = new ArrayDeque<>();
    private long bytes;

    /**
     * One client's request and the entries it became.
     *
     * @param bytes what it counts for against {@code raft.max-pending}
     * @param since when it was appended
     */
    record Batch(Applier.Waiting answer, long bytes, long since) {
        EntryId first() {
            return answer.first();
        }

        EntryId last() {
            return answer.last();
        }

        /** Tells the client that the fate of its entries is unknown here. */
        void lose() {
            answer.client()
                    .answer(new ClientReply.Rejected(answer.request(), Reason.LEADERSHIP_LOST, Optional.empty()));
        }
    }

    void add(Batch batch) {
        batches.addLast(batch);
        bytes += batch.bytes();
    }

    long bytes() {
        return bytes;
    }

    /** Takes out those of whom at least the first entry is committed, in the order of the log. */
    List<Batch> takeUpTo(long commitIndex) {
        List<Batch> committed = new ArrayList<>();
        while (!batches.isEmpty() && batches.peekFirst().first().index() <= commitIndex) {
            Batch batch = batches.removeFirst();
            bytes -= batch.bytes();
            committed.add(batch);
        }
        return committed;
    }

    /** Tells all that are left that their fate is unknown: another leader may commit their entries or drop them. */
    void abandon() {
        batches.forEach(Batch::lose);
        batches.clear();
        bytes = 0;
    }
}
