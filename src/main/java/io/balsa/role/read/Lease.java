package io.balsa.role.read;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How long a leader may serve reads without asking (thesis §6.4.1): for some time from the moment at which it
 * <em>began</em> a round that a quorum has answered.
 *
 * <p>Whoever answers promises to elect nobody for {@code election-timeout.min} after it has heard the leader
 * ({@link Promise}), which was after the round had begun. Why the lease is shorter than that stands at
 * {@link io.balsa.config.Settings.Timing#lease()}. All moments are nanoseconds on the leader's own monotonic clock.
 */
public final class Lease {
    private static final long NEVER = Long.MIN_VALUE;

    private final long span;
    private final Deque<Round> open = new ArrayDeque<>();
    private long since = NEVER;
    private boolean ended;

    /** A round and when its first message left. */
    private record Round(long number, long begun) {}

    public Lease(Duration span) {
        this.span = span.toNanos();
    }

    /** The messages of this round leave now, and not before. */
    public void begin(long round, long now) {
        open.addLast(new Round(round, now));
    }

    /** A quorum has answered {@code round} or a later one. */
    public void confirm(long round) {
        while (!open.isEmpty() && open.peekFirst().number() <= round) {
            since = open.removeFirst().begun();
        }
    }

    /** Another server is asked to take over: whatever becomes of it, the voters' promises hold no longer. */
    public void end() {
        ended = true;
    }

    /** Whether nobody else can have been elected by now. */
    public boolean holds(long now) {
        return !ended && isWithin(span, now);
    }

    /** Whether this was certainly the leader less than {@code nanos} ago. */
    public boolean isWithin(long nanos, long now) {
        return since != NEVER && now - since < nanos;
    }

    /** When this was last certainly the leader, all that was committed stood at or below {@code commitIndex}. */
    public void prove(Freshness freshness, long commitIndex) {
        if (since != NEVER) {
            freshness.prove(since, commitIndex);
        }
    }
}
