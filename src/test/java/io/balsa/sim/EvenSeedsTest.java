package io.balsa.sim;

import org.junit.jupiter.api.Test;

/** The even half of the {@link Seeds} that run in every build. */
final class EvenSeedsTest {
    @Test
    void noEvenSeedBreaksAPromise() {
        Seeds.runHalf(2);
    }
}
