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
        endpoint.probe(new AdminRequest.GetStatus(new Target("test", "main"), 1, null), now);
        endpoint.heard(now);
    }
}
