package io.balsa.client.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class PaceTest {
    private final Pace pace = new Pace();

    /** A thousand clients would otherwise look fifty times a second each, for nothing. */
    @Test
    void withALeaderItLooksWhenSomethingMayHaveGoneWrong() {
        assertThat(pace.withLeader(Duration.ofMillis(90).toNanos())).hasMillis(90);
        assertThat(pace.isCalm()).isTrue();
        assertThat(pace.withLeader(Duration.ofMillis(-5).toNanos())).hasMillis(20);
        assertThat(pace.isCalm()).isFalse();
    }

    @Test
    void withoutOneItLooksOftenAtFirstAndAgainAfterTheNextWasFound() {
        assertThat(withoutLeader(14)).startsWith(20L, 20L).endsWith(20L, 40L, 80L, 160L, 160L);
        assertThat(pace.withLeader(Duration.ofMillis(90).toNanos())).hasMillis(90);
        assertThat(withoutLeader(2)).containsExactly(20L, 20L);
        assertThat(pace.isCalm()).isFalse();
    }

    private List<Long> withoutLeader(int times) {
        return Stream.generate(() -> pace.withoutLeader().toMillis())
                .limit(times)
                .toList();
    }
}
