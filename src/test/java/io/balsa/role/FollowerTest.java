package io.balsa.role;

import static io.balsa.role.OneServer.N2;
import static io.balsa.role.OneServer.N3;
import static io.balsa.role.OneServer.append;
import static io.balsa.role.OneServer.heartbeat;
import static io.balsa.role.OneServer.voiceOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.Consistency;
import io.balsa.measure.Measures;
import io.balsa.model.Configuration;
import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import io.balsa.model.LogEntry;
import io.balsa.model.NodeId;
import io.balsa.model.Payload;
import io.balsa.model.Sender;
import io.balsa.protocol.AppendEntries;
import io.balsa.protocol.Client;
import io.balsa.protocol.ClientRequest;
import io.balsa.protocol.RequestVote;
import io.balsa.protocol.Target;
import io.balsa.protocol.reply.AdminReply;
import io.balsa.protocol.reply.ClientReply;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A follower's side of replication: what it takes, what it cuts, and what it says of its disk (§5.3). */
final class FollowerTest {
    private final OneServer server = new OneServer(3);

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void acknowledgesEntriesOnceTheyAreOnDisk() {
        server.tell(append(N2, 1, EntryId.NONE, 1, 1, 1));
        awaitMatch(N2, 3);
        assertThat(server.status().durable()).isEqualTo(new EntryId(3, 1));
        server.restart();
        assertThat(server.status().last()).isEqualTo(new EntryId(3, 1));
    }

    @Test
    void answersAHeartbeatAtOnceWithItsRound() {
        server.tell(heartbeat(N2, 1, EntryId.NONE));
        AppendEntries.Response answer = server.expect(N2, AppendEntries.Response.class);
        assertThat(answer.success()).isTrue();
        assertThat(answer.round()).isEqualTo(1);
    }

    @Test
    void refusesEntriesBehindAGapAndSaysWhereItEnds() {
        server.tell(append(N2, 1, EntryId.NONE, 1, 1));
        awaitMatch(N2, 2);
        server.tell(append(N2, 1, new EntryId(5, 1), 1));
        AppendEntries.Response refusal = server.expect(N2, AppendEntries.Response.class);
        assertThat(refusal.success()).isFalse();
        assertThat(refusal.previous()).isEqualTo(new EntryId(5, 1));
        assertThat(refusal.hint()).isEqualTo(new EntryId(2, 1));
    }

    @Test
    void leavesOutAWholeTermInItsHint() {
        server.tell(append(N2, 3, EntryId.NONE, 1, 2, 2, 3, 3));
        awaitMatch(N2, 5);
        server.tell(append(N3, 5, new EntryId(5, 2), 5));
        AppendEntries.Response refusal = server.expect(N3, AppendEntries.Response.class);
        assertThat(refusal.hint()).isEqualTo(new EntryId(3, 2));
    }

    @Test
    void cutsOnlyWhatConflicts() {
        server.tell(append(N2, 1, EntryId.NONE, 1, 1, 1));
        awaitMatch(N2, 3);
        server.tell(append(N3, 2, new EntryId(1, 1), 2, 2));
        awaitMatch(N3, 3);
        assertThat(server.status().last()).isEqualTo(new EntryId(3, 2));
        server.restart();
        assertThat(server.status().last()).isEqualTo(new EntryId(3, 2));
    }

    @Test
    void anOlderRequestThatArrivesLateCutsNothing() {
        server.tell(append(N2, 1, EntryId.NONE, 1, 1, 1));
        awaitMatch(N2, 3);
        server.tell(append(N2, 1, EntryId.NONE, 1));
        assertThat(server.status().last()).isEqualTo(new EntryId(3, 1));
    }

    @Test
    void commitsNoFurtherThanWhatTheRequestCovers() {
        server.tell(append(N2, 1, EntryId.NONE, 1, 1, 1));
        awaitMatch(N2, 3);
        server.tell(new AppendEntries.Request(voiceOf(N3), 2, new EntryId(1, 1), new byte[0], 3, 1));
        assertThat(server.status().commitIndex()).isEqualTo(1);
    }

    @Test
    void acknowledgesNothingThatThisLeaderHasNotVerified() {
        server.tell(append(N2, 1, EntryId.NONE, 1, 1, 1));
        awaitMatch(N2, 3);
        server.tell(heartbeat(N3, 2, new EntryId(1, 1)));
        assertThat(server.expect(N3, AppendEntries.Response.class).matchIndex()).isEqualTo(1);
    }

    @Test
    void takesNothingThatWasDamagedOnItsWay() {
        AppendEntries.Request request = append(N2, 1, EntryId.NONE, 1, 1);
        request.block()[20] ^= 1;
        server.tell(request);
        assertThat(server.status().last()).isEqualTo(EntryId.NONE);
    }

