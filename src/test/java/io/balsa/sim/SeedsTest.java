package io.balsa.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.sim.Chaos.Outcome;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * A minute of seeds, each a whole life of a cluster under faults, checked after every event.
 *
 * <p>Always begins with the same seeds. {@code -Dsim.seed=N} runs one, {@code -Dsim.minutes=M} as many as fit.
 */
final class SeedsTest {
    private static final int AT_LEAST = 30;

    @Test
    void noSeedBreaksAPromise() {
        Long only = Long.getLong("sim.seed");
        long first = only == null ? 1 : only;
        long until = System.nanoTime()
                + Duration.ofMinutes(Integer.getInteger("sim.minutes", 1)).toNanos();
        Tally total = new Tally();
        long seed = first;
        do {
            total.add("seeds", 1);
            total.add(run(seed++).tally());
        } while (only == null && (System.nanoTime() < until || seed <= AT_LEAST));

        System.out.println("simulator: " + total + " violations=0");
        assertThat(only == null ? total.missing() : "").as("never happened").isEmpty();
    }

    @Test
    void aSeedIsARun() {
        Outcome once = run(7);
        Outcome again = run(7);
        assertThat(again.hash()).isEqualTo(once.hash());
        assertThat(again.tally()).hasToString(once.tally().toString());
        assertThat(run(8).hash()).isNotEqualTo(once.hash());
    }

    private static Outcome run(long seed) {
        try {
            return Chaos.run(seed, Profile.ALL);
        } catch (Violation violation) {
            System.out.println("again: mvn test -Dtest=SeedsTest#noSeedBreaksAPromise -Dsim.seed=" + seed);
            throw violation;
        }
    }
}
