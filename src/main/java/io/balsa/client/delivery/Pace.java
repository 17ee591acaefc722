package io.balsa.client.delivery;

import java.time.Duration;

/**
 * How soon a client looks again after what is under way. Nothing that goes well waits for it, so it is done when
 * something may have gone wrong: a process may have a thousand clients, and each look costs.
 */
public final class Pace {
    /** As often as a server may be asked who leads. */
    public static final Duration QUICK = Duration.ofMillis(20);

    /** So often in a row, before it takes longer: most elections are over by then. */
    private static final int OFTEN = 10;

    private static final int MOST_DOUBLINGS = 3;

    private int restless;
    private boolean calm;

    /** Whether the next look is far away because all went well. */
    boolean isCalm() {
        return calm;
    }

    /** While a leader is known: in so many nanoseconds something may have gone wrong. */
    Duration withLeader(long untilThen) {
        restless = 0;
        calm = untilThen > QUICK.toNanos();
        return calm ? Duration.ofNanos(untilThen) : QUICK;
    }

    Duration withoutLeader() {
        restless++;
        calm = false;
        return QUICK.multipliedBy(1L << Math.min(Math.max(restless - OFTEN, 0), MOST_DOUBLINGS));
    }
}
