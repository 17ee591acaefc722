package io.balsa.paper;

import static io.balsa.sim.Cluster.S1;
import static io.balsa.sim.Cluster.S2;
import static io.balsa.sim.Cluster.S3;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.protocol.TimeoutNow;
import io.balsa.protocol.reply.AdminReply.Transferred;
import io.balsa.protocol.reply.AdminReply.Transferred.Refusal;
import io.balsa.protocol.reply.ClientReply.Submitted;
import io.balsa.sim.Cluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Thesis §3.10: leadership transfer extension. */
final class Thesis3_10_LeadershipTransferTest {
    private static final Duration ELECTION_TIMEOUT = Duration.ofMillis(600);

    /** "The prior leader sends a TimeoutNow request to the target server": a new term begins at once. */
    @Test
    void theTargetLeadsWithoutWaitingForAnElectionTimeout() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).submit("a").settle();
        long term = cluster.term(S1);
        Duration asked = cluster.now();

        Transferred answer = cluster.awaitTransfer(cluster.transfer(S3));
        cluster.until(() -> cluster.leader().equals(S3) && cluster.term(S3) == term + 1, "S3 leads");

        assertThat(answer.refusal()).isEmpty();
        assertThat(cluster.now().minus(asked)).isLessThan(Duration.ofMillis(100));
        cluster.submit("b").settle().expect(S1).committed("a", "b");
    }

    /** "The prior leader fully updates the target server's log": what is on its way comes first. */
    @Test
    void theTargetHoldsEverythingBeforeItIsAsked() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).submit("a").reachesOnly(S2);
        long end = cluster.lastIndex(S1);
        List<String> order = new ArrayList<>();
        cluster.onEach(TimeoutNow.class, asked -> order.add("asked, holds " + cluster.lastIndex(S3)));

        long transfer = cluster.transfer(S3);
        cluster.runFor(Duration.ofMillis(100));
        assertThat(order).as("before it holds everything").isEmpty();
        cluster.getsTo(S3, "a").awaitTransfer(transfer);

        assertThat(order).containsExactly("asked, holds " + end);
    }

    /** "If leadership transfer does not complete after about an election timeout, the prior leader aborts." */
    @Test
    void aTargetThatIsDownIsGivenUpAndTheLeaderLeadsOn() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).submit("a").settle();
        long term = cluster.term(S1);
        cluster.crash(S3);
        Duration asked = cluster.now();

        Transferred answer = cluster.awaitTransfer(cluster.transfer(S3));

        assertThat(answer.refusal()).contains(Refusal.IN_VAIN);
        assertThat(cluster.now().minus(asked)).isLessThan(ELECTION_TIMEOUT.multipliedBy(2));
        assertThat(cluster.leader()).isEqualTo(S1);
        assertThat(cluster.term(S1)).isEqualTo(term);
        assertThat(cluster.awaitAnswer(cluster.submitTo(S1, "b"))).isInstanceOf(Submitted.class);
    }
}
