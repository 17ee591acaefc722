package io.balsa.role;

import io.balsa.machine.Applier;
import io.balsa.model.Entries;
import io.balsa.model.Invariant;
import io.balsa.model.Snapshot;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Hands committed entries to the subscriber, in order and never more than a window ahead of what it has applied; what
 * is no longer in memory, and therefore on disk, the subscriber reads there itself.
 */
final class Feed {
    private static final int MAX_MESSAGES = 4;
    private static final int MAX_BYTES = 1024 * 1024;

    private final ActorRef<Applier.Command> applier;
    private final RaftLog log;
    private final Deque<Pending.Batch> waiting = new ArrayDeque<>();
    private final Deque<Pending.Batch> unanswered = new ArrayDeque<>();
    private long commitIndex;
    private long handedOver;
    private long applied;
    private long waitingBytes;
    private int underWay;

    /**
     * @param begun the last entry that the subscriber has applied from the first
     */
    Feed(ActorRef<Applier.Command> applier, RaftLog log, long begun) {
        this.applier = applier;
        this.log = log;
        this.commitIndex = begun;
        this.handedOver = begun;
        this.applied = begun;
    }

    long commitIndex() {
        return commitIndex;
    }

    long applied() {
        return applied;
    }

    /** Bytes of commands that are committed and whose clients still wait. */
    long waitingBytes() {
        return waitingBytes;
    }

    ActorRef<Applier.Command> applier() {
        return applier;
    }

    /**
     * All entries up to {@code index} are committed.
     *
     * @param clients who wait for entries of which at least the first is among them
     */
    void commit(long index, List<Pending.Batch> clients) {
        Invariant.check(index >= commitIndex, "commit index may not fall from %s to %s", commitIndex, index);
        Invariant.check(
                index <= log.last().index(), "commit index %s is behind the end of the log %s", index, log.last());
        commitIndex = index;
        clients.forEach(client -> waitingBytes += client.bytes());
        waiting.addAll(clients);
        advance();
    }

    /** A durable snapshot reaches further than what is committed here: the subscriber goes on from its state (§7). */
    void install(Snapshot snapshot) {
        long index = snapshot.last().index();
        Invariant.check(index > commitIndex, "a snapshot up to %s would take back commit index %s", index, commitIndex);
        commitIndex = index;
        handedOver = index;
        underWay++;
        for (Pending.Batch client : waiting) {
            waitingBytes -= client.bytes();
            client.lose(); // committed by this server when it led, and never to be applied here one by one
        }
        waiting.clear();
        applier.tell(new Applier.Install(snapshot));
    }

    /** The subscriber has applied everything up to {@code index}. */
    void applied(long index) {
        Invariant.check(index >= applied && index <= commitIndex, "applied %s, commit index %s", index, commitIndex);
        applied = index;
        underWay--;
        while (!unanswered.isEmpty() && unanswered.peekFirst().last().index() <= index) {
            waitingBytes -= unanswered.removeFirst().bytes();
        }
        advance();
    }

    private void advance() {
        while (handedOver < commitIndex && underWay < MAX_MESSAGES) {
            List<Entries> blocks = log.blocks(handedOver + 1, commitIndex, MAX_BYTES);
            if (blocks.isEmpty() && underWay > 0) {
                return;
            }
            handedOver = blocks.isEmpty()
                    ? onDisk()
                    : blocks.get(blocks.size() - 1).last().index();
            underWay++;
            applier.tell(new Applier.Committed(handedOver, blocks, answersUpTo(handedOver)));
        }
    }

    /** How much of what is committed can be read back: the rest is not on this disk yet, and therefore in memory. */
    private long onDisk() {
        return Math.min(commitIndex, log.durable().index());
    }

    private List<Applier.Waiting> answersUpTo(long index) {
        List<Applier.Waiting> answers = new ArrayList<>();
        while (!waiting.isEmpty() && waiting.peekFirst().first().index() <= index) {
            Pending.Batch batch = waiting.removeFirst();
            unanswered.addLast(batch);
            answers.add(batch.answer());
        }
        return answers;
    }
}
