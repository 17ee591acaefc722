package io.balsa.sim;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/** What is still to befall a cluster, as long as its trouble lasts. */
final class Schedule {
    private final World world;
    private boolean over;

    Schedule(World world) {
        this.world = world;
    }

    /** Nothing more happens. */
    void end() {
        over = true;
    }

    boolean isOver() {
        return over;
    }

    /** Does it in so many milliseconds. */
    void later(SplittableRandom random, int fromMillis, int toMillis, Runnable action) {
        Duration delay = Duration.ofMillis(fromMillis + random.nextInt(toMillis - fromMillis));
        world.runtime().after(delay.toNanos(), () -> {
            if (!over) {
                action.run();
            }
        });
    }

    /** Does it as soon as the condition holds, which is looked at every few milliseconds, so many times. */
    void when(BooleanSupplier condition, SplittableRandom random, int times, Runnable action) {
        if (condition.getAsBoolean()) {
            action.run();
        } else if (times > 0) {
            later(random, 1, 5, () -> when(condition, random, times - 1, action));
        }
    }
}
