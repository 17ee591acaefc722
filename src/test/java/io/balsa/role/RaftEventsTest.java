package io.balsa.role;

import static io.balsa.role.OneServer.N1;
import static io.balsa.role.OneServer.N2;
import static io.balsa.role.OneServer.N3;
import static io.balsa.role.OneServer.append;
import static io.balsa.role.OneServer.heartbeat;
import static io.balsa.role.OneServer.voiceOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.model.EntryId;
import io.balsa.model.NodeId;
import io.balsa.protocol.AppendEntries;
import io.balsa.protocol.Hello;
import io.balsa.protocol.RequestVote;
import io.balsa.trace.RaftEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.event.EventStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a server tells applications of itself: each turn once, in order, and nothing for each entry. */
final class RaftEventsTest {
    private static final RaftEvent MARKER = new RaftEvent.StorageFull(NodeId.of("marker"), 0, false);

    private final OneServer server = new OneServer(5);
    private final TestProbe<RaftEvent> application = server.kit().createTestProbe();
    private final EventStream stream = Adapter.toClassic(server.kit().system()).eventStream();

    @BeforeEach
    void listen() {
        stream.subscribe(Adapter.toClassic(application.getRef()), RaftEvent.class);
    }

    @AfterEach
    void close() {
        stream.unsubscribe(Adapter.toClassic(application.getRef()));
        server.close();
    }

    @Test
    void anElectionThatIsWonIsToldFromBeginningToEnd() {
        server.lead();

        List<RaftEvent> told = told();
        assertThat(told.get(0)).isEqualTo(state(0, "Follower", "PreCandidate", "no leader heard"));
        assertThat(told.get(1)).isEqualTo(new RaftEvent.TermChanged(N1, 1, 0));
        assertThat(told.get(2)).isEqualTo(state(1, "PreCandidate", "Candidate", "pre-votes granted by [n1, n2, n3]"));
        assertThat(told.get(3)).isEqualTo(new RaftEvent.ElectionStarted(N1, 1, "pre-votes granted by [n1, n2, n3]"));
        assertThat(told.get(4)).isEqualTo(state(1, "Candidate", "Leader", "granted by [n1, n2, n3]"));
        assertThat(told.get(5)).isEqualTo(new RaftEvent.ElectionWon(N1, 1, "granted by [n1, n2, n3]"));
        assertThat(told.get(6)).isEqualTo(new RaftEvent.LeaderChanged(N1, 1, Optional.of(N1)));
        assertThat(told).hasSize(7);
    }

    @Test
    void anElectionThatIsLostSaysWhy() {
        server.bringTo(Candidate.NAME);
        told();

        server.tell(new RequestVote.Request(voiceOf(N3), server.term() + 1, new EntryId(9, 1), false));

        assertThat(told())
                .contains(new RaftEvent.ElectionLost(N1, server.term(), "term " + server.term() + " heard from n3"))
                .contains(new RaftEvent.TermChanged(N1, server.term(), server.term() - 1));
    }

    @Test
    void aFollowerTellsWhomItFollowsAndWhenItFollowsNobody() {
        server.tell(heartbeat(N2, 1, EntryId.NONE));
        server.tell(heartbeat(N2, 1, EntryId.NONE));
        assertThat(of(RaftEvent.LeaderChanged.class))
                .containsExactly(new RaftEvent.LeaderChanged(N1, 1, Optional.of(N2)));

        server.tell(heartbeat(N3, 2, EntryId.NONE));
        assertThat(of(RaftEvent.LeaderChanged.class))
                .containsExactly(
                        new RaftEvent.LeaderChanged(N1, 2, Optional.empty()),
                        new RaftEvent.LeaderChanged(N1, 2, Optional.of(N3)));
    }

    @Test
    void aLeaderThatIsNearlyGivenUpIsLate() {
        server.tell(heartbeat(N2, 1, EntryId.NONE));
        server.pass(390);
        server.tell(heartbeat(N2, 1, EntryId.NONE));
        assertThat(of(RaftEvent.HeartbeatLate.class)).isEmpty();

        server.pass(450);
        server.tell(heartbeat(N2, 1, EntryId.NONE));

        assertThat(of(RaftEvent.HeartbeatLate.class))
                .containsExactly(new RaftEvent.HeartbeatLate(N1, 1, N2, Duration.ofMillis(450)));
    }

    @Test
    void aFollowerThatDoesNotAnswerIsToldOnceUntilItDoes() {
        server.lead();
        answerAll(1);
        server.pass(100);
        assertThat(of(RaftEvent.HeartbeatUnanswered.class)).isEmpty();

        server.pass(200);
        assertThat(of(RaftEvent.HeartbeatUnanswered.class))
                .extracting(RaftEvent.HeartbeatUnanswered::follower)
                .containsExactly(N2, N3, OneServer.N4, OneServer.N5);

        answerAll(4);
        server.pass(100);
        assertThat(of(RaftEvent.HeartbeatUnanswered.class)).isEmpty();
        server.pass(100);
        assertThat(of(RaftEvent.HeartbeatUnanswered.class)).hasSize(4);
    }

    @Test
    void aPeerThatFallsSilentAndComesBackIsToldOnceEach() {
        server.pass(300);
        server.silence(N3);
        told();
        follow(2100);
        assertThat(of(RaftEvent.PeerSilent.class)).containsExactly(new RaftEvent.PeerSilent(N1, 1, N3));

        server.tell(new Hello(voiceOf(N3), 0, false, "pekko://raft@127.0.0.1:7999/user/raft", 1, 0));
        follow(300);
        assertThat(of(RaftEvent.PeerHeard.class)).containsExactly(new RaftEvent.PeerHeard(N1, 1, N3));
    }

    @Test
    void manyCommitsAreToldTogether() {
        server.tell(append(N2, 1, EntryId.NONE, 1, 1, 1));
        for (long index = 1; index <= 3; index++) {
            EntryId last = new EntryId(3, 1);
            server.tell(new AppendEntries.Request(voiceOf(N2), 1, last, new byte[0], index, 1));
        }
        assertThat(of(RaftEvent.CommitAdvanced.class)).isEmpty();

        follow(600);

        assertThat(of(RaftEvent.CommitAdvanced.class))
                .containsExactly(new RaftEvent.CommitAdvanced(N1, 1, new EntryId(3, 1)));
    }

    private static RaftEvent state(long term, String from, String to, String reason) {
        return new RaftEvent.StateChanged(N1, term, from, to, reason);
    }

    /** Lets time pass while n2 leads. */
    private void follow(int millis) {
        for (int left = millis; left > 0; left -= 100) {
            server.tell(heartbeat(N2, 1, EntryId.NONE));
            server.pass(100);
        }
    }

    private void answerAll(long round) {
        for (NodeId peer : List.of(N2, N3, OneServer.N4, OneServer.N5)) {
            server.tell(new AppendEntries.Response(voiceOf(peer), 1, round, true, EntryId.NONE, 0, EntryId.NONE));
        }
    }

    private <T extends RaftEvent> List<T> of(Class<T> type) {
        return told().stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** What was told since this was last asked. */
    private List<RaftEvent> told() {
        server.status();
        application.getRef().tell(MARKER);
        List<RaftEvent> told = new ArrayList<>();
        for (RaftEvent next = application.receiveMessage(); next != MARKER; next = application.receiveMessage()) {
            told.add(next);
        }
        return told;
    }
}
