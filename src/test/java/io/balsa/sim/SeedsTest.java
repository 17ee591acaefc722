package io.balsa.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.sim.Chaos.Outcome;
import org.junit.jupiter.api.Test;

/** The odd half of the {@link Seeds} that run in every build. {@code bin/sim.sh} runs more of them, or one again. */
final class SeedsTest {
    @Test
    void noOddSeedBreaksAPromise() {
        Seeds.runHalf(1);
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
        return Seeds.run(Plan.of(seed, Profile.ALL));
    }
}
