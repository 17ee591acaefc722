package io.balsa.role;

import static io.balsa.role.OneServer.LONGEST_TIMEOUT;
import static io.balsa.role.OneServer.N1;
import static io.balsa.role.OneServer.N2;
import static io.balsa.role.OneServer.N3;
import static io.balsa.role.OneServer.N4;
import static io.balsa.role.OneServer.N5;
import static io.balsa.role.OneServer.SHORTEST_TIMEOUT;
import static io.balsa.role.OneServer.heartbeat;
import static io.balsa.role.OneServer.voiceOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.model.Configuration;
import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import io.balsa.model.LogEntry;
import io.balsa.model.NodeId;
import io.balsa.model.Payload;
import io.balsa.protocol.AppendEntries;
import io.balsa.protocol.Hello;
import io.balsa.protocol.PreVote;
import io.balsa.protocol.RequestVote;
import io.balsa.protocol.TimeoutNow;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Elections seen from one server: what it asks, what it grants, and what it never does twice (§5.2, §5.4.1, §9.6). */
final class ElectionTest {
    private final OneServer server = new OneServer(5);

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void startsAsFollowerInTermZero() {
        assertThat(server.role()).isEqualTo(Follower.NAME);
        assertThat(server.term()).isZero();
        assertThat(server.status().votedFor()).isEmpty();
        assertThat(server.status().last()).isEqualTo(EntryId.NONE);
    }

    @Test
    void asksBeforeItRaisesItsTermWhenNoLeaderIsHeard() {
        server.pass(LONGEST_TIMEOUT + 100);
        assertThat(server.expect(N2, PreVote.Request.class).term()).isEqualTo(1);
        assertThat(server.role()).isEqualTo(PreCandidate.NAME);
        assertThat(server.term()).isZero();
    }

    /** One that is preferred gets an election timeout to itself, as long as it is heard, and not more. */
    @Test
    void letsAVoterThatIsPreferredStandFirst() {
        passWithPreferred(LONGEST_TIMEOUT + 20);
        assertThat(server.role()).isEqualTo(Follower.NAME);
        passWithPreferred(LONGEST_TIMEOUT + 100);
        assertThat(server.role()).isEqualTo(PreCandidate.NAME);
    }

    private void passWithPreferred(long millis) {
        for (long passed = 0; passed < millis; passed += 100) {
            server.tell(new Hello(voiceOf(N3), 0, false, "pekko://raft@127.0.0.1:7003/user/raft", 5, 0));
            server.pass(100);
        }
    }

    @Test
    void neverCampaignsBeforeTheShortestTimeout() {
        server.pass(SHORTEST_TIMEOUT - 10);
        assertThat(server.role()).isEqualTo(Follower.NAME);
    }

    @Test
    void aHeartbeatPutsTheElectionOff() {
        for (int i = 0; i < 4; i++) {
            server.tell(heartbeat(N2, 1, EntryId.NONE));
            server.pass(SHORTEST_TIMEOUT - 50);
        }
        assertThat(server.role()).isEqualTo(Follower.NAME);
        assertThat(server.status().leader()).contains("n2");
    }

    /** n1 comes behind n5, the last of all. */
    @Test
    void theOneBehindTheLeaderStandsAtTheBeginningOfTheRange() {
        for (int i = 0; i < 20; i++) {
            server.tell(heartbeat(N5, 1, EntryId.NONE));
            server.pass(SHORTEST_TIMEOUT - 10);
            assertThat(server.role()).isEqualTo(Follower.NAME);
            server.pass((LONGEST_TIMEOUT - SHORTEST_TIMEOUT) / 8 + 12);
            assertThat(server.role()).isEqualTo(PreCandidate.NAME);
        }
    }

    @Test
    void whoMayNotLeadIsNotFirstInLine() {
        for (int i = 3; i <= 5; i++) {
            NodeId peer = NodeId.of("n" + i);
            server.tell(new Hello(voiceOf(peer), 0, false, "pekko://raft@127.0.0.1:700" + i + "/user/raft", 0, 0));
        }
        server.tell(heartbeat(N2, 1, EntryId.NONE));
        server.pass(SHORTEST_TIMEOUT + (LONGEST_TIMEOUT - SHORTEST_TIMEOUT) / 8 + 12);
        assertThat(server.role()).isEqualTo(PreCandidate.NAME);
    }

