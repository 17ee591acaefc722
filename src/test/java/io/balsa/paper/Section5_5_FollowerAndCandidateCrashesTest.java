package io.balsa.paper;

import static io.balsa.sim.Cluster.S1;
import static io.balsa.sim.Cluster.S2;
import static io.balsa.sim.Cluster.S3;
import static io.balsa.sim.Solo.append;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.model.EntryId;
import io.balsa.sim.Cluster;
import io.balsa.sim.Solo;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** §5.5 Follower and candidate crashes. */
final class Section5_5_FollowerAndCandidateCrashesTest {

    /** "If the crashed server restarts, then the RPC will complete successfully." */
    @Test
    void aFollowerThatCrashesGoesOnWhereItsDiskIs() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).settle();
        for (int round = 0; round < 5; round++) {
            cluster.crash(S2).submit("p" + round).restart(S2);
            cluster.crashPower(S3).submit("w" + round).restart(S3);
        }

        cluster.settle().expect(S2).committed("p0", "w0", "p1", "w1", "p2", "w2", "p3", "w3", "p4", "w4");
    }

    /** A candidate that dies before it is elected leaves the others to elect somebody else. */
    @Test
    void aCandidateThatCrashesIsReplaced() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).settle().crash(S1);
        cluster.until(
                () -> cluster.roleOf(S2).equals("Candidate")
                        || cluster.roleOf(S3).equals("Candidate"),
                "one runs");
        cluster.crash(cluster.roleOf(S2).equals("Candidate") ? S2 : S3).restart(S1);

        assertThat(cluster.awaitLeader()).isNotNull();
    }

    /** "If a follower receives an AppendEntries request that includes log entries already present […]" */
    @Test
    void rpcsAreIdempotent() {
        Solo server = Solo.among(S2, S3);
        for (int time = 0; time < 3; time++) {
            assertThat(server.hears(append(S2, 1, EntryId.NONE, 1, 1, 1))
                            .lastAnswer()
                            .orElseThrow()
                            .matchIndex())
                    .isEqualTo(3);
        }
        server.expect().log(1, 1, 1);
    }

    /** A whole cluster that loses power at once comes back with all it had acknowledged. */
    @Test
    void aPowerCutOfAllServersLosesNothing() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).settle();
        cluster.awaitAnswer(cluster.submitTo(S1, "a"));

        cluster.crashPower(S1, S2, S3).runFor(Duration.ofSeconds(1)).restart(S1, S2, S3);
        cluster.awaitLeader();

        cluster.settle().expect(S2).committed("a");
    }
}
