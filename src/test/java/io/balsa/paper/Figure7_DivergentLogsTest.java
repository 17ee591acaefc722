package io.balsa.paper;

import static io.balsa.sim.Cluster.S1;
import static io.balsa.sim.Cluster.S2;
import static io.balsa.sim.Cluster.S3;
import static io.balsa.sim.Cluster.S4;
import static io.balsa.sim.Cluster.S5;

import io.balsa.model.NodeId;
import io.balsa.sim.Cluster;
import org.junit.jupiter.api.Test;

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

    /** §5.4.1 keeps (f), and everyone whose log is behind, from leading; (a) (b) (e) and (f) cannot win. */
    @Test
    void logsThatAreBehindWinNoElection() {
        Cluster cluster = Cluster.stopped(S1, S2, S3)
                .log(S1, 7, LEADER)
                .log(S2, 7, LEADER)
                .log(S3, 7, 1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3)
                .boot();

        NodeId leader = cluster.awaitLeader();

        cluster.expect(leader).logStartsWith(LEADER);
        cluster.settle().expect(S3).logStartsWith(LEADER);
    }
}
