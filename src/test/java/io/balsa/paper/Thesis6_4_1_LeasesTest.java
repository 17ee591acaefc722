package io.balsa.paper;

import static io.balsa.sim.Cluster.S1;
import static io.balsa.sim.Cluster.S2;
import static io.balsa.sim.Cluster.S3;
import static io.balsa.sim.Solo.heartbeat;
import static io.balsa.sim.Solo.preVote;
import static io.balsa.sim.Solo.requestVote;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.Consistency;
import io.balsa.model.EntryId;
import io.balsa.protocol.PreVote;
import io.balsa.protocol.RequestVote;
import io.balsa.protocol.TimeoutNow;
import io.balsa.protocol.reply.ClientReply;
import io.balsa.protocol.reply.ClientReply.Queried;
import io.balsa.protocol.reply.ClientReply.Rejected;
import io.balsa.sim.Cluster;
import io.balsa.sim.Solo;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Thesis §6.4.1: using clocks to reduce messaging for read-only queries. The shortest election timeout is 300 ms here,
 * clocks may gain or lose 10 %, so a lease lasts for 245 ms.
 */
final class Thesis6_4_1_LeasesTest {

    /** "Once the leader's heartbeats were acknowledged by a majority", it answers "without any communication". */
    @Test
    void aLeaseReadNeedsNoRound() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).settle();
        cluster.awaitAnswer(cluster.submitTo(S1, "a"));
        cluster.silence(S1, S2).silence(S1, S3);

        long lease = cluster.query(S1, Consistency.LEASE);
        long linearizable = cluster.query(S1, Consistency.LINEARIZABLE);
        cluster.runFor(Duration.ofMillis(100));

        assertThat(words(cluster.answer(lease).orElseThrow())).isEqualTo("a");
        assertThat(cluster.answer(linearizable)).isEmpty();
    }

    /** "The lease would extend to start + election timeout / clock drift bound", and no further. */
    @Test
    void aLeaseRunsOut() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).settle();
        cluster.silence(S1, S2).silence(S1, S3);

        cluster.runFor(Duration.ofMillis(180));
        assertThat(words(cluster.awaitAnswer(cluster.query(S1, Consistency.LEASE))))
                .isEmpty();

        cluster.runFor(Duration.ofMillis(80));
        long late = cluster.query(S1, Consistency.LEASE);
        cluster.runFor(Duration.ofMillis(50));
        assertThat(cluster.answer(late)).as("it waits for a round").isEmpty();
        assertThat(cluster.awaitAnswer(late)).isInstanceOf(Rejected.class);
    }

    /** A server may not be replaced while it holds a lease: those that answered elect nobody before it ends. */
    @Test
    void nobodyIsElectedWhileTheLeaseHolds() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).settle().partition(S1);
        Duration cutAt = cluster.now();
        cluster.until(
                () -> cluster.roleOf(S2).equals("Leader") || cluster.roleOf(S3).equals("Leader"), "another leads");

        assertThat(cluster.now().minus(cutAt)).isGreaterThan(Duration.ofMillis(245));
    }

    /** A newer term that a voter hears of meanwhile does not free it of its promise. */
    @Test
    void aPromiseOutlastsTheTerm() {
        Solo server = Solo.among(S2, S3).mayVote().hears(heartbeat(S2, 3));
        server.hears(new PreVote.Response(Solo.from(S3), 4, false)).expect().term(4);

        assertThat(server.grants(requestVote(S3, 4, EntryId.NONE))).isFalse();
        assertThat(server.grants(preVote(S3, 5, EntryId.NONE))).isFalse();

        server.runFor(Duration.ofMillis(300));
        assertThat(server.grants(requestVote(S3, 4, EntryId.NONE))).isTrue();
    }

    /** "[…] the leader needs to expire its lease" when it hands over: it frees the voters of their promise itself. */
    @Test
    void aTransferFreesTheVoters() {
        Solo server = Solo.among(S2, S3).mayVote().hears(heartbeat(S2, 3));
        server.hears(new PreVote.Response(Solo.from(S3), 4, false));

        assertThat(server.grants(new RequestVote.Request(Solo.from(S3), 4, EntryId.NONE, true)))
                .isTrue();
    }

    /** Even when nothing comes of it: whom it has asked may take over at any time. */
    @Test
    void whoHasAskedAnotherToTakeOverHasNoLease() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).settle();
        List<TimeoutNow> offices = new ArrayList<>();
        cluster.onEach(TimeoutNow.class, office -> {
            offices.add(office);
            cluster.partition(S1);
        });
        cluster.members().transfer(S2);
        cluster.runFor(Duration.ofMillis(20));

        long read = cluster.query(S1, Consistency.LEASE);
        cluster.runFor(Duration.ofMillis(50));
        assertThat(offices).hasSize(1);
        assertThat(cluster.answer(read)).isEmpty();
    }

    /** A leader does not know what is committed before it has committed something itself (§8). */
    @Test
    void noLeaseBeforeTheNoOpOfTheTermIsCommitted() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).settle();
        cluster.awaitAnswer(cluster.submitTo(S1, "a"));
        cluster.crash(S1).elect(S2);
        long read = cluster.query(S2, Consistency.LEASE);

        cluster.runFor(Duration.ofMillis(150));
        assertThat(cluster.answer(read)).isEmpty();

        cluster.settle();
        assertThat(words(cluster.awaitAnswer(read))).isEqualTo("a");
    }

    /** A process that stood still looks at the clock again before it answers. */
    @Test
    void aLeaderThatStoodStillHasNoLease() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).settle();
        cluster.pause(S1, Duration.ofSeconds(2));
        long read = cluster.query(S1, Consistency.LEASE);
        cluster.runFor(Duration.ofSeconds(1));
        cluster.awaitAnswer(cluster.submitTo(cluster.awaitLeader(), "new"));
        cluster.runFor(Duration.ofSeconds(2));

        assertThat(cluster.answer(read).filter(Queried.class::isInstance)).isEmpty();
    }

    private static String words(ClientReply answer) {
        return new String(((Queried) answer).answers()[0], StandardCharsets.UTF_8);
    }
}
