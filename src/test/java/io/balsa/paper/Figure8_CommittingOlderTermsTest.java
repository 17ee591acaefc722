package io.balsa.paper;

import static io.balsa.sim.Cluster.S1;
import static io.balsa.sim.Cluster.S2;
import static io.balsa.sim.Cluster.S3;
import static io.balsa.sim.Cluster.S4;
import static io.balsa.sim.Cluster.S5;
import static io.balsa.sim.Expectation.nothing;

import io.balsa.sim.Cluster;
import org.junit.jupiter.api.Test;

/** Figure 8: "why a leader cannot determine commitment using log entries from older terms". */
final class Figure8_CommittingOlderTermsTest {

    /** "(d): an entry stored on a majority of the servers can still be overwritten by a future leader." */
    @Test
    void anOlderTermsEntryIsNotCommittedByCounting() {
        Cluster cluster = Cluster.of(S1, S2, S3, S4, S5);
        cluster.elect(S1).submit("a").reachesOnly(S2); // (a)
        cluster.crash(S1).elect(S5).submit("b").reachesNobody(); // (b)
        cluster.crash(S5).restart(S1).elect(S1).getsTo(S3, "a"); // (c)
        cluster.expect(S1).committed(nothing()).committedNothing();

        cluster.crash(S1).restart(S5).elect(S5).settle(); // (d)
        cluster.expect(S3).committed("b");
        cluster.restart(S1).settle().expect(S1).committed("b");
    }

    /** "(e): if S1 replicates an entry from its current term on a majority before crashing, […] S5 cannot win." */
    @Test
    void anEntryOfItsOwnTermCommitsEverythingBefore() {
        Cluster cluster = Cluster.of(S1, S2, S3, S4, S5);
        cluster.elect(S1).submit("a").reachesOnly(S2); // (a)
        cluster.crash(S1).elect(S5).submit("b").reachesNobody(); // (b)
        cluster.crash(S5).restart(S1).elect(S1).reachesOnly(S2, S3); // (e)
        cluster.expect(S1).committed("a");

        cluster.crash(S1).restart(S5);
        cluster.awaitLeader();
        cluster.settle().expect(S5).committed("a");
    }
}
