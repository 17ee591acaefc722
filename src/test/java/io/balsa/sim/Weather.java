package io.balsa.sim;

import io.balsa.sim.Reduction.Calm;
import java.time.Duration;
import java.util.Set;

/**
 * How a network treats messages. Delays are drawn for each message by itself, so that those with different delays
 * overtake each other.
 *
 * @param loss the share of messages that never arrive
 * @param duplication the share of messages that arrive twice
 * @param delay the shortest delay
 * @param jitter what is added to it at most, for most messages
 * @param stragglers the share of messages that are added up to {@code straggle} instead
 */
record Weather(double loss, double duplication, Duration delay, Duration jitter, double stragglers, Duration straggle) {
    /** Every message arrives once, after a millisecond, in order. */
    static final Weather CALM = new Weather(0, 0, Duration.ofMillis(1), Duration.ZERO, 0, Duration.ZERO);

    /** The same without some of it. */
    Weather without(Set<Calm> calm) {
        return new Weather(
                calm.contains(Calm.LOSS) ? 0 : loss,
                calm.contains(Calm.DUPLICATION) ? 0 : duplication,
                delay,
                jitter,
                calm.contains(Calm.STRAGGLERS) ? 0 : stragglers,
                straggle);
    }
}
