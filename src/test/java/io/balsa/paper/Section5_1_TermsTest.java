package io.balsa.paper;

import static io.balsa.sim.Cluster.S1;
import static io.balsa.sim.Cluster.S2;
import static io.balsa.sim.Cluster.S3;
import static io.balsa.sim.Solo.heartbeat;
import static io.balsa.sim.Solo.requestVote;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.model.EntryId;
import io.balsa.protocol.AppendEntries;
import io.balsa.protocol.RequestVote;
import io.balsa.sim.Cluster;
import io.balsa.sim.Solo;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** §5.1 Raft basics. */
final class Section5_1_TermsTest {

    /** "Each server stores a current term number, which increases monotonically over time." */
    @Test
    void aTermOutlivesTheProcessAndThePower() {
        Solo server = Solo.among(S2, S3).hears(heartbeat(S2, 7));
        assertThat(server.restart().term()).isEqualTo(7);
        assertThat(server.restartAfterPowerCut().term()).isEqualTo(7);
    }

    /** "If one server's current term is smaller than the other's, then it updates its current term to the larger." */
    @Test
    void aNewerTermIsTakenOverFromRequestsAndAnswersAlike() {
        Solo server = Solo.among(S2, S3).mayVote().hears(requestVote(S2, 4, EntryId.NONE));
        server.expect().term(4);

        server.hears(new AppendEntries.Response(Solo.from(S3), 6, 1, false, EntryId.NONE, 0, EntryId.NONE));
        server.expect().term(6).role("Follower");
    }

    /** "If a candidate or leader discovers that its term is out of date, it immediately reverts to follower state." */
    @Test
    void aLeaderThatWasOverthrownWhileItWasAwayFollows() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).settle();
        cluster.partition(S1).elect(S2).heal().settle();

        cluster.expect(S1).follows(S2).term(cluster.term(S2));
    }

    /** As above, for a candidate. */
    @Test
    void aCandidateThatHearsOfANewerTermFollows() {
        Solo server = Solo.among(S2, S3);
        campaign(server);
        long term = server.term();

        server.hears(new RequestVote.Response(Solo.from(S3), term + 1, false));

        server.expect().role("Follower").term(term + 1);
    }

    /** "If a server receives a request with a stale term number, it rejects the request." */
    @Test
    void requestsOfAStaleTermAreRejectedWithTheNewerOne() {
        Solo server = Solo.among(S2, S3).mayVote().hears(heartbeat(S2, 5));

        AppendEntries.Response append = server.answers(Solo.append(S3, 4, EntryId.NONE, 4));
        assertThat(append.success()).isFalse();
        assertThat(append.term()).isEqualTo(5);

        server.hears(requestVote(S3, 4, new EntryId(9, 4)));
        assertThat(server.answer(RequestVote.Response.class).granted()).isFalse();
        assertThat(server.answer(RequestVote.Response.class).term()).isEqualTo(5);
        server.expect().log().term(5).follows(S2);
    }

    /** A proposed term, in a pre-vote, is not yet a term (thesis §9.6). */
    @Test
    void preVotesRaiseNoTerm() {
        Solo server = Solo.among(S2, S3).mayVote().hears(Solo.preVote(S2, 9, EntryId.NONE));
        server.expect().term(0);
    }

    private static void campaign(Solo server) {
        server.until("PreCandidate").runFor(Duration.ofMillis(1));
        server.hears(new io.balsa.protocol.PreVote.Response(Solo.from(S2), server.term() + 1, true));
        server.expect().role("Candidate");
    }
}
