package io.balsa.role.read;

import java.time.Duration;

/**
 * What a voter owes the leaders it has heard: to elect nobody else for {@code election-timeout.min}. Their leases rest
 * on it (thesis §6.4.1), so it survives what a role does not: a newer term that is heard of meanwhile ends no promise.
 *
 * <p>A server that has just started may have promised before, and keeps that for as long. Moments are nanoseconds on
 * the server's own monotonic clock.
 */
public final class Promise {
    private final long span;
    private final long startedAt;
    private long heardAt;

    public Promise(Duration span, long startedAt) {
        this.span = span.toNanos();
        this.startedAt = startedAt;
        this.heardAt = startedAt;
    }

    /** A leader speaks. */
    public void renew(long now) {
        heardAt = now;
    }

    /** Whether it must not vote now. A leader that asks for another one gives back what it was promised itself. */
    public boolean binds(long now, boolean transfer) {
        return now - (transfer ? startedAt : heardAt) < span;
    }
}
