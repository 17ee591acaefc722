package io.balsa.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;

/**
 * Seeds one after another, each a whole life of a cluster under faults, checked after every event.
 *
 * <p>Always begins with the same ones. {@code -Dsim.seconds=S} runs as many as fit, but not fewer than a hundred in
 * each half.
 */
final class Seeds {
    private static final int SECONDS = Integer.getInteger("sim.seconds", 90);
    private static final int AT_LEAST = SECONDS < 90 ? 100 : 150;
    private static final Duration SHRINKING = Duration.ofSeconds(60);

    private Seeds() {}

    /** Every other seed from {@code first} on: the other half runs in another JVM beside this one. */
    static void runHalf(long first) {
        long until = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
        Tally total = new Tally();
        long seed = first;
        do {
            total.add("seeds", 1);
            total.add(run(Plan.of(seed, Profile.ALL)).tally());
            seed += 2;
        } while (System.nanoTime() < until || total.get("seeds") < AT_LEAST);

        System.out.println("simulator: " + total + " violations=0");
        assertThat(Floors.below(total)).as("happened too seldom").isEmpty();
    }

    /** A violation is made smaller and told, play and all. */
    static Chaos.Outcome run(Plan plan) {
        try {
            return Chaos.run(plan);
        } catch (Violation violation) {
            System.out.println(Report.of(plan, violation, SHRINKING));
            throw violation;
        }
    }
}
