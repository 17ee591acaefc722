package io.balsa.paper;

import static io.balsa.sim.Cluster.S1;
import static io.balsa.sim.Cluster.S2;
import static io.balsa.sim.Cluster.S3;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.model.NodeId;
import io.balsa.protocol.TimeoutNow;
import io.balsa.protocol.reply.AdminReply.Transferred;
import io.balsa.protocol.reply.AdminReply.Transferred.Refusal;
import io.balsa.protocol.reply.ClientReply;
import io.balsa.protocol.reply.ClientReply.Submitted;
import io.balsa.sim.Cluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Thesis §3.10: leadership transfer extension. */
final class Thesis3_10_LeadershipTransferTest {
    private static final Duration ELECTION_TIMEOUT = Duration.ofMillis(600);

    /** "The prior leader sends a TimeoutNow request to the target server": a new term begins at once. */
    @Test
    void theTargetLeadsWithoutWaitingForAnElectionTimeout() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).submit("a").settle();
        long term = cluster.term(S1);
        Duration asked = cluster.now();

        Transferred answer = cluster.members().awaitTransfer(cluster.members().transfer(S3));
        cluster.until(() -> cluster.leader().equals(S3) && cluster.term(S3) == term + 1, "S3 leads");

        assertThat(answer.refusal()).isEmpty();
        assertThat(cluster.now().minus(asked)).isLessThan(Duration.ofMillis(100));
        cluster.submit("b").settle().expect(S1).committed("a", "b");
    }

    /** "The prior leader fully updates the target server's log": what is on its way comes first. */
    @Test
    void theTargetHoldsEverythingBeforeItIsAsked() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).submit("a").reachesOnly(S2);
        long end = cluster.lastIndex(S1);
        List<String> order = new ArrayList<>();
        cluster.onEach(TimeoutNow.class, asked -> order.add("asked, holds " + cluster.lastIndex(S3)));

        long transfer = cluster.members().transfer(S3);
        cluster.runFor(Duration.ofMillis(100));
        assertThat(order).as("before it holds everything").isEmpty();
        cluster.getsTo(S3, "a").members().awaitTransfer(transfer);

        assertThat(order).containsExactly("asked, holds " + end);
    }

    /** To healthy, lagging, stopped and unknown targets; nothing that was acknowledged is lost. */
    @Test
    void twoHundredTransfersToWhomever() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).settle();
        SplittableRandom random = new SplittableRandom(1);
        List<String> words = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            cluster.awaitLeader();
            words.add("w" + i);
            cluster.submit(words.get(i));
            transferSomewhere(cluster, random);
        }
        cluster.awaitLeader();
        cluster.settle().expect(S1).committed(words.toArray(String[]::new));
    }

    private static void transferSomewhere(Cluster cluster, SplittableRandom random) {
        NodeId leader = cluster.leader();
        NodeId heir = random.nextBoolean() ? next(leader) : next(next(leader));
        switch (random.nextInt(4)) {
            case 0 -> {
                assertThat(refusal(cluster.crash(heir), heir)).contains(Refusal.IN_VAIN);
                cluster.restart(heir).runFor(Duration.ofMillis(700));
            }
            case 1 -> assertThat(refusal(cluster, NodeId.of("S9"))).contains(Refusal.NOT_A_VOTER);
            case 2 -> {
                cluster.partition(heir).runFor(Duration.ofMillis(100)).heal();
                assertThat(refusal(cluster, heir).filter(why -> why != Refusal.IN_VAIN))
                        .isEmpty();
            }
            default -> {
                Duration asked = cluster.settle().now();
                assertThat(refusal(cluster, heir)).isEmpty();
                cluster.until(() -> cluster.leader().equals(heir), heir + " leads");
                assertThat(cluster.now().minus(asked)).isLessThan(ELECTION_TIMEOUT);
            }
        }
    }

    private static Optional<Refusal> refusal(Cluster cluster, NodeId heir) {
        return cluster.members().awaitTransfer(cluster.members().transfer(heir)).refusal();
    }

    private static NodeId next(NodeId server) {
        return server.equals(S1) ? S2 : server.equals(S2) ? S3 : S1;
    }

    /** "If leadership transfer does not complete after about an election timeout, the prior leader aborts." */
    @Test
    void aTargetThatIsDownIsGivenUpAndTheLeaderLeadsOn() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).submit("a").settle();
        long term = cluster.term(S1);
        cluster.crash(S3);
        Duration asked = cluster.now();

        Transferred answer = cluster.members().awaitTransfer(cluster.members().transfer(S3));

        assertThat(answer.refusal()).contains(Refusal.IN_VAIN);
        assertThat(cluster.now().minus(asked)).isLessThan(ELECTION_TIMEOUT.multipliedBy(2));
        assertThat(cluster.leader()).isEqualTo(S1);
        assertThat(cluster.term(S1)).isEqualTo(term);
        assertThat(cluster.awaitAnswer(cluster.submitTo(S1, "b"))).isInstanceOf(Submitted.class);
    }

    /** "The prior leader stops accepting new client requests": not before what is missing is soon there. */
    @Test
    void aTargetThatIsDownKeepsNoClientWaiting() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).submit("a").settle();
        cluster.crash(S3).submit("b");

        long transfer = cluster.members().transfer(S3);
        ClientReply answer = cluster.awaitAnswer(cluster.submitTo(S1, "c"));

        assertThat(answer).isInstanceOf(Submitted.class);
        assertThat(cluster.members().awaitTransfer(transfer).refusal()).contains(Refusal.IN_VAIN);
    }

    /** Whoever has fallen silent is not asked, although it may hold everything. */
    @Test
    void aTargetThatIsNotHeardIsNotAskedToTakeOver() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).submit("a").settle();
        cluster.crash(S3).runFor(ELECTION_TIMEOUT.multipliedBy(2));

        long transfer = cluster.members().transfer(S3);
        ClientReply answer = cluster.awaitAnswer(cluster.submitTo(S1, "b"));

        assertThat(answer).isInstanceOf(Submitted.class);
        assertThat(cluster.members().awaitTransfer(transfer).refusal()).contains(Refusal.IN_VAIN);
    }
}
