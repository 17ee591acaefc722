package io.balsa.role.office;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A heartbeat of 100 ms, an election timeout of 1 s; all times in milliseconds. */
final class StallsTest {
    private final Stalls stalls = new Stalls(Duration.ofMillis(100), Duration.ofSeconds(1));
    private long now = 50_000;

    @BeforeEach
    void elect() {
        stalls.elected(nanos(now));
    }

    @Test
    void aDiskWithNothingToSyncDoesNotStandStill() {
        ticks(50, true);

        assertThat(stalls.reason(nanos(now))).isEmpty();
    }

    @Test
    void aDiskThatSyncsSomethingNowAndThenDoesNotStandStill() {
        for (int i = 0; i < 10; i++) {
            ticks(9, false);
            stalls.synced(nanos(now));
        }

        assertThat(stalls.reason(nanos(now))).isEmpty();
    }

    @Test
    void aDiskThatSyncsNothingForAnElectionTimeoutStandsStill() {
        ticks(10, false);
        assertThat(stalls.reason(nanos(now))).isEmpty();
        ticks(1, false);
        assertThat(stalls.reason(nanos(now))).contains("its disk has synced nothing for 1100 ms");
        assertThat(stalls.isOfDisk()).isTrue();

        stalls.synced(nanos(now));
        assertThat(stalls.reason(nanos(now))).isEmpty();
    }

    @Test
    void aProcessWhoseHeartbeatIsLateByAnElectionTimeoutStoodStill() {
        now += 1000;
        ticks(1, true);
        assertThat(stalls.reason(nanos(now))).isEmpty();
        now += 1001;
        ticks(1, true);
        assertThat(stalls.reason(nanos(now))).contains("its process stood still for 1001 ms");
        assertThat(stalls.isOfDisk()).isFalse();
    }

    @Test
    void afterEachTimeItWaitsTwiceAsLong() {
        ticks(11, false);
        for (int times = 1; times <= 4; times++) {
            stalls.yielded(nanos(now));
            now += (1000L << times) - 1;
            assertThat(stalls.reason(nanos(now))).as("after %s times", times).isEmpty();
            now++;
            assertThat(stalls.reason(nanos(now))).isPresent();
        }
    }

    private void ticks(int count, boolean level) {
        for (int i = 0; i < count; i++) {
            now += 100;
            stalls.tick(nanos(now), level);
        }
    }

    private static long nanos(long millis) {
        return Duration.ofMillis(millis).toNanos();
    }
}
