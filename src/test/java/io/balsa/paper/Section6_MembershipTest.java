package io.balsa.paper;

import static io.balsa.sim.Cluster.S1;
import static io.balsa.sim.Cluster.S2;
import static io.balsa.sim.Cluster.S3;
import static io.balsa.sim.Cluster.S4;
import static io.balsa.sim.Cluster.S5;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.model.Configuration;
import io.balsa.model.NodeId;
import io.balsa.protocol.AdminRequest.Members;
import io.balsa.protocol.RequestVote;
import io.balsa.protocol.reply.AdminReply.MembersChanged.Refusal;
import io.balsa.protocol.reply.ClientReply.Submitted;
import io.balsa.sim.Cluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** §6: cluster membership changes; the new servers join without a vote first (thesis §4.2.1). */
final class Section6_MembershipTest {
    private static final Duration LONG = Duration.ofSeconds(5);

    /** "The cluster first switches to […] joint consensus", and from there to the new configuration. */
    @Test
    void fromAnySetOfVotersToAnyOtherInOneCommand() {
        Cluster cluster = Cluster.withSpares(List.of(S1, S2, S3), S4, S5)
                .elect(S3)
                .submit("a")
                .settle();
        cluster.members().start(S4, S5).change(replaceOneAndTwo());
        cluster.submit("b").settle();

        assertThat(cluster.members().newest().voters()).containsExactly(S3, S4, S5);
        assertThat(cluster.members().newest().members()).doesNotContainKeys(S1, S2);
        cluster.expect(S4).committed("a", "b");
        cluster.crash(S1, S2, S3).until(() -> leads(cluster, S4) || leads(cluster, S5), "the new ones go on alone");
    }

    /** "A server always uses the latest configuration in its log, regardless of whether the entry is committed." */
    @Test
    void aConfigurationCountsBeforeItIsCommitted() {
        Cluster cluster = learning();
        cluster.silence(S2, S1).silence(S3, S1).members().ask(Members.promoting("S4"));
        cluster.until(() -> cluster.members().seenBy(S4).isJoint(), "S4 has the joint configuration");

        assertThat(cluster.members().seenBy(S1).isJoint()).isTrue();
        assertThat(cluster.members().newest().isJoint()).isFalse();
        assertThat(cluster.members().seenBy(S4).isVoter(S4)).isTrue();
    }

    /** "Log entries for C_old,new can be overwritten", and then the configuration before is the newest again. */
    @Test
    void aConfigurationThatIsTruncatedIsForgotten() {
        Cluster cluster = learning().partition(S1, S4);
        Configuration before = cluster.members().newest();
        cluster.members().ask(Members.promoting("S4"));
        cluster.until(() -> cluster.members().seenBy(S4).isJoint(), "S4 has the joint configuration");

        cluster.until(() -> leads(cluster, S2) || leads(cluster, S3), "the others go on");
        cluster.heal().submit("b").settle();

        assertThat(cluster.members().seenBy(S1)).isEqualTo(before);
        assertThat(cluster.members().seenBy(S4)).isEqualTo(before);
    }

    /** "Agreement (for elections and entry commitment) requires separate majorities from both". */
    @Test
    void whileJointNothingIsCommittedWithoutAMajorityOfTheOldOnes() {
        Cluster cluster = Cluster.withSpares(List.of(S1, S2, S3), S4, S5)
                .elect(S1)
                .submit("a")
                .settle();
        cluster.members().start(S4, S5).add(S4, S5);
        cluster.settle().silence(S2, S1).silence(S3, S1);
        cluster.members().ask(new Members(Map.of(), List.of("S4", "S5"), List.of(), List.of(), List.of(), true));
        cluster.until(() -> cluster.members().seenBy(S4).isJoint(), "the new ones have the joint configuration");
        long commit = cluster.lastIndex(S4) - 1;
        cluster.runFor(Duration.ofMillis(300)).expect(S1).commitIndex(commit);
    }

    /** "A new leader may be chosen under either C_old or C_old,new", and finishes the change. */
    @Test
    void whoLeadsNextFinishesTheChange() {
        Cluster cluster = learning();
        cluster.members().ask(Members.promoting("S4"));
        cluster.until(() -> cluster.members().seenBy(S2).isJoint(), "a follower has the joint configuration");
        cluster.crash(S1);
        cluster.until(() -> cluster.members().newest().voters().contains(S4), "the joint configuration is committed");
        cluster.until(() -> !cluster.members().newest().isJoint(), "and the new one after it");
        cluster.restart(S1).settle();
        assertThat(cluster.members().seenBy(S1).voters()).containsExactly(S1, S2, S3, S4);
    }

