package io.balsa.paper;

import static io.balsa.sim.Cluster.S1;
import static io.balsa.sim.Cluster.S2;
import static io.balsa.sim.Cluster.S3;
import static io.balsa.sim.Cluster.S4;
import static io.balsa.sim.Cluster.S5;
import static io.balsa.sim.Solo.heartbeat;
import static io.balsa.sim.Solo.requestVote;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.model.EntryId;
import io.balsa.model.NodeId;
import io.balsa.protocol.AppendEntries;
import io.balsa.protocol.PreVote;
import io.balsa.protocol.RequestVote;
import io.balsa.sim.Cluster;
import io.balsa.sim.Solo;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** §5.2 Leader election. */
final class Section5_2_LeaderElectionTest {
    private static final Duration ELECTION_TIMEOUT = Duration.ofMillis(600);

    /** "When servers start up, they begin as followers." */
    @Test
    void serversStartAsFollowers() {
        Cluster cluster = Cluster.of(S1, S2, S3);
        cluster.expect(S1).role("Follower").term(0);
        cluster.expect(S2).role("Follower").term(0);
        cluster.expect(S3).role("Follower").term(0);
    }

    /** "A server remains in follower state as long as it receives valid RPCs from a leader or candidate." */
    @Test
    void heartbeatsKeepTheLeaderInOffice() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).settle();
        long term = cluster.term(S1);

        cluster.runFor(Duration.ofMinutes(1));

        cluster.expect(S1).leads().term(term);
    }

    /** "If a follower receives no communication over a period of time called the election timeout […]" */
    @Test
    void silenceStartsAnElection() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).settle().crash(S1);

        NodeId next = cluster.awaitLeader();

        assertThat(next).isIn(S2, S3);
        assertThat(cluster.term(next)).isGreaterThan(1);
    }

    /** "A candidate wins an election if it receives votes from a majority of the servers in the full cluster." */
    @Test
    void aMinorityElectsNobody() {
        Cluster cluster = Cluster.of(S1, S2, S3, S4, S5).elect(S1).settle().crash(S1, S2, S3);

        cluster.runFor(ELECTION_TIMEOUT.multipliedBy(20));

        cluster.expect(S4).role("PreCandidate");
        cluster.expect(S5).role("PreCandidate");
    }

    /** A majority of four is three, not two. */
    @Test
    void halfOfAnEvenClusterIsNoMajority() {
        Cluster cluster = Cluster.of(S1, S2, S3, S4).elect(S1).settle().partition(S1, S2);

        cluster.runFor(ELECTION_TIMEOUT.multipliedBy(10));

        cluster.expect(S1).role("PreCandidate");
        cluster.expect(S3).role("PreCandidate");
        cluster.heal().awaitLeader();
    }

    /** "Each server will vote for at most one candidate in a given term, on a first-come-first-served basis." */
    @Test
    void onlyTheFirstCandidateOfATermGetsTheVote() {
        Solo server = Solo.among(S2, S3).mayVote();

        assertThat(server.grants(requestVote(S2, 3, EntryId.NONE))).isTrue();
        assertThat(server.grants(requestVote(S3, 3, new EntryId(8, 2)))).isFalse();
        assertThat(server.grants(requestVote(S2, 3, EntryId.NONE))).isTrue();
    }

    /** The vote counts for the term, not for a life of the process: it is on stable storage (Figure 2). */
    @Test
    void aVoteIsRememberedAcrossCrashes() {
        Solo server = Solo.among(S2, S3).mayVote();
        assertThat(server.grants(requestVote(S2, 3, EntryId.NONE))).isTrue();

        server.restartAfterPowerCut().mayVote();
        assertThat(server.grants(requestVote(S3, 3, EntryId.NONE))).isFalse();

        server.restart().mayVote();
        assertThat(server.grants(requestVote(S3, 3, EntryId.NONE))).isFalse();
        assertThat(server.grants(requestVote(S2, 3, EntryId.NONE))).isTrue();
    }

    /** A step down within the term does not give the vote back. */
    @Test
    void aCandidateThatLosesKeepsItsVoteForItself() {
        Solo server = Solo.among(S2, S3);
        campaign(server);
        long term = server.term();

        server.hears(heartbeat(S2, term));

        server.expect().follows(S2).term(term).votedFor(S1);
        assertThat(server.grants(requestVote(S3, term, EntryId.NONE))).isFalse();
    }

    /** Votes are collected, not counted: one voter's answer that arrives twice is one vote. */
    @Test
    void twoAnswersOfOneVoterAreOneVote() {
        Solo server = Solo.among(S2, S3, S4, S5);
        server.until("PreCandidate");
        PreVote.Response ahead = new PreVote.Response(Solo.from(S2), 1, true);
        server.hears(ahead).hears(ahead);
        server.expect().role("PreCandidate");
        server.hears(new PreVote.Response(Solo.from(S3), 1, true));
        server.expect().role("Candidate");

        RequestVote.Response vote = new RequestVote.Response(Solo.from(S2), 1, true);
        server.hears(vote).hears(vote);
        server.expect().role("Candidate");

        server.hears(new RequestVote.Response(Solo.from(S3), 1, true));
        server.expect().leads();
    }

    /** A vote given in an earlier election says nothing about this one. */
    @Test
    void votesOfAnEarlierTermDoNotCount() {
        Solo server = Solo.among(S2, S3, S4, S5);
        server.hears(heartbeat(S2, 6)).until("PreCandidate");
        server.hears(new PreVote.Response(Solo.from(S2), 7, true)).hears(new PreVote.Response(Solo.from(S3), 7, true));
        server.expect().role("Candidate").term(7);

        server.hears(new RequestVote.Response(Solo.from(S2), 6, true));
        server.hears(new RequestVote.Response(Solo.from(S3), 6, true));

        server.expect().role("Candidate");
    }

    /** "If the leader's term is at least as large as the candidate's current term, […] returns to follower state." */
    @Test
    void aCandidateYieldsToTheLeaderOfItsTerm() {
        Solo server = Solo.among(S2, S3);
        campaign(server);

        server.hears(heartbeat(S3, server.term()));

        server.expect().follows(S3);
    }

    /** "If the term in the RPC is smaller […] the candidate rejects the RPC and continues in candidate state." */
    @Test
    void aCandidateRefusesAnOutdatedLeader() {
        Solo server = Solo.among(S2, S3).hears(heartbeat(S2, 4));
        server.until("PreCandidate").hears(new PreVote.Response(Solo.from(S3), 5, true));

        AppendEntries.Response answer = server.answers(heartbeat(S2, 4));

        assertThat(answer.success()).isFalse();
        assertThat(answer.term()).isEqualTo(5);
        server.expect().role("Candidate").term(5);
    }

    /** "Split votes are rare and […] are resolved quickly", whatever the seed. */
    @Test
    void everySeedElectsALeaderWithinTenTimeouts() {
        for (int seed = 1; seed <= 25; seed++) {
            Cluster cluster = Cluster.seeded(seed, S1, S2, S3, S4, S5);
            cluster.awaitLeader();
            assertThat(cluster.now()).as("seed %s", seed).isLessThan(ELECTION_TIMEOUT.multipliedBy(10));
        }
    }

    private static void campaign(Solo server) {
        server.until("PreCandidate");
        server.hears(new PreVote.Response(Solo.from(S2), server.term() + 1, true));
        server.expect().role("Candidate");
    }
}
