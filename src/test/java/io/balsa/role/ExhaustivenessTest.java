package io.balsa.role;

import static io.balsa.role.OneServer.N2;
import static io.balsa.role.OneServer.voiceOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.Consistency;
import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import io.balsa.model.Snapshot;
import io.balsa.protocol.AdminRequest;
import io.balsa.protocol.AppendEntries;
import io.balsa.protocol.Client;
import io.balsa.protocol.ClientRequest;
import io.balsa.protocol.Hello;
import io.balsa.protocol.InstallSnapshot;
import io.balsa.protocol.Local;
import io.balsa.protocol.PreVote;
import io.balsa.protocol.RaftMessage;
import io.balsa.protocol.RequestVote;
import io.balsa.protocol.Rpc;
import io.balsa.protocol.Target;
import io.balsa.protocol.TimeoutNow;
import io.balsa.protocol.reply.AdminReply;
import io.balsa.protocol.reply.ClientReply;
import io.balsa.storage.snapshot.SnapshotStoreTest;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.pekko.actor.UnhandledMessage;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No role leaves a message without a rule: what it ignores is listed as ignored. */
final class ExhaustivenessTest {
    private static final Target TARGET = new Target("test", "main");

    private final OneServer server = new OneServer(3);
    private TestProbe<UnhandledMessage> unhandled;
    private Client client;
    private TestProbe<AdminReply> operator;

    @BeforeEach
    void listen() {
        unhandled = server.kit().createTestProbe(UnhandledMessage.class);
        server.kit()
                .system()
                .eventStream()
                .tell(new EventStream.Subscribe<>(UnhandledMessage.class, unhandled.getRef()));
        TestProbe<ClientReply> replies = server.kit().createTestProbe();
        client = new Client(replies.getRef(), replies.getRef());
        operator = server.kit().createTestProbe();
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void thereIsASampleOfEveryKind() {
        List<Class<?>> kinds = leaves(RaftMessage.class).toList();
        assertThat(samples().stream().map(ExhaustivenessTest::kind).distinct().toList())
                .containsExactlyInAnyOrderElementsOf(kinds);
    }

    @ParameterizedTest
    @ValueSource(strings = {Follower.NAME, PreCandidate.NAME, Candidate.NAME, Leader.NAME})
    void everyMessageHasARule(String role) {
        for (int i = 0; i < samples().size(); i++) {
            server.bringTo(role);
            RaftMessage sample = samples().get(i);
            boolean impossible = role.equals(Leader.NAME)
                    && (sample instanceof AppendEntries.Request || sample instanceof InstallSnapshot.Request);
            if (!impossible) {
                server.tell(sample);
            }
        }
        server.status();
        unhandled.expectNoMessage(Duration.ofMillis(100));
    }

    /** Without this, the test above might pass because nobody listens. */
    @Test
    void anUnhandledMessageWouldBeSeen() {
        server.kit()
                .system()
                .eventStream()
                .tell(new EventStream.Publish<>(new UnhandledMessage(
                        "x", Adapter.toClassic(unhandled.getRef()), Adapter.toClassic(unhandled.getRef()))));
        unhandled.receiveMessage();
    }

    private List<RaftMessage> samples() {
        long term = server.term();
        EntryId none = EntryId.NONE;
        List<RaftMessage> samples = new ArrayList<>(List.of(Local.Tick.values()));
        samples.addAll(List.of(
                OneServer.heartbeat(N2, term, none),
                new AppendEntries.Response(voiceOf(N2), term, 0, true, none, 0, none),
                new RequestVote.Request(voiceOf(N2), term, none, false),
                new RequestVote.Response(voiceOf(N2), term, false),
                new PreVote.Request(voiceOf(N2), term + 1, none),
                new PreVote.Response(voiceOf(N2), term, false),
                new TimeoutNow(voiceOf(N2), term),
                new Rpc.ReadIndex.Request(voiceOf(N2), term, 1),
                new Rpc.ReadIndex.Response(voiceOf(N2), term, 1, false, 0),
                new InstallSnapshot.Response(voiceOf(N2), term, none, 0, InstallSnapshot.State.MISSED),
                new Hello(voiceOf(N2), 0, false, "pekko://raft@127.0.0.1:7999/user/raft", 1, 0),
                new Local.Persisted(0, none),
                new Local.StorageFull(false),
                new Local.Fetched(0, N2, Entries.EMPTY),
                new AdminRequest.GetStatus(TARGET, 1, operator.getRef()),
                new AdminRequest.GetCondition(TARGET, 1, operator.getRef()),
                new AdminRequest.Transfer(TARGET, 1, operator.getRef(), Optional.of("n9")),
                new AdminRequest.ChangeMembers(TARGET, 1, operator.getRef(), AdminRequest.Members.promoting("n9")),
                new AdminRequest.GetLog(TARGET, 1, operator.getRef(), 1, 2)));
        samples.addAll(requests());
        samples.addAll(ofSnapshots(term));
        samples.add(new Local.Applied(server.status().applied()));
        return samples;
    }

    private List<RaftMessage> ofSnapshots(long term) {
        byte[] data = {1};
        InstallSnapshot.Request chunk = new InstallSnapshot.Request(
                voiceOf(N2), term, new EntryId(9, 1), 1, data, InstallSnapshot.checksum(data), false);
        Snapshot snapshot = SnapshotStoreTest.snapshot(1000, 1);
        return List.of(
                chunk,
                new Local.ChunkTaken(chunk, 0, false, Optional.empty()),
                new Local.ChunkRead(N2, new EntryId(9, 1), 0, Optional.empty(), false),
                new Local.SnapshotWritten(snapshot),
                new Local.SnapshotSaved(snapshot, 9),
                new Local.SnapshotFailed("why"),
                new Local.SnapshotRefused("why"),
                new Local.Compacted(EntryId.NONE),
                new AdminRequest.TriggerSnapshot(TARGET, 1, operator.getRef()),
                new AdminRequest.ListSnapshots(TARGET, 1, operator.getRef()));
    }

    private List<RaftMessage> requests() {
        TestProbe<Local.Resigned> resigned = server.kit().createTestProbe();
        TestProbe<io.balsa.protocol.Subscription.Deliver> subscriber =
                server.kit().createTestProbe();
        return List.of(
                new ClientRequest.Submit(TARGET, 1, client, 0, 0, 0, new byte[][] {{1}}),
                new ClientRequest.OpenSession(TARGET, 2, client),
                new ClientRequest.CloseSession(TARGET, 3, client, 9),
                new ClientRequest.Query(
                        TARGET, 4, client, Consistency.LINEARIZABLE, ClientRequest.Query.ANY_AGE, new byte[][] {{1}}),
                new ClientRequest.Subscribe(TARGET, 5, client, 1, subscriber.getRef()),
                new Local.Resign(resigned.getRef()));
    }

    /** An enum's constants have classes of their own only when they have bodies; these have none. */
    private static Class<?> kind(RaftMessage message) {
        return message.getClass();
    }

    private static Stream<Class<?>> leaves(Class<?> type) {
        boolean leaf = !type.isSealed() || !Modifier.isInterface(type.getModifiers());
        return leaf ? Stream.of(type) : Stream.of(type.getPermittedSubclasses()).flatMap(ExhaustivenessTest::leaves);
    }
}
