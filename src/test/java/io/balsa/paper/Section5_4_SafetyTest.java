package io.balsa.paper;

import static io.balsa.sim.Cluster.S1;
import static io.balsa.sim.Cluster.S2;
import static io.balsa.sim.Cluster.S3;
import static io.balsa.sim.Cluster.S4;
import static io.balsa.sim.Cluster.S5;
import static io.balsa.sim.Solo.append;
import static io.balsa.sim.Solo.preVote;
import static io.balsa.sim.Solo.requestVote;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.model.EntryId;
import io.balsa.model.NodeId;
import io.balsa.sim.Cluster;
import io.balsa.sim.Solo;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** §5.4 Safety. */
final class Section5_4_SafetyTest {

    /**
     * "If the logs have last entries with different terms, then the log with the later term is more up-to-date. If the
     * logs end with the same term, then whichever log is longer is more up-to-date." The voter's log ends at (3@4).
     */
    @ParameterizedTest(name = "a log that ends at ({0}@{1}): {2}")
    @CsvSource({
        "0, 0, false", "2, 3, false", "3, 3, false", "9, 3, false", "1, 4, false", "2, 4, false",
        "3, 4, true", "4, 4, true", "9, 4, true", "1, 5, true", "3, 5, true", "9, 5, true"
    })
    void aVoteGoesOnlyToALogAtLeastAsUpToDate(long index, long term, boolean granted) {
        Solo server = Solo.among(S2, S3).hears(append(S2, 4, EntryId.NONE, 1, 4, 4));
        server.runFor(Duration.ofSeconds(1));
        EntryId last = new EntryId(index, term);

        assertThat(server.grants(preVote(S3, 9, last))).isEqualTo(granted);
        assertThat(server.grants(requestVote(S3, 9, last))).isEqualTo(granted);
    }

    /** "Raft […] prevent[s] a candidate from winning an election unless its log contains all committed entries." */
    @Test
    void onlyServersThatHoldACommittedEntryWinTheNextElection() {
        Cluster cluster = Cluster.of(S1, S2, S3, S4, S5).elect(S1).settle();
        cluster.submit("a").partition(S1, S2, S3);
        assertThat(cluster.submit("b").reachesOnly(S2, S3)).isNotNull();
        cluster.expect(S1).committed("a", "b");

        cluster.crash(S1).heal();
        NodeId next = cluster.awaitLeader();

        assertThat(next).isIn(S2, S3);
        cluster.settle().expect(S5).committed("a", "b");
    }

    /** §5.4.2 the other way round: an uncommitted entry may survive or not, but the servers agree which. */
    @Test
    void anEntryThatReachedAMinorityIsOverwrittenTogether() {
        Cluster cluster = Cluster.of(S1, S2, S3, S4, S5).elect(S1).settle().partition(S1, S2);
        cluster.submit("lost");

        cluster.elect(S3).submit("kept");
        cluster.heal().settle();

        cluster.expect(S1).committed("kept");
        cluster.expect(S2).committed("kept");
    }
}
