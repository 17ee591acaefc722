package io.balsa.client.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.protocol.AdminRequest;
import io.balsa.protocol.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

final class EndpointTest {
    private final Endpoint endpoint = new Endpoint("pekko://raft@127.0.0.1:7051/user/raft", message -> {});
    private long now = Duration.ofDays(1).toNanos();

    /** A thousand clients that miss their leader must not keep from its election those who are to elect another. */
    @Test
    void whoDoesNotLeadIsAskedLessAndLessOften() {
        List<Long> pauses = pauses(16);

        assertThat(pauses.subList(0, 10)).containsOnly(20L);
        assertThat(pauses.subList(10, 16)).containsExactly(20L, 40L, 80L, 160L, 160L, 160L);
    }

    @Test
    void afterAWhileItIsAskedOftenAgain() {
        pauses(16);
        now += Duration.ofSeconds(2).toNanos();

        assertThat(pauses(3)).isEqualTo(Collections.nCopies(3, 20L));
    }

    /** The client waits for nobody but this one then. */
    @Test
    void aSilentServerIsProbedAtOnceWhenAnotherNamesItAsTheLeader() {
        assertThat(silence(3_000)).endsWith(700L, 700L);

        now += Duration.ofMillis(200).toNanos();
        assertThat(endpoint.mayBeProbed(now)).isFalse();
        endpoint.named(now);
        assertThat(endpoint.mayBeProbed(now)).isTrue();
    }

    /** Probed all the time, a connection that is dead would never be given up. */
    @Test
    void howeverOftenItIsNamedItIsLeftInPeaceNowAndThen() {
        silence(2_000);
        List<Long> pauses = new ArrayList<>();
        long last = now;
        for (long end = now + Duration.ofSeconds(20).toNanos();
                now < end;
                now += Duration.ofMillis(1).toNanos()) {
            endpoint.named(now);
            if (endpoint.mayBeProbed(now)) {
                pauses.add(Duration.ofNanos(now - last).toMillis());
                last = now;
                probe();
            }
        }

        assertThat(pauses).filteredOn(pause -> pause == 700).hasSizeGreaterThanOrEqualTo(6);
        assertThat(pauses).hasSizeLessThan(50);
    }

    /** Probes for so many milliseconds as soon as may be, without an answer; the pauses between. */
    private List<Long> silence(int millis) {
        List<Long> pauses = new ArrayList<>();
        long last = now;
        for (long end = now + Duration.ofMillis(millis).toNanos();
                now < end;
                now += Duration.ofMillis(1).toNanos()) {
            if (endpoint.mayBeProbed(now)) {
                pauses.add(Duration.ofNanos(now - last).toMillis());
                last = now;
                probe();
            }
        }
        now = last;
        return pauses;
    }

    /** Asks as soon as may be, and is answered each time; how many milliseconds lie between. */
    private List<Long> pauses(int count) {
        List<Long> pauses = new ArrayList<>();
        ask();
        for (long last = now; pauses.size() < count; now += Duration.ofMillis(1).toNanos()) {
            if (endpoint.mayBeProbed(now)) {
                pauses.add(Duration.ofNanos(now - last).toMillis());
                last = now;
                ask();
            }
        }
        return pauses;
    }

    private void ask() {
        endpoint.heard(now);
        probe();
        endpoint.heard(now);
    }

    private void probe() {
        endpoint.probe(new AdminRequest.GetStatus(new Target("test", "main"), 1, null), now);
    }
}
