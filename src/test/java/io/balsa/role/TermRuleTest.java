package io.balsa.role;

import static io.balsa.role.OneServer.N2;
import static io.balsa.role.OneServer.N3;
import static io.balsa.role.OneServer.voiceOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.model.EntryId;
import io.balsa.protocol.AppendEntries;
import io.balsa.protocol.InstallSnapshot;
import io.balsa.protocol.InstallSnapshot.State;
import io.balsa.protocol.PreVote;
import io.balsa.protocol.RaftMessage;
import io.balsa.protocol.RequestVote;
import io.balsa.protocol.Rpc;
import io.balsa.protocol.TimeoutNow;
import java.util.List;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * §5.1: "If RPC request or response contains term T > currentTerm: set currentTerm = T, convert to follower"; "if a
 * server receives a request with a stale term number, it rejects the request". In every role, for every message.
 */
final class TermRuleTest {
    private final OneServer server = new OneServer(3);

    @AfterEach
    void close() {
        server.close();
    }

    static Stream<Arguments> everyMessageInEveryRole() {
        List<LongFunction<RaftMessage>> messages = List.of(
                term -> OneServer.heartbeat(N3, term, EntryId.NONE),
                term -> new AppendEntries.Response(voiceOf(N3), term, 0, false, EntryId.NONE, 0, EntryId.NONE),
                term -> new RequestVote.Request(voiceOf(N3), term, EntryId.NONE, true),
                term -> new RequestVote.Response(voiceOf(N3), term, false),
                term -> new InstallSnapshot.Request(
                        voiceOf(N3),
                        term,
                        new EntryId(9, 1),
                        0,
                        new byte[1],
                        InstallSnapshot.checksum(new byte[1]),
                        false),
                term -> new InstallSnapshot.Response(voiceOf(N3), term, new EntryId(9, 1), 0, State.MISSED),
                term -> new PreVote.Response(voiceOf(N3), term, false),
                term -> new Rpc.ReadIndex.Request(voiceOf(N3), term, 1),
                term -> new Rpc.ReadIndex.Response(voiceOf(N3), term, 1, true, 0));
        return Stream.of(Follower.NAME, PreCandidate.NAME, Candidate.NAME, Leader.NAME)
                .flatMap(role -> messages.stream().map(message -> Arguments.of(role, message)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("everyMessageInEveryRole")
    void aNewerTermIsSavedAndFollowed(String role, LongFunction<RaftMessage> message) {
        server.bringTo(role);
        long newer = server.term() + 3;
        server.tell(message.apply(newer));
        assertThat(server.role()).isEqualTo(Follower.NAME);
        assertThat(server.term()).isEqualTo(newer);
        server.restart();
        assertThat(server.term()).as("it was on disk").isEqualTo(newer);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("everyMessageInEveryRole")
    void anOlderTermChangesNothing(String role, LongFunction<RaftMessage> message) {
        server.tell(OneServer.heartbeat(N2, 5, EntryId.NONE));
        server.bringTo(role);
        long term = server.term();
        server.tell(message.apply(term - 2));
        assertThat(server.role()).isEqualTo(role);
        assertThat(server.term()).isEqualTo(term);
    }

    static Stream<Arguments> everyProposalInEveryRole() {
        List<LongFunction<RaftMessage>> messages = List.of(
                term -> new PreVote.Request(voiceOf(N3), term, new EntryId(99, term - 1)),
                term -> new PreVote.Response(voiceOf(N3), term, true));
        return Stream.of(Follower.NAME, PreCandidate.NAME, Candidate.NAME, Leader.NAME)
                .flatMap(role -> messages.stream().map(message -> Arguments.of(role, message)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("everyProposalInEveryRole")
    void aProposedTermIsNotATerm(String role, LongFunction<RaftMessage> message) {
        server.bringTo(role);
        long term = server.term();
        server.tell(message.apply(term + 10));
        assertThat(server.role()).isEqualTo(role);
        assertThat(server.term()).isEqualTo(term);
    }

    /** A leader's wish of an earlier term to be relieved is long settled. */
    @Test
    void anOldTimeoutNowStartsNoElection() {
        for (int millis = 0; millis <= OneServer.SHORTEST_TIMEOUT; millis += 100) {
            server.tell(OneServer.heartbeat(N2, 5, EntryId.NONE));
            server.pass(100); // so soon after its start it would not stand for election at all
        }
        server.tell(new TimeoutNow(voiceOf(N2), 4));
        assertThat(server.role()).isEqualTo(Follower.NAME);
        assertThat(server.term()).isEqualTo(5);
    }
}
