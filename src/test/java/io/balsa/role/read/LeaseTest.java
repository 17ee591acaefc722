package io.balsa.role.read;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class LeaseTest {
    private final Lease lease = new Lease(Duration.ofNanos(100));

    @Test
    void holdsForItsSpanFromTheBeginningOfTheRoundThatWasAnswered() {
        lease.begin(1, 1000);
        assertThat(lease.holds(1000)).isFalse();

        lease.confirm(1);
        assertThat(lease.holds(1099)).isTrue();
        assertThat(lease.holds(1100)).isFalse();
    }

    @Test
    void anAnswerToARoundAnswersThoseBeforeIt() {
        lease.begin(1, 1000);
        lease.begin(2, 1050);
        lease.begin(3, 1090);
        lease.confirm(2);

        assertThat(lease.holds(1149)).isTrue();
        assertThat(lease.holds(1150)).isFalse();
    }

    @Test
    void nothingBringsItBackWhenItHasEnded() {
        lease.end();
        lease.begin(1, 1000);
        lease.confirm(1);

        assertThat(lease.holds(1000)).isFalse();
    }

    @Test
    void tellsHowFreshTheStateIs() {
        Freshness freshness = new Freshness();
        lease.prove(freshness, 5);
        assertThat(freshness.isWithin(1000, 0)).isFalse();
        assertThat(freshness.ageMillis(0)).isEqualTo(Long.MAX_VALUE);

        lease.begin(1, 1000);
        lease.confirm(1);
        lease.prove(freshness, 7);

        assertThat(freshness.index()).isEqualTo(7);
        assertThat(freshness.isWithin(50, 1049)).isTrue();
        assertThat(freshness.isWithin(50, 1050)).isFalse();
        assertThat(freshness.ageMillis(3_001_000)).isEqualTo(3);
    }

    @Test
    void nothingOlderTakesFreshnessBack() {
        Freshness freshness = new Freshness();
        freshness.prove(100, 9);
        freshness.prove(50, 8);

        assertThat(freshness.index()).isEqualTo(9);
    }
}
