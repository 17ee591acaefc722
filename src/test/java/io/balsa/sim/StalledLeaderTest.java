package io.balsa.sim;

import static io.balsa.sim.Cluster.S1;
import static io.balsa.sim.Cluster.S2;
import static io.balsa.sim.Cluster.S3;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.protocol.TimeoutNow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A leader whose disk or process stands still gives its office up instead of limping. Election timeout: 600 ms. */
final class StalledLeaderTest {
    private static final Duration FIVE_ELECTION_TIMEOUTS = Duration.ofSeconds(3);

    @Test
    void aLeaderWhoseDiskHangsGivesItsOfficeUpOnce() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).settle();
        List<TimeoutNow> offices = new ArrayList<>();
        cluster.onEach(TimeoutNow.class, offices::add);
        cluster.server(S1).drive().hang(Duration.ofSeconds(5).toNanos());
        Duration hung = cluster.now();
        cluster.submitTo(S1, "a");

        cluster.until(
                () -> cluster.roleOf(S2).equals("Leader") || cluster.roleOf(S3).equals("Leader"), "another leads");
        assertThat(cluster.now().minus(hung)).isLessThan(FIVE_ELECTION_TIMEOUTS);
        assertThat(offices).hasSize(1);

        long elections = cluster.properties().elections();
        cluster.submit("b").runFor(Duration.ofSeconds(20));
        assertThat(cluster.properties().elections()).as("it stays so").isEqualTo(elections);
        cluster.settle().expect(S1).committed("a", "b");
    }

    /** Nothing is won by passing the office on to one that is no better off. */
    @Test
    void aLeaderThatIsNoWorseThanTheOthersLeadsOn() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).settle();
        List<TimeoutNow> offices = new ArrayList<>();
        cluster.onEach(TimeoutNow.class, offices::add);
        for (Server server : cluster.servers()) {
            server.drive().hang(Duration.ofSeconds(3).toNanos());
        }
        cluster.submitTo(S1, "a");

        cluster.runFor(Duration.ofMillis(2500));
        cluster.expect(S1).leads();
        assertThat(offices).isEmpty();
        cluster.runFor(Duration.ofSeconds(2)).settle().expect(S1).committed("a");
    }
}