    @Test
    void hearsNobodyOfAnotherClusterOrWithAnotherDisk() {
        Sender foreign = new Sender("other", "main", N2, OneServer.N1, N2.hashCode(), 0);
        server.tell(new AppendEntries.Request(foreign, 9, EntryId.NONE, new byte[0], 0, 1));
        Sender wiped = new Sender("test", "main", N2, OneServer.N1, 12345, 0);
        server.tell(new RequestVote.Request(wiped, 9, EntryId.NONE, true));
        server.tell(new AppendEntries.Response(wiped, 9, 0, false, EntryId.NONE, 0, EntryId.NONE));
        Sender mistaken = new Sender("test", "main", N2, N3, N2.hashCode(), 0);
        server.tell(new AppendEntries.Request(mistaken, 9, EntryId.NONE, new byte[0], 0, 1));
        Sender stranger = new Sender("test", "main", NodeId.of("x"), OneServer.N1, 1, 0);
        server.tell(new AppendEntries.Request(stranger, 9, EntryId.NONE, new byte[0], 0, 1));
        assertThat(server.term()).isZero();
        assertThat(server.measures().refused().of(Measures.NOT_ADMITTED)).isEqualTo(5);
    }

    /** The configuration here may be older than its folder; nobody is elected by those who do not know it. */
    @Test
    void hearsALeaderWhateverItsDisk() {
        Sender renewed = new Sender("test", "main", N2, OneServer.N1, 12345, 0);
        server.tell(new AppendEntries.Request(renewed, 9, EntryId.NONE, new byte[0], 0, 1));
        assertThat(server.term()).isEqualTo(9);
        server.tell(new RequestVote.Request(renewed, 10, new EntryId(4, 9), true));
        assertThat(server.term()).isEqualTo(10);
    }

    /** §6: "a server always uses the latest configuration in its log, regardless of whether the entry is committed". */
    @Test
    void theConfigurationInItsLogWinsOverTheConfiguredPeersAlsoAfterARestart() {
        NavigableMap<NodeId, String> members = new TreeMap<>(Map.of(OneServer.N1, "somewhere", N2, "elsewhere"));
        Payload change = new Payload.Reconfigure(Configuration.of(members));
        byte[] block = Entries.of(new LogEntry(new EntryId(1, 1), 0, change)).toByteArray();
        server.tell(new AppendEntries.Request(voiceOf(N2), 1, EntryId.NONE, block, 0, 1));
        awaitMatch(N2, 1);
        server.restart();
        assertThat(server.status().peers()).extracting(AdminReply.Peer::node).containsExactly("n1", "n2");
    }

    @Test
    void aMemberThatOnlyTheLogKnowsOfIsHeardAndShown() {
        NavigableMap<NodeId, String> members = new TreeMap<>();
        for (NodeId id : List.of(OneServer.N1, N2, N3, OneServer.N4)) {
            members.put(id, "pekko://raft@127.0.0.1:7000/user/" + id);
        }
        Payload change = new Payload.Reconfigure(Configuration.of(members));
        byte[] block = Entries.of(new LogEntry(new EntryId(1, 1), 0, change)).toByteArray();
        server.tell(new AppendEntries.Request(voiceOf(N2), 1, EntryId.NONE, block, 0, 1));
        awaitMatch(N2, 1);

        assertThat(server.status().peers()).extracting(AdminReply.Peer::node).contains("n4");
        server.tell(OneServer.heartbeat(OneServer.N4, 2, EntryId.NONE));
        assertThat(server.term()).isEqualTo(2);
    }

    @Test
    void staleReadsAreBoundedWhileTheMachineIsSlow() {
        TestProbe<ClientReply> client = server.kit().createTestProbe();
        Client reader = new Client(client.getRef(), client.getRef());
        server.holdMachine();
        for (int i = 0; i < 70; i++) {
            byte[][] queries = {new byte[1 << 20]};
            server.tell(new ClientRequest.Query(
                    new Target("test", "main"), i, reader, Consistency.STALE, ClientRequest.Query.ANY_AGE, queries));
        }
        ClientReply.Rejected busy = client.expectMessageClass(ClientReply.Rejected.class);
        assertThat(busy.reason()).isEqualTo(ClientReply.Reason.BUSY);
        assertThat(busy.request()).isEqualTo(64);
        server.releaseMachine();
        assertThat(client.fishForMessage(
                        Duration.ofSeconds(10),
                        reply -> reply instanceof ClientReply.Queried
                                ? FishingOutcomes.complete()
                                : FishingOutcomes.continueAndIgnore()))
                .hasSize(1);
    }

    private void awaitMatch(NodeId leader, long match) {
        AppendEntries.Response answer = server.expect(leader, AppendEntries.Response.class);
        while (answer.matchIndex() < match) {
            assertThat(answer.success()).isTrue();
            answer = server.expect(leader, AppendEntries.Response.class);
        }
        assertThat(answer.matchIndex()).isEqualTo(match);
    }
}
