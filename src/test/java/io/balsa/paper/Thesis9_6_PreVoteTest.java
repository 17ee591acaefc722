package io.balsa.paper;

import static io.balsa.sim.Cluster.S1;
import static io.balsa.sim.Cluster.S2;
import static io.balsa.sim.Cluster.S3;
import static io.balsa.sim.Solo.heartbeat;
import static io.balsa.sim.Solo.preVote;
import static io.balsa.sim.Solo.requestVote;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.model.EntryId;
import io.balsa.protocol.PreVote;
import io.balsa.protocol.RequestVote;
import io.balsa.sim.Cluster;
import io.balsa.sim.Solo;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Thesis §9.6: preventing disruptions when a server rejoins the cluster. */
final class Thesis9_6_PreVoteTest {

    /** "A candidate only increments its term if it first learns […] that a majority would be willing to vote." */
    @Test
    void aServerThatIsCutOffKeepsItsTerm() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).settle().partition(S3);
        long term = cluster.term(S1);

        cluster.runFor(Duration.ofMinutes(1));
        cluster.expect(S3).role("PreCandidate").term(term);

        cluster.heal().runFor(Duration.ofSeconds(2)).expect(S1).leads().term(term);
        cluster.expect(S3).follows(S1).term(term);
    }

    /** "[…] if they have not heard from a valid leader for at least a baseline election timeout." */
    @Test
    void whoHearsALeaderGrantsNoPreVote() {
        Solo server = Solo.among(S2, S3).mayVote().hears(heartbeat(S2, 3));
        assertThat(server.grants(preVote(S3, 4, EntryId.NONE))).isFalse();

        server.runFor(Duration.ofMillis(300));
        assertThat(server.grants(preVote(S3, 4, EntryId.NONE))).isTrue();
    }

    /** §6: "servers disregard RequestVote RPCs when they believe a current leader exists", term and all. */
    @Test
    void aVoteRequestDoesNotDisturbALivingLeader() {
        Solo server = Solo.among(S2, S3).mayVote().hears(heartbeat(S2, 3));

        server.hears(requestVote(S3, 9, new EntryId(9, 8)));

        assertThat(server.said(RequestVote.Response.class)).isEmpty();
        server.expect().term(3).follows(S2);
    }

    /** A transfer is the leader's own wish, and may disturb it (thesis §3.10). */
    @Test
    void aTransferMayDisturbTheLeader() {
        Solo server = Solo.among(S2, S3).mayVote().hears(heartbeat(S2, 3));

        server.hears(new RequestVote.Request(Solo.from(S3), 4, EntryId.NONE, true));

        assertThat(server.answer(RequestVote.Response.class).granted()).isTrue();
        server.expect().term(4).votedFor(S3);
    }

    /** A pre-vote promises nothing: two may be granted, and none is kept. */
    @Test
    void preVotesAreNotVotes() {
        Solo server = Solo.among(S2, S3).mayVote();

        assertThat(server.grants(preVote(S2, 1, EntryId.NONE))).isTrue();
        assertThat(server.grants(preVote(S3, 1, EntryId.NONE))).isTrue();
        assertThat(server.grants(requestVote(S3, 1, EntryId.NONE))).isTrue();
    }

    /** A granted pre-vote for another proposal, or a late one, elects nobody. */
    @Test
    void onlyAnswersToTheCurrentProposalCount() {
        Solo server = Solo.among(S2, S3).hears(heartbeat(S2, 3)).until("PreCandidate");

        server.hears(new PreVote.Response(Solo.from(S2), 3, true));
        server.hears(new PreVote.Response(Solo.from(S3), 5, true));
        server.expect().role("PreCandidate").term(3);

        server.hears(new PreVote.Response(Solo.from(S3), 4, true));
        server.expect().role("Candidate").term(4);
    }

    /** A server grants nothing right after its start: it may have promised a lease before. */
    @Test
    void aServerThatHasJustStartedGrantsNothing() {
        Solo server = Solo.among(S2, S3);
        assertThat(server.grants(preVote(S2, 1, EntryId.NONE))).isFalse();
        assertThat(server.grants(requestVote(S2, 1, EntryId.NONE))).isFalse();
        assertThat(server.mayVote().grants(requestVote(S2, 1, EntryId.NONE))).isTrue();
    }

    /** A process that stood still hears its leader's waiting heartbeats before it campaigns. */
    @Test
    void aPausedFollowerDoesNotCampaign() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).settle();
        long term = cluster.term(S1);

        cluster.pause(S3, Duration.ofSeconds(5)).runFor(Duration.ofSeconds(10));

        cluster.expect(S1).leads().term(term);
        cluster.expect(S3).follows(S1);
    }
}
