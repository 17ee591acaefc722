package io.balsa.paper;

import static io.balsa.sim.Cluster.S1;
import static io.balsa.sim.Cluster.S2;
import static io.balsa.sim.Cluster.S3;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.Consistency;
import io.balsa.protocol.AppendEntries;
import io.balsa.protocol.reply.ClientReply.Queried;
import io.balsa.protocol.reply.ClientReply.Reason;
import io.balsa.protocol.reply.ClientReply.Rejected;
import io.balsa.sim.Cluster;
import io.balsa.sim.Solo;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Thesis §6.4: processing read-only queries more efficiently. */
final class Thesis6_4_ReadsTest {

    /** A read sees every write acknowledged before it was asked. */
    @Test
    void aReadSeesWhatWasAcknowledged() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).settle();
        cluster.awaitAnswer(cluster.submitTo(S1, "a"));
        cluster.awaitAnswer(cluster.submitTo(S1, "b"));

        assertThat(read(cluster, cluster.query(S1, Consistency.LINEARIZABLE))).isEqualTo("a b");
    }

    /** "If the leader has not yet marked an entry from its current term committed, it waits until it has done so." */
    @Test
    void noReadBeforeTheNoOpOfTheTermIsCommitted() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).settle();
        cluster.awaitAnswer(cluster.submitTo(S1, "a"));
        cluster.crash(S1).elect(S2);
        long read = cluster.query(S2, Consistency.LINEARIZABLE);

        cluster.runFor(Duration.ofMillis(200));
        assertThat(cluster.answer(read)).isEmpty();

        cluster.settle();
        assertThat(read(cluster, read)).isEqualTo("a");
    }

    /** "The leader needs to make sure it hasn't been superseded by a newer leader of which it is unaware." */
    @Test
    void aLeaderThatWasCutOffAnswersNoReads() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).settle().partition(S1);
        long read = cluster.query(S1, Consistency.LINEARIZABLE);
        cluster.elect(S2).submit("new").runFor(Duration.ofSeconds(2));

        assertThat(cluster.answer(read).orElseThrow()).isInstanceOf(Rejected.class);
    }

    /** "It issues a new round of heartbeats": answers to rounds that began before the read confirm nothing. */
    @Test
    void aReadWaitsForARoundThatBeganAfterIt() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).settle();
        cluster.silence(S1, S2).silence(S1, S3);
        long read = cluster.query(S1, Consistency.LINEARIZABLE);

        cluster.runFor(Duration.ofMillis(200));
        assertThat(cluster.answer(read)).isEmpty();

        cluster.heal();
        assertThat(read(cluster, read)).isEmpty();
    }

    /** Who leads again may hear a refusal of what it sent in an earlier term; its rounds had numbers of their own. */
    @Test
    void aRefusalOfAnOlderRequestConfirmsNoRound() {
        AppendEntries.Request old = Solo.heartbeat(S2, 6);
        AppendEntries.Request late = new AppendEntries.Request(
                old.sender(), old.term(), old.previous(), old.block(), old.leaderCommit(), 60);

        AppendEntries.Response refusal =
                Solo.among(S2, S3).hears(Solo.heartbeat(S2, 7)).answers(late);

        assertThat(refusal.term()).isEqualTo(7);
        assertThat(refusal.round()).isZero();
    }

    /** "The leader can accumulate many read-only queries": they share rounds. */
    @Test
    void manyReadsShareOneRound() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).settle();
        List<AppendEntries.Request> sent = new ArrayList<>();
        cluster.onEach(AppendEntries.Request.class, sent::add);

        List<Long> reads = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            reads.add(cluster.query(S1, Consistency.LINEARIZABLE));
        }
        reads.forEach(read -> assertThat(read(cluster, read)).isEmpty());

        assertThat(sent).hasSizeLessThan(20);
    }

    /** A read does not wait for the next heartbeat (50 ms). */
    @Test
    void aReadBeginsItsRoundAtOnce() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).settle();
        Duration before = cluster.now();

        read(cluster, cluster.query(S1, Consistency.LINEARIZABLE));

        assertThat(cluster.now().minus(before)).isLessThan(Duration.ofMillis(10));
    }

    /** Stale reads are served by any server from what it has, even without a leader. */
    @Test
    void staleReadsAreServedAnywhere() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).settle().submit("a").settle();
        cluster.crash(S1, S2);

        long request = cluster.query(S3, Consistency.STALE);
        assertThat(read(cluster, request)).isEqualTo("a");
        assertThat(((Queried) cluster.awaitAnswer(request)).consistency())
                .as("it is marked")
                .isEqualTo(Consistency.STALE);
    }

    /** A follower does not serve linearizable reads by itself; it names the leader. */
    @Test
    void aFollowerSendsLinearizableReadsToTheLeader() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).settle();

        Rejected answer = (Rejected) cluster.awaitAnswer(cluster.query(S2, Consistency.LINEARIZABLE));

        assertThat(answer.reason()).isEqualTo(Reason.NOT_LEADER);
        assertThat(answer.leader()).contains(Cluster.address(S1));
    }

    private static String read(Cluster cluster, long request) {
        Queried answer = (Queried) cluster.awaitAnswer(request);
        return new String(answer.answers()[0], StandardCharsets.UTF_8);
    }
}
