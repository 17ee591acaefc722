package io.balsa.paper;

import static io.balsa.sim.Cluster.S1;
import static io.balsa.sim.Cluster.S2;
import static io.balsa.sim.Cluster.S3;
import static io.balsa.sim.Solo.heartbeat;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.Consistency;
import io.balsa.model.EntryId;
import io.balsa.protocol.AppendEntries;
import io.balsa.protocol.Rpc.ReadIndex;
import io.balsa.protocol.reply.ClientReply.Queried;
import io.balsa.protocol.reply.ClientReply.Reason;
import io.balsa.protocol.reply.ClientReply.Rejected;
import io.balsa.protocol.reply.ClientReply.TooOld;
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
        AppendEntries.Request old = heartbeat(S2, 6);
        AppendEntries.Request late = new AppendEntries.Request(
                old.sender(), old.term(), old.previous(), old.block(), old.leaderCommit(), 60);

        AppendEntries.Response refusal =
                Solo.among(S2, S3).hears(heartbeat(S2, 7)).answers(late);

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

    /** "Followers can also help offload the processing of read-only queries": they ask the leader for a readIndex. */
    @Test
    void aFollowerServesLinearizableReadsItself() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).settle();
        cluster.awaitAnswer(cluster.submitTo(S1, "a"));

        assertThat(read(cluster, cluster.query(S2, Consistency.LINEARIZABLE))).isEqualTo("a");
    }

    /** It "waits for its state machine to advance at least as far as the readIndex". */
    @Test
    void aFollowerWaitsUntilItHasAppliedSoMuch() {
        Solo server = Solo.among(S2, S3).hears(heartbeat(S2, 3));
        long read = server.cluster().query(S1, Consistency.LINEARIZABLE);
        ReadIndex.Request question = server.runFor(Duration.ofMillis(20)).answer(ReadIndex.Request.class);
        server.hears(new ReadIndex.Response(Solo.from(S2), 3, question.number(), true, 2));

        server.hears(Solo.committing(1, Solo.append(S2, 3, EntryId.NONE, 3, 3))).runFor(Duration.ofMillis(50));
        assertThat(server.cluster().answer(read)).isEmpty();

        server.hears(Solo.committing(2, Solo.append(S2, 3, new EntryId(2, 3)))).runFor(Duration.ofMillis(50));
        assertThat(read(server.cluster(), read)).isEqualTo("1@3 2@3");
    }

    /** An answer to another question may be older than the read (etcd #20418). */
    @Test
    void aFollowerTakesNoAnswerToAnotherQuestion() {
        Solo server = Solo.among(S2, S3).hears(heartbeat(S2, 3));
        long read = server.cluster().query(S1, Consistency.LINEARIZABLE);
        ReadIndex.Request question = server.runFor(Duration.ofMillis(20)).answer(ReadIndex.Request.class);

        server.hears(new ReadIndex.Response(Solo.from(S2), 3, question.number() - 1, true, 0));
        assertThat(server.runFor(Duration.ofMillis(20)).cluster().answer(read)).isEmpty();

        server.hears(new ReadIndex.Response(Solo.from(S2), 3, question.number(), true, 0));
        assertThat(read(server.cluster(), read)).isEmpty();
    }

    /** A question that was lost is asked again, under another number, for all that came meanwhile. */
    @Test
    void aLostQuestionIsAskedAgain() {
        Solo server = Solo.among(S2, S3).hears(heartbeat(S2, 3));
        long first = server.cluster().query(S1, Consistency.LINEARIZABLE);
        ReadIndex.Request lost = server.runFor(Duration.ofMillis(20)).answer(ReadIndex.Request.class);
        long second = server.cluster().query(S1, Consistency.LINEARIZABLE);
        assertThat(server.runFor(Duration.ofMillis(180)).said(ReadIndex.Request.class))
                .as("one question at a time")
                .hasSize(1);

        ReadIndex.Request again = server.hears(heartbeat(S2, 3)).answer(ReadIndex.Request.class);
        assertThat(again.number()).isNotEqualTo(lost.number());
        server.hears(new ReadIndex.Response(Solo.from(S2), 3, again.number(), true, 0));

        assertThat(read(server.cluster(), first)).isEmpty();
        assertThat(read(server.cluster(), second)).isEmpty();
    }

    /** Nobody waits for a leader that is no more. */
    @Test
    void whenItsLeaderIsGoneAFollowerRefusesReads() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).settle().partition(S2);
        long read = cluster.query(S2, Consistency.LINEARIZABLE);
        cluster.until(() -> cluster.roleOf(S2).equals("PreCandidate"), "S2 has noticed");

        Rejected answer = (Rejected) cluster.awaitAnswer(read);
        assertThat(answer.reason()).isEqualTo(Reason.NOT_LEADER);

        Rejected next = (Rejected) cluster.awaitAnswer(cluster.query(S2, Consistency.LINEARIZABLE));
        assertThat(next.leader()).isEmpty();
    }

    /** A leader that is heard and does not answer keeps nobody waiting either. */
    @Test
    void aFollowerThatIsNotHeardRefusesReadsInTime() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).settle().silence(S2, S1);
        long read = cluster.query(S2, Consistency.LINEARIZABLE);

        cluster.runFor(Duration.ofMillis(900));
        assertThat(cluster.answer(read)).isEmpty();
        cluster.runFor(Duration.ofMillis(600));
        assertThat(cluster.answer(read)).isPresent();
    }

    /** Many readers of a follower share a question, as they share a round on a leader. */
    @Test
    void manyReadsShareOneQuestion() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).settle();
        List<ReadIndex.Request> asked = new ArrayList<>();
        cluster.onEach(ReadIndex.Request.class, asked::add);

        List<Long> reads = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            reads.add(cluster.query(S2, Consistency.LINEARIZABLE));
        }
        reads.forEach(read -> assertThat(read(cluster, read)).isEmpty());

        assertThat(asked).hasSizeLessThan(10);
    }

    /** A server that was cut off answers as long as its state is young enough, and then says how old it is. */
    @Test
    void aStaleReadMayHaveAMaximumAge() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).settle().submit("a").settle();
        Duration second = Duration.ofSeconds(1);
        assertThat(read(cluster, cluster.query(S3, Consistency.STALE, second))).isEqualTo("a");
        cluster.partition(S3).runFor(Duration.ofMillis(800));
        assertThat(read(cluster, cluster.query(S3, Consistency.STALE, second))).isEqualTo("a");

        cluster.runFor(Duration.ofMillis(200));
        TooOld answer = (TooOld) cluster.awaitAnswer(cluster.query(S3, Consistency.STALE, second));
        assertThat(answer.ageMillis()).isBetween(1000L, 1100L);
        assertThat(read(cluster, cluster.query(S3, Consistency.STALE)))
                .as("of any age")
                .isEqualTo("a");
    }

    /** While it hears a leader it asks it, once for all reads of that age. */
    @Test
    void aStaleReadOfALimitedAgeAsksTheLeaderWhenItMust() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).settle();
        List<ReadIndex.Request> asked = new ArrayList<>();
        cluster.onEach(ReadIndex.Request.class, asked::add);
        for (int i = 0; i < 10; i++) {
            read(cluster, cluster.query(S2, Consistency.STALE, Duration.ofSeconds(1)));
            cluster.runFor(Duration.ofMillis(50));
        }

        assertThat(asked).hasSize(1);
    }

    /** The leader's answer says what was committed when it was asked; what came since may be missing here. */
    @Test
    void theAgeCountsFromWhenTheLeaderWasAsked() {
        Duration age = Duration.ofMillis(400);
        Solo server = Solo.among(S2, S3).hears(heartbeat(S2, 3));
        long first = server.cluster().query(S1, Consistency.STALE, age);
        ReadIndex.Request question = server.runFor(Duration.ofMillis(10)).answer(ReadIndex.Request.class);
        server.runFor(Duration.ofMillis(150))
                .hears(new ReadIndex.Response(Solo.from(S2), 3, question.number(), true, 0));
        assertThat(read(server.cluster(), first)).isEmpty();

        server.runFor(Duration.ofMillis(100)).hears(heartbeat(S2, 3));
        assertThat(read(server.cluster(), server.cluster().query(S1, Consistency.STALE, age)))
                .as("asked 260 ms ago")
                .isEmpty();
        server.runFor(Duration.ofMillis(140)).hears(heartbeat(S2, 3));
        long second = server.cluster().query(S1, Consistency.STALE, age);
        server.runFor(Duration.ofMillis(10));

        assertThat(server.said(ReadIndex.Request.class))
                .as("asked 410 ms ago, answered 240 ms ago: it asks again")
                .hasSize(1);
        assertThat(server.cluster().answer(second)).isEmpty();
    }

    /** A leader that nobody answers does not know how old its state is becoming, but for the last round. */
    @Test
    void aLeaderCountsTheAgeFromItsLastRound() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).settle().partition(S1);
        Duration age = Duration.ofMillis(300);
        assertThat(read(cluster, cluster.query(S1, Consistency.STALE, age))).isEmpty();

        cluster.runFor(Duration.ofMillis(400));
        assertThat(cluster.awaitAnswer(cluster.query(S1, Consistency.STALE, age)))
                .isInstanceOf(TooOld.class);
    }

    private static String read(Cluster cluster, long request) {
        Queried answer = (Queried) cluster.awaitAnswer(request);
        return new String(answer.answers()[0], StandardCharsets.UTF_8);
    }
}