    /** Neither it nor the leader is a voter: the search through the ring must end all the same. */
    @Test
    void aLearnerThatHearsALeaderOnItsWayOutIsNotFirstInLine() {
        server.tell(without(N1, N2));
        server.tell(heartbeat(N2, 1, new EntryId(1, 1)));
        server.pass(SHORTEST_TIMEOUT - 10);
        assertThat(server.role()).isEqualTo(Follower.NAME);
    }

    @Test
    void theOthersLeaveTheBeginningOfTheRangeToIt() {
        for (int i = 0; i < 20; i++) {
            server.tell(new Hello(voiceOf(N3), 0, false, "pekko://raft@127.0.0.1:7003/user/raft", 1, 0));
            server.tell(heartbeat(N2, 1, EntryId.NONE));
            server.pass(SHORTEST_TIMEOUT + (LONGEST_TIMEOUT - SHORTEST_TIMEOUT) / 4 - 10);
            assertThat(server.role()).isEqualTo(Follower.NAME);
            server.pass(LONGEST_TIMEOUT);
            assertThat(server.role()).isEqualTo(PreCandidate.NAME);
        }
    }

    @Test
    void campaignsWithPreVotesFromAMajorityAndLeadsWithVotesFromOne() {
        becomePreCandidate();
        server.tell(new PreVote.Response(voiceOf(N2), 1, true));
        assertThat(server.role()).isEqualTo(PreCandidate.NAME);
        server.tell(new PreVote.Response(voiceOf(N3), 1, true));
        assertThat(server.role()).isEqualTo(Candidate.NAME);
        assertThat(server.term()).isEqualTo(1);
        assertThat(server.expect(N4, PreVote.Request.class)).isNotNull();
        assertThat(server.expect(N4, RequestVote.Request.class).transfer()).isFalse();
        server.tell(new RequestVote.Response(voiceOf(N2), 1, true));
        server.tell(new RequestVote.Response(voiceOf(N3), 1, true));
        assertThat(server.role()).isEqualTo(Leader.NAME);
        assertThat(server.status().last()).isEqualTo(new EntryId(2, 1));
    }

    @Test
    void countsAVoterOnceHoweverOftenItsVoteArrives() {
        becomeCandidate();
        for (int i = 0; i < 5; i++) {
            server.tell(new RequestVote.Response(voiceOf(N2), 1, true));
        }
        assertThat(server.role()).isEqualTo(Candidate.NAME);
    }

    @Test
    void doesNotCountVotesOfAnotherTerm() {
        becomeCandidate();
        server.tell(new RequestVote.Response(voiceOf(N2), 0, true));
        server.tell(new RequestVote.Response(voiceOf(N3), 0, true));
        assertThat(server.role()).isEqualTo(Candidate.NAME);
    }

    @Test
    void givesUpWhenAMajorityRefuses() {
        becomeCandidate();
        server.tell(new RequestVote.Response(voiceOf(N2), 1, false));
        server.tell(new RequestVote.Response(voiceOf(N3), 1, false));
        assertThat(server.role()).isEqualTo(Candidate.NAME);
        server.tell(new RequestVote.Response(voiceOf(N4), 1, false));
        assertThat(server.role()).isEqualTo(Follower.NAME);
        assertThat(server.status().votedFor())
                .as("its vote in this term stays given")
                .contains("n1");
    }

    @Test
    void votesOncePerTermAlsoAfterARestart() {
        server.pass(SHORTEST_TIMEOUT);
        server.tell(new RequestVote.Request(voiceOf(N2), 5, EntryId.NONE, false));
        assertThat(server.expect(N2, RequestVote.Response.class).granted()).isTrue();
        server.restart();
        server.pass(SHORTEST_TIMEOUT);
        server.tell(new RequestVote.Request(voiceOf(N3), 5, EntryId.NONE, false));
        assertThat(server.expect(N3, RequestVote.Response.class).granted()).isFalse();
        server.tell(new RequestVote.Request(voiceOf(N2), 5, EntryId.NONE, false));
        assertThat(server.expect(N2, RequestVote.Response.class).granted()).isTrue();
    }

    @Test
    void votesForNobodyRightAfterItsStart() {
        server.tell(new RequestVote.Request(voiceOf(N2), 5, EntryId.NONE, false));
        assertThat(server.expect(N2, RequestVote.Response.class).granted()).isFalse();
        server.tell(new PreVote.Request(voiceOf(N2), 6, EntryId.NONE));
        assertThat(server.expect(N2, PreVote.Response.class).granted()).isFalse();
    }

    @Test
    void refusesAVoteToAShorterLog() {
        server.tell(OneServer.append(N2, 1, EntryId.NONE, 1, 1));
        server.pass(LONGEST_TIMEOUT);
        server.tell(new RequestVote.Request(voiceOf(N3), 9, new EntryId(1, 1), false));
        assertThat(server.term()).isEqualTo(9);
        assertThat(server.status().votedFor()).isEmpty();
    }

