package io.balsa.paper;

import static io.balsa.sim.Cluster.S1;
import static io.balsa.sim.Cluster.S2;
import static io.balsa.sim.Cluster.S3;
import static io.balsa.sim.Cluster.S4;
import static io.balsa.sim.Cluster.S5;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.model.NodeId;
import io.balsa.sim.Cluster;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Thesis §6.2: "a leader […] steps down if an election timeout elapses without a successful round of heartbeats". */
final class Thesis6_2_CheckQuorumTest {
    private static final Duration ELECTION_MAX = Duration.ofMillis(600);

    @Test
    void aLeaderWithoutAMajorityStepsDownWithinOneElectionTimeout() {
        Cluster cluster = Cluster.of(S1, S2, S3, S4, S5).elect(S1).settle().partition(S1, S2);

        cluster.runFor(ELECTION_MAX);

        assertThat(cluster.roleOf(S1)).isNotEqualTo("Leader");
    }

    @Test
    void aLeaderWithAMajorityStays() {
        Cluster cluster = Cluster.of(S1, S2, S3, S4, S5).elect(S1).settle().crash(S2, S3);
        long term = cluster.term(S1);

        cluster.runFor(Duration.ofMinutes(1)).expect(S1).leads().term(term);
    }

    /** A leader that is heard but hears nobody must not hold the others back. */
    @Test
    void aLeaderThatHearsNobodyMakesRoom() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).settle();
        cluster.silence(S2, S1).silence(S3, S1);

        cluster.runFor(ELECTION_MAX.multipliedBy(10));

        assertThat(cluster.leader()).isIn(S2, S3);
    }

    /** In a bridge (S3 hears both sides, which do not hear each other) a majority makes progress. */
    @Test
    void aBridgeStillHasALeader() {
        Cluster cluster = Cluster.of(S1, S2, S3, S4, S5).elect(S1).settle();
        for (NodeId left : new NodeId[] {S1, S2}) {
            cluster.silence(left, S4).silence(S4, left).silence(left, S5).silence(S5, left);
        }
        cluster.runFor(ELECTION_MAX.multipliedBy(10));

        cluster.awaitAnswer(cluster.submitTo(cluster.leader(), "a"));

        cluster.expect(cluster.leader()).committed("a");
    }

    /** A leader that stood still for long finds out when it wakes up. */
    @Test
    void aPausedLeaderStepsDown() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).settle();

        cluster.pause(S1, Duration.ofSeconds(5)).runFor(Duration.ofSeconds(6));

        assertThat(cluster.leader()).isIn(S2, S3);
        cluster.settle().expect(S1).follows(cluster.leader());
    }
}
