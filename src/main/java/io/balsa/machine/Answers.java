package io.balsa.machine;

import io.balsa.model.EntryId;
import io.balsa.model.Invariant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The clients that wait for entries to be applied, in the order of the log.
 *
 * <p>They are found by index, and told only if the term is theirs as well: another leader's entry at the same index is
 * another client's.
 */
final class Answers {
    private static final long NEVER = Long.MAX_VALUE;

    private final Deque<Awaited> awaited = new ArrayDeque<>();
    private final List<Awaited> complete = new ArrayList<>();
    /** Where the first entry of the next client stands; saves a look into the queue per entry. */
    private long next = NEVER;

    /**
     * A client waits for entries, none of which is applied yet.
     *
     * @param commitIndex up to which no entry can be replaced any more
     */
    void expect(Applier.Waiting waiting, long commitIndex) {
        Awaited last = awaited.peekLast();
        boolean inOrder = last == null || last.first().index() < waiting.first().index();
        Invariant.check(inOrder, "%s comes after clients further up, the last of %s", waiting, awaited.size());
        awaited.addLast(new Awaited(waiting, commitIndex));
        next = awaited.getFirst().first().index();
    }

    /** The command at {@code id} is applied, or refused by its session. */
    void command(EntryId id, Outcome outcome) {
        if (isAwaited(id)) {
            awaited.getFirst().add(outcome);
            completeFirst();
        }
    }

    /** The session that {@code id} opens is open. */
    void opened(EntryId id, long session) {
        if (isAwaited(id)) {
            awaited.getFirst().opened(session);
            completeFirst();
        }
    }

    /** The session that {@code id} closes is closed. */
    void closed(EntryId id) {
        if (isAwaited(id)) {
            awaited.getFirst().closed();
            completeFirst();
        }
    }

    /** An entry that no client can have asked for stands at {@code id}. */
    void passed(EntryId id) {
        Invariant.check(!isAwaited(id), "a client waits for %s, which is no client's, with %s", id, awaited.size());
    }

    /** The state has come to {@code index} without the entries before: whoever waits for them is told so. */
    void skipTo(long index) {
        while (index >= next) {
            awaited.getFirst().lose();
            completeFirst();
        }
    }

    /** Tells all clients whose last entry is applied. */
    void send() {
        complete.forEach(Awaited::answer);
        complete.clear();
    }

    /** Whether a client waits for this very entry; one whose entry was replaced by it gets to know that. */
    private boolean isAwaited(EntryId id) {
        while (id.index() >= next) {
            if (awaited.getFirst().isFor(id)) {
                return true;
            }
            completeFirst();
        }
        return false;
    }

    private void completeFirst() {
        if (awaited.getFirst().isComplete()) {
            complete.add(awaited.removeFirst());
            next = awaited.isEmpty() ? NEVER : awaited.getFirst().first().index();
        }
    }
}