    @Test
    void aVoteIsOnDiskBeforeItIsGiven() {
        server.pass(SHORTEST_TIMEOUT);
        server.tell(new RequestVote.Request(voiceOf(N2), 5, EntryId.NONE, false));
        server.expect(N2, RequestVote.Response.class);
        server.restart();
        assertThat(server.term()).isEqualTo(5);
        assertThat(server.status().votedFor()).contains("n2");
    }

    @Test
    void ignoresACampaignWhileItHearsALeader() {
        server.pass(SHORTEST_TIMEOUT);
        server.tell(heartbeat(N2, 1, EntryId.NONE));
        server.told(N3);
        server.tell(new RequestVote.Request(voiceOf(N3), 7, new EntryId(9, 1), false));
        assertThat(server.term()).isEqualTo(1);
        server.expectNothing(N3);
    }

    @Test
    void takesPartInACampaignThatTheLeaderAskedFor() {
        server.pass(SHORTEST_TIMEOUT);
        server.tell(heartbeat(N2, 1, EntryId.NONE));
        server.tell(new RequestVote.Request(voiceOf(N3), 2, EntryId.NONE, true));
        assertThat(server.expect(N3, RequestVote.Response.class).granted()).isTrue();
    }

    @Test
    void refusesAPreVoteWhileItHearsALeaderAndKeepsItsTerm() {
        server.pass(SHORTEST_TIMEOUT);
        server.tell(heartbeat(N2, 1, EntryId.NONE));
        server.tell(new PreVote.Request(voiceOf(N3), 50, new EntryId(9, 9)));
        assertThat(server.expect(N3, PreVote.Response.class).granted()).isFalse();
        assertThat(server.term()).isEqualTo(1);
    }

    @Test
    void campaignsAtOnceWhenTheLeaderAsks() {
        server.pass(SHORTEST_TIMEOUT);
        server.tell(heartbeat(N2, 1, EntryId.NONE));
        server.tell(new TimeoutNow(voiceOf(N2), 1));
        assertThat(server.role()).isEqualTo(Candidate.NAME);
        server.expect(N3, RequestVote.Request.class);
        assertThat(server.term()).isEqualTo(2);
    }

    @Test
    void aCandidateFollowsTheLeaderOfItsTerm() {
        becomeCandidate();
        server.tell(heartbeat(N3, 1, EntryId.NONE));
        assertThat(server.role()).isEqualTo(Follower.NAME);
        assertThat(server.status().leader()).contains("n3");
        assertThat(server.status().votedFor()).contains("n1");
    }

    @Test
    void answersAnOldLeaderWithTheNewTerm() {
        server.tell(heartbeat(N2, 4, EntryId.NONE));
        server.expect(N2, AppendEntries.Response.class);
        server.tell(heartbeat(N3, 3, EntryId.NONE));
        AppendEntries.Response refusal = server.expect(N3, AppendEntries.Response.class);
        assertThat(refusal.success()).isFalse();
        assertThat(refusal.term()).isEqualTo(4);
    }

    private void becomePreCandidate() {
        server.pass(LONGEST_TIMEOUT + 100);
        assertThat(server.role()).isEqualTo(PreCandidate.NAME);
    }

    private void becomeCandidate() {
        becomePreCandidate();
        long proposed = server.term() + 1;
        server.tell(new PreVote.Response(voiceOf(N2), proposed, true));
        server.tell(new PreVote.Response(voiceOf(N3), proposed, true));
        assertThat(server.role()).isEqualTo(Candidate.NAME);
    }

    /** n2 tells of a configuration in which neither it nor this server votes. */
    private static AppendEntries.Request without(NodeId... others) {
        SortedMap<NodeId, String> members = new TreeMap<>();
        for (int i = 1; i <= 5; i++) {
            members.put(NodeId.of("n" + i), "pekko://raft@127.0.0.1:700" + i + "/user/raft");
        }
        SortedSet<NodeId> voters = new TreeSet<>(members.keySet());
        voters.removeAll(List.of(others));
        Payload payload = new Payload.Reconfigure(new Configuration(members, voters, new TreeSet<>()));
        Entries entries = Entries.of(List.of(new LogEntry(new EntryId(1, 1), 0, payload)));
        return new AppendEntries.Request(voiceOf(N2), 1, EntryId.NONE, entries.toByteArray(), 0, 1);
    }
}
