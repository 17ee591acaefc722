package io.balsa.paper;

import static io.balsa.sim.Cluster.S1;
import static io.balsa.sim.Cluster.S2;
import static io.balsa.sim.Cluster.S3;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.protocol.reply.ClientReply.Status;
import io.balsa.protocol.reply.ClientReply.Submitted;
import io.balsa.sim.Cluster;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * Thesis §6.3: linearizable semantics need sessions, and sessions must end. They last for 4 s of log time here without
 * a command.
 */
final class Thesis6_3_SessionsTest {
    private static final Duration LIFE = Duration.ofSeconds(4);

    /** "If the client's session has expired": the late retry is told so, and the command is not applied again. */
    @Test
    void aLateRetryOfAnExpiredSessionIsToldSoAndNotApplied() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).settle();
        long session = cluster.openSession();
        cluster.submitAs(session, 1, "a");

        cluster.runFor(LIFE.plusMillis(50));
        Submitted late = cluster.submitAs(session, 1, "a");
        Submitted next = cluster.submitAs(session, 2, "b");

        assertThat(late.statuses()).containsExactly(Status.SESSION_EXPIRED);
        assertThat(next.statuses()).containsExactly(Status.SESSION_EXPIRED);
        cluster.settle().expect(S2).committed("a");
    }

    /** Any command of a session keeps it alive, a repeated one too. */
    @Test
    void aSessionInUseLives() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).settle();
        long session = cluster.openSession();
        for (int i = 0; i < 4; i++) {
            assertThat(cluster.submitAs(session, 1, "a").statuses()).containsExactly(Status.DONE);
            cluster.runFor(LIFE.minusMillis(200));
        }

        assertThat(cluster.submitAs(session, 1, "a").statuses()).containsExactly(Status.DONE);
        cluster.settle().expect(S3).committed("a");
    }

    /** "The leader's clock" goes into the entries; what a server applies later, it decides by the same times. */
    @Test
    void serversThatApplyMuchLaterDecideAlike() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).settle();
        long session = cluster.openSession();
        cluster.submitAs(session, 1, "a").statuses();
        cluster.settle().crash(S3);
        cluster.submitAs(session, 2, "b").statuses();
        cluster.runFor(LIFE.multipliedBy(2));

        cluster.restart(S3).settle();

        cluster.expect(S3).committed("a", "b");
        assertThat(cluster.submitAs(session, 2, "b").statuses()).containsExactly(Status.SESSION_EXPIRED);
        cluster.settle().expect(S3).committed("a", "b");
    }

    /** While nobody leads, no log time passes: an outage costs no client its session. */
    @Test
    void logTimeStandsStillWithoutALeader() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).settle();
        long session = cluster.openSession();
        cluster.submitAs(session, 1, "a");
        cluster.settle().crash(S1, S2).runFor(LIFE.multipliedBy(3));

        cluster.restart(S1, S2).awaitLeader();

        assertThat(cluster.submitAs(session, 1, "a").statuses()).containsExactly(Status.DONE);
        cluster.settle().expect(S3).committed("a");
    }
}
