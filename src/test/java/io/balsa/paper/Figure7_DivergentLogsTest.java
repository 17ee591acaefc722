package io.balsa.paper;

import static io.balsa.sim.Cluster.S1;
import static io.balsa.sim.Cluster.S2;
import static io.balsa.sim.Cluster.S3;
import static io.balsa.sim.Cluster.S4;
import static io.balsa.sim.Cluster.S5;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.model.NodeId;
import io.balsa.sim.Cluster;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Figure 7: "When the leader at the top comes to power, it is possible that any of scenarios (a–f) could occur." */
final class Figure7_DivergentLogsTest {
    private static final NodeId S6 = NodeId.of("S6");
    private static final NodeId S7 = NodeId.of("S7");
    private static final long[] LEADER = {1, 1, 1, 4, 4, 5, 5, 6, 6, 6};

    /** "The leader […] forces the followers' logs to duplicate its own." */
    @Test
    void everyFollowerComesToHoldTheLeadersLog() {
        Cluster cluster = Cluster.stopped(S1, S2, S3, S4, S5, S6, S7)
                .log(S1, 7, LEADER)
                .log(S2, 7, 1, 1, 1, 4, 4, 5, 5, 6, 6) // (a)
                .log(S3, 7, 1, 1, 1, 4) // (b)
                .log(S4, 7, 1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6) // (c)
                .log(S5, 7, 1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7) // (d)
                .log(S6, 7, 1, 1, 1, 4, 4, 4, 4) // (e)
                .log(S7, 7, 1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3) // (f)
                .boot();

        cluster.elect(S1).settle();

        for (NodeId server : new NodeId[] {S1, S2, S3, S4, S5, S6, S7}) {
            cluster.expect(server).logStartsWith(LEADER).commitIndex(cluster.lastIndex(S1));
        }
    }

    static Stream<long[]> logsBehind() {
        return Stream.of(
                new long[] {1, 1, 1, 4, 4, 5, 5, 6, 6}, // (a)
                new long[] {1, 1, 1, 4}, // (b)
                new long[] {1, 1, 1, 4, 4, 4, 4}, // (e)
                new long[] {1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3}); // (f)
    }

    /** "The voter denies its vote if its own log is more up-to-date than that of the candidate" (§5.4.1). */
    @ParameterizedTest
    @MethodSource("logsBehind")
    void aLogThatIsBehindThoseOfTheOthersWinsNoElection(long[] behind) {
        Cluster cluster = Cluster.stopped(S1, S2, S3)
                .log(S1, 7, LEADER)
                .log(S2, 7, LEADER)
                .log(S3, 7, behind)
                .boot();

        // Nobody else asks for votes for as long as that.
        assertThatThrownBy(() -> cluster.elect(S3)).hasMessageContaining("waited in vain until S3 is elected");

        cluster.settle().expect(S3).logStartsWith(LEADER);
    }
}
