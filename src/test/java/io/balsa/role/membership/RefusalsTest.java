package io.balsa.role.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.model.NodeId;
import io.balsa.protocol.reply.AdminReply.Refused;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class RefusalsTest {
    private static final NodeId N2 = NodeId.of("n2");
    private static final NodeId N3 = NodeId.of("n3");

    private final Refusals refusals = new Refusals(2);

    @Test
    void theSameReasonGoesOnAndAnotherBeginsAnew() {
        refusals.add(N2, "foreign", at(0));
        refusals.add(N2, "foreign", at(50));
        assertThat(refusals.at(at(60))).containsExactly(new Refused("n2", "foreign", 60_000, 10_000));

        refusals.add(N2, "misled", at(70));
        assertThat(refusals.at(at(71))).containsExactly(new Refused("n2", "misled", 1000, 1000));
    }

    @Test
    void whatDoesNotHappenAgainIsForgottenAfterAMinute() {
        refusals.add(N2, "foreign", at(0));

        assertThat(refusals.at(at(59))).hasSize(1);
        assertThat(refusals.at(at(60))).isEmpty();
    }

    @Test
    void ofTooManyTheOldestIsForgotten() {
        refusals.add(N2, "foreign", at(0));
        refusals.add(N3, "foreign", at(1));
        refusals.add(NodeId.of("n1"), "foreign", at(2));

        assertThat(refusals.at(at(3))).extracting(Refused::node).containsExactly("n1", "n3");
    }

    private static long at(long seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }
}