    /** "The leader steps down (returns to follower state) once it has committed the C_new log entry." */
    @Test
    void aLeaderThatIsNotPartOfTheNewConfigurationStepsDown() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).submit("a").settle();
        Duration asked = cluster.now();
        cluster.members().change(Members.removing("S1"));

        cluster.until(() -> leads(cluster, S2) || leads(cluster, S3), "another leads");
        assertThat(cluster.now().minus(asked)).as("without an election timeout").isLessThan(Duration.ofMillis(300));
        cluster.expect(S1).role("Follower");
        cluster.submit("b").settle().expect(S2).committed("a", "b");
    }

    /** "A server that is not part of its own latest configuration should still start new elections" (thesis §4.2.2). */
    @Test
    void whoLeavesStandsForElectionUntilItKnowsThatItIsGone() {
        Cluster cluster = Cluster.of(S1, S2).elect(S1).submit("a").settle();
        cluster.members().ask(Members.removing("S1"));
        cluster.until(() -> !cluster.members().seenBy(S1).isVoter(S1), "S1 holds the new configuration");
        cluster.silence(S1, S2).runFor(Duration.ofMillis(20));
        assertThat(cluster.members().seenBy(S2).isJoint()).isTrue();
        cluster.crash(S1).heal().restart(S1);

        cluster.until(() -> leads(cluster, S2), "S2, without whose vote S1 cannot know that it is gone");
        assertThat(cluster.members().seenBy(S2).voters()).containsExactly(S2);
    }

    /** It waits for members that are in its file, more of them than strangers may speak to it; another one leads. */
    @Test
    void aNewServerFindsALeaderThatItsFileDoesNotName() {
        NodeId last = NodeId.of("S7");
        Cluster cluster = Cluster.withSpares(List.of(S1, S2, S3, S4, S5), NodeId.of("S6"), last)
                .elect(S1)
                .submit("a")
                .settle();
        cluster.members().start(last);
        cluster.runFor(LONG);
        NodeId leader = NodeId.of("S6");
        cluster.members().start(leader).add(leader).change(Members.promoting("S6"));
        cluster.settle();
        cluster.members().change(Members.demoting("S1", "S2", "S3", "S4", "S5"));
        cluster.until(() -> leads(cluster, leader), "one leads that S7 does not know");

        cluster.members().add(last);
        cluster.settle().expect(last).committed("a");
    }

    /** "Removed servers (those not in C_new) can disrupt the cluster": these do not. */
    @Test
    void aRemovedServerThatNeverHeardOfItDisturbsNobody() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).submit("a").settle().partition(S3);
        cluster.runFor(Duration.ofSeconds(1)).members().change(Members.removing("S3"));
        long term = cluster.term(S1);
        assertThat(cluster.members().seenBy(S3).isVoter(S3))
                .as("it takes itself for a voter")
                .isTrue();

        cluster.heal().runFor(LONG).expect(S1).leads().term(term);
    }

    /** "New servers join the cluster as non-voting members (the leader replicates log entries to them […])". */
    @Test
    void withTwoOfThreeVotersDownTwoLearnersCommitNothing() {
        Cluster cluster = Cluster.withSpares(List.of(S1, S2, S3), S4, S5)
                .elect(S1)
                .submit("a")
                .settle();
        cluster.members().start(S4, S5).add(S4, S5).then().settle();
        List<NodeId> candidates = new ArrayList<>();
        cluster.onEach(RequestVote.Request.class, asks -> candidates.add(asks.from()));

        cluster.crash(S4, S5).submit("b");
        cluster.until(() -> cluster.members().newest().isLearner(S4), "it goes on without the learners");
        cluster.restart(S4, S5).settle().expect(S5).committed("a", "b");
        cluster.crash(S2, S3).submit("c").runFor(LONG);

        cluster.expect(S5).committed("a", "b").role("Follower");
        assertThat(candidates).isEmpty();
    }

    /** "[…] non-voting members": they are "not yet counted towards majorities for voting or commitment purposes". */
    @Test
    void withBothLearnersDownThreeVotersCommitEverything() {
        Cluster cluster = Cluster.withSpares(List.of(S1, S2, S3), S4, S5)
                .elect(S1)
                .submit("a")
                .settle();
        cluster.members().start(S4, S5).add(S4, S5).then().settle();

        cluster.crash(S4, S5);
        assertThat(cluster.awaitAnswer(cluster.submitTo(S1, "b"))).isInstanceOf(Submitted.class);
        cluster.crash(S1).elect(S2).settle();
        assertThat(cluster.awaitAnswer(cluster.submitTo(S2, "c"))).isInstanceOf(Submitted.class);

        cluster.expect(S2).committed("a", "b", "c");
    }

    /** It may not know yet that it has a vote, and is needed (thesis §4.2, raft-rs #57). */
    @Test
    void whoDoesNotKnowYetThatItVotesGrantsItsVote() {
        Cluster cluster =
                Cluster.withSpares(List.of(S1), S2).elect(S1).submit("a").settle();
        cluster.members().start(S2).add(S2).then().settle();
        cluster.silence(S1, S2).members().ask(Members.promoting("S2"));
        cluster.until(() -> cluster.members().seenBy(S1).isJoint(), "S1 has the joint configuration");
        cluster.runFor(Duration.ofMillis(20)).crash(S1).heal().restart(S1);

        cluster.until(() -> leads(cluster, S1), "S1 is elected with the vote of S2");
        cluster.until(() -> cluster.members().newest().isVoter(S2), "the joint configuration is committed");
        cluster.until(() -> !cluster.members().newest().isJoint(), "and the new one after it");
        assertThat(cluster.members().newest().voters()).containsExactly(S1, S2);
    }

    /**
     * The scenario of Ongaro's correction (raft-dev, 2015) with four servers: a change that only its leader and the new
     * one hold, and another by the next leader, which does not know of the first.
     */
    @Test
    void noChangeBeforeAnEntryOfTheTermIsCommitted() {
        Cluster cluster = Cluster.withSpares(List.of(S1, S2, S3, S4), S5)
                .elect(S1)
                .submit("a")
                .settle();
        cluster.members().start(S5).add(S5).then().settle().partition(S1, S5);
        cluster.members().ask(Members.promoting("S5"));
        cluster.until(() -> cluster.members().seenBy(S5).isJoint(), "S5 has the first change");

        cluster.elect(S2);
        assertThat(cluster.members()
                        .await(cluster.members().ask(Members.removing("S1")))
                        .refusal())
                .contains(Refusal.NOT_READY);

        cluster.heal().settle();
        assertThat(cluster.members().seenBy(S1).voters()).containsExactly(S1, S2, S3, S4);
        cluster.members().change(Members.removing("S1"));
        cluster.submit("b").settle().expect(S5).committed("a", "b");
    }

    /** A disk that is lost takes its promises with it: the server votes again only when the cluster knows. */
    @Test
    void whoComesBackWithAnEmptyDiskHasNoVoteUntilItIsKnownByIt() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).submit("a").settle();
        cluster.members().loseDisk(S2).then().crash(S3).runFor(LONG);
        assertThat(cluster.lastIndex(S2)).as("it is not even heard").isZero();

        cluster.restart(S3).awaitLeader();
        cluster.submit("b").members().change(Members.renewing("S2"));
        cluster.settle().expect(S2).committed("a", "b");
        cluster.crash(S3).awaitLeader();
        cluster.submit("c").until(() -> cluster.lastIndex(S1) == cluster.lastIndex(S2), "S2 counts again");
    }

    private static Cluster learning() {
        Cluster cluster = Cluster.withSpares(List.of(S1, S2, S3), S4)
                .elect(S1)
                .submit("a")
                .settle();
        return cluster.members().start(S4).add(S4).then().settle();
    }

    private static Members replaceOneAndTwo() {
        Map<String, String> add = Map.of("S4", Cluster.address(S4), "S5", Cluster.address(S5));
        return new Members(add, List.of("S4", "S5"), List.of(), List.of("S1", "S2"), List.of(), false);
    }

    private static boolean leads(Cluster cluster, NodeId id) {
        return cluster.roleOf(id).equals("Leader");
    }
}
