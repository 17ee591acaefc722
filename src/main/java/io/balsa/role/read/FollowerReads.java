package io.balsa.role.read;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Linearizable reads of a follower (thesis §6.4): it asks the leader for a read index, and lets its readers through
 * once it has itself committed so much.
 *
 * <p>Many readers share a question; one question is open at a time. One that stays unanswered is asked again, under
 * another number, for all who wait. An answer is taken only under the number that was asked last: an answer to an
 * earlier question, of this process or the one before it, may be older than a reader that has come since.
 */
public final class FollowerReads {
    private final long patience;
    private final Deque<Waiting> gathering = new ArrayDeque<>();
    private final Deque<Waiting> asking = new ArrayDeque<>();
    private final Deque<Known> known = new ArrayDeque<>();
    private long number;
    private long askedAt;

    /** A reader and when it came. */
    private record Waiting(Reader reader, long since) {}

    /** A reader that may read when this much is committed here; whoever asked for it did so at {@code askedAt}. */
    private record Known(Waiting waiting, long readIndex, long askedAt) {}

    /**
     * @param patience how long a question may stay unanswered before it is asked again, in nanoseconds
     */
    public FollowerReads(long patience) {
        this.patience = patience;
    }

    public void add(Reader reader, long now) {
        gathering.addLast(new Waiting(reader, now));
    }

    /** Whether the leader should be asked now. */
    public boolean needQuestion(long now) {
        boolean unanswered = !asking.isEmpty() && now - askedAt >= patience;
        return unanswered || (asking.isEmpty() && !gathering.isEmpty());
    }

    /** The leader is asked under this number, on behalf of all who wait. */
    public void ask(long newNumber, long now) {
        number = newNumber;
        askedAt = now;
        asking.addAll(gathering);
        gathering.clear();
    }

    /** The leader has answered. */
    public void answered(long answeredNumber, long readIndex) {
        if (answeredNumber == number) {
            asking.forEach(waiting -> known.addLast(new Known(waiting, readIndex, askedAt)));
            asking.clear();
        }
    }

    /** The leader cannot say: those who have asked it are refused. */
    public void denied(long answeredNumber) {
        if (answeredNumber == number) {
            asking.forEach(waiting -> waiting.reader().refuse());
            asking.clear();
        }
    }

    /**
     * Lets those through who may see what is committed here.
     *
     * @param freshness learns from what was asked for them
     */
    public void committed(long commitIndex, Freshness freshness) {
        while (!known.isEmpty() && known.peekFirst().readIndex() <= commitIndex) {
            Known next = known.removeFirst();
            freshness.prove(next.askedAt(), next.readIndex());
            next.waiting().reader().read(next.readIndex());
        }
    }

    /** Refuses those who have waited since before {@code moment}. */
    public void expire(long moment) {
        refuse(gathering, moment);
        refuse(asking, moment);
        while (!known.isEmpty() && known.peekFirst().waiting().since() < moment) {
            known.removeFirst().waiting().reader().refuse();
        }
    }

    /** Refuses all: there is no leader, or another one. */
    public void refuse() {
        expire(Long.MAX_VALUE);
    }

    private static void refuse(Deque<Waiting> some, long moment) {
        while (!some.isEmpty() && some.peekFirst().since() < moment) {
            some.removeFirst().reader().refuse();
        }
    }
}
