package io.balsa.paper;

import static io.balsa.sim.Cluster.S1;
import static io.balsa.sim.Cluster.S2;
import static io.balsa.sim.Cluster.S3;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.Consistency;
import io.balsa.protocol.reply.ClientReply;
import io.balsa.protocol.reply.ClientReply.Reason;
import io.balsa.protocol.reply.ClientReply.Rejected;
import io.balsa.protocol.reply.ClientReply.Status;
import io.balsa.protocol.reply.ClientReply.Submitted;
import io.balsa.sim.Cluster;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** §8 Client interaction. */
final class Section8_ClientInteractionTest {

    /** "[A follower] will reject the client's request and supply information about the most recent leader." */
    @Test
    void aFollowerNamesTheLeader() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).settle();

        Rejected answer = (Rejected) cluster.awaitAnswer(cluster.submitTo(S2, "a"));

        assertThat(answer.reason()).isEqualTo(Reason.NOT_LEADER);
        assertThat(answer.leader()).contains(Cluster.address(S1));
        cluster.settle().expect(S1).committed();
    }

    /** "If the leader crashes […] clients then try again with randomly-chosen servers": nobody answers for it. */
    @Test
    void withoutALeaderARequestIsRejectedNotKept() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).settle().crash(S1);

        Rejected answer = (Rejected) cluster.awaitAnswer(cluster.submitTo(S2, "a"));

        assertThat(answer.reason()).isEqualTo(Reason.NOT_LEADER);
    }

    /** "If it receives a command whose serial number has already been executed, it responds immediately." */
    @Test
    void theSameSerialNumberIsExecutedOnce() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).settle();
        long session = cluster.openSession();

        Submitted first = cluster.submitAs(session, 1, "a");
        Submitted again = cluster.submitAs(session, 1, "a");
        cluster.crash(S1).elect(S2).settle();
        Submitted elsewhere = cluster.submitAs(session, 1, "a");

        assertThat(first.statuses()).containsExactly(Status.DONE);
        assertThat(again.replies()).isDeepEqualTo(first.replies());
        assertThat(elsewhere.replies()).isDeepEqualTo(first.replies());
        assertThat(elsewhere.indexes()).containsExactly(first.indexes());
        cluster.restart(S1).settle().expect(S1).committed("a");
    }

    /** "Each leader […] commit[s] a blank no-op entry into the log at the start of its term." */
    @Test
    void aNewLeaderCommitsWithoutBeingAsked() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).settle();
        long before = cluster.lastIndex(S1);

        cluster.crash(S1).elect(S2).settle();

        cluster.expect(S2).commitIndex(before + 1);
    }

    /** A leader that cannot reach a majority says so in the end; it never answers that the command is done. */
    @Test
    void nobodyWaitsForEverWithoutAQuorum() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).settle().partition(S1);
        long write = cluster.submitTo(S1, "a");
        long read = cluster.query(S1, Consistency.LINEARIZABLE);

        cluster.runFor(Duration.ofSeconds(1));

        assertThat(((Rejected) cluster.answer(write).orElseThrow()).reason()).isEqualTo(Reason.LEADERSHIP_LOST);
        assertThat(cluster.answer(read).orElseThrow()).isInstanceOf(Rejected.class);
    }

    /** "Committed" is never answered before it is true: not while the entry is only on the leader's disk. */
    @Test
    void noAnswerBeforeTheCommit() {
        Cluster cluster =
                Cluster.of(S1, S2, S3).elect(S1).settle().silence(S1, S2).silence(S1, S3);
        long request = cluster.submitTo(S1, "a");

        cluster.runFor(Duration.ofMillis(200));

        assertThat(cluster.answer(request)).isEmpty();
    }

    /** Replication starts with the command, not with the next heartbeat (50 ms). */
    @Test
    void aCommandTakesTwoDelaysNotAHeartbeat() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).settle();
        Duration before = cluster.now();

        ClientReply reply = cluster.awaitAnswer(cluster.submitTo(S1, "a"));

        assertThat(reply).isInstanceOf(Submitted.class);
        assertThat(cluster.now().minus(before)).isLessThan(Duration.ofMillis(10));
    }
}
