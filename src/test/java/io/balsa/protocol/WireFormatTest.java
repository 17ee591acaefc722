package io.balsa.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.balsa.Consistency;
import io.balsa.config.NodeConfig;
import io.balsa.model.EntryId;
import io.balsa.model.NodeId;
import io.balsa.model.Sender;
import io.balsa.protocol.reply.AdminReply;
import io.balsa.protocol.reply.ClientReply;
import java.io.NotSerializableException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What one process sends is what another receives, with the configuration that a node runs with. */
final class WireFormatTest {
    private static final ActorTestKit KIT = ActorTestKit.create("wire", config("jackson-cbor"));
    private static final byte[] BYTES = {0, 1, -1, 127, -128};
    private static final byte[][] TWO = {BYTES, {}};
    private static final Sender SENDER = new Sender("c", "g", NodeId.of("n1"), NodeId.of("n2"), Long.MIN_VALUE, 0);
    private static final EntryId LAST = new EntryId(7, 3);
    private static final Target TARGET = new Target("c", "g");

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    static Stream<Object> messages() {
        return Stream.of(rpcs(), requests(), replies(), admin(), snapshots(), changes())
                .flatMap(List::stream);
    }

    private static List<Object> rpcs() {
        return List.of(
                new AppendEntries.Request(SENDER, 3, LAST, BYTES, 5, 9),
                new AppendEntries.Response(SENDER, 3, 9, false, LAST, 0, EntryId.NONE),
                new RequestVote.Request(SENDER, 3, LAST, true),
                new RequestVote.Response(SENDER, 3, true),
                new PreVote.Request(SENDER, 4, LAST),
                new PreVote.Response(SENDER, 4, false),
                new InstallSnapshot.Request(SENDER, 3, LAST, 1L << 40, BYTES, InstallSnapshot.checksum(BYTES), true),
                new InstallSnapshot.Response(SENDER, 3, LAST, 5, InstallSnapshot.State.MISSED),
                new TimeoutNow(SENDER, 3),
                new Rpc.ReadIndex.Request(SENDER, 3, Long.MIN_VALUE),
                new Rpc.ReadIndex.Response(SENDER, 3, -1, true, 9),
                new Hello(SENDER, 42, true, "pekko://raft@127.0.0.1:7999/user/raft", 1, 0));
    }

    private static List<Object> requests() {
        Client client = new Client(probe(), probe());
        return List.of(
                new ClientRequest.Submit(TARGET, 1, client, 2, 3, 0, TWO),
                new ClientRequest.OpenSession(TARGET, 1, client),
                new ClientRequest.CloseSession(TARGET, 1, client, 2),
                new ClientRequest.Query(TARGET, 1, client, Consistency.STALE, ClientRequest.Query.ANY_AGE, TWO),
                new ClientRequest.Query(TARGET, 1, client, Consistency.STALE, 500, TWO),
                new ClientRequest.Subscribe(TARGET, 1, client, 5, probe()),
                new Subscription.Deliver(BYTES, 7, probe()),
                new Subscription.Processed(7, probe()));
    }

    private static List<Object> replies() {
        ClientReply.Status[] statuses = {ClientReply.Status.DONE, ClientReply.Status.SETTLED};
        return List.of(
                new ClientReply.Submitted(1, statuses, new long[] {4, Long.MAX_VALUE}, TWO),
                new ClientReply.SessionOpened(1, 2),
                new ClientReply.SessionClosed(1),
                new ClientReply.Queried(1, Consistency.STALE, 7, TWO),
                new ClientReply.TooOld(1, 734),
                new ClientReply.Rejected(1, ClientReply.Reason.NOT_LEADER, Optional.of("pekko://raft@h:1/user/raft")),
                new ClientReply.Rejected(1, ClientReply.Reason.BUSY, Optional.empty()));
    }

    private static List<Object> snapshots() {
        AdminReply.SnapshotInfo snapshot =
                new AdminReply.SnapshotInfo(LAST, 1, 2, 3, 4, Map.of("n1", "pekko://raft@h:1/user/raft"));
        return List.of(
                new AdminRequest.TriggerSnapshot(TARGET, 1, probe()),
                new AdminRequest.ListSnapshots(TARGET, 1, probe()),
                new AdminReply.SnapshotTaken(1, LAST, Optional.of("why")),
                new AdminReply.Snapshots(1, 3, List.of(snapshot)));
    }

    private static List<Object> changes() {
        AdminRequest.Members adding = AdminRequest.Members.adding(Map.of("n4", "pekko://raft@h:4/user/raft"));
        AdminRequest.Members removing =
                AdminRequest.Members.removing("n1", "n2").forced();
        return List.of(
                new AdminRequest.ChangeMembers(TARGET, 1, probe(), adding),
                new AdminRequest.ChangeMembers(TARGET, 1, probe(), removing),
                new AdminReply.MembersChanged(1, 7, Optional.empty()),
                new AdminRequest.GetCondition(TARGET, 1, probe()),
                new AdminReply.Condition(
                        1, "n1", "1.0", 5, -1, 9, 800, 9000, List.of(new AdminReply.Refused("n2", "why", 70, 4))),
                new AdminReply.MembersChanged(1, 7, Optional.of(AdminReply.MembersChanged.Refusal.NO_QUORUM)));
    }

    private static List<Object> admin() {
        AdminReply.Peer peer =
                new AdminReply.Peer("n2", "pekko://raft@h:2/user/raft", true, false, 8, 7, -1, 512, "quiet");
        return List.of(
                new AdminRequest.GetStatus(TARGET, 1, probe()),
                new AdminRequest.GetLog(TARGET, 1, probe(), 1, 9),
                new AdminRequest.Transfer(TARGET, 1, probe(), Optional.of("n2")),
                new AdminReply.Status(
                        1,
                        "c",
                        "g",
                        "n1",
                        "Leader",
                        3,
                        Optional.of("n1"),
                        Optional.empty(),
                        true,
                        LAST,
                        EntryId.NONE,
                        5,
                        4,
                        1,
                        3,
                        "ok",
                        List.of(peer)),
                new AdminReply.LogPage(1, 1, 7, 5, BYTES),
                new AdminReply.Transferred(1, 2, Optional.of(AdminReply.Transferred.Refusal.IN_VAIN)),
                new AdminReply.Foreign(1, "c2", "g"));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void arrivesAsItWasSent(Object message) {
        Object arrived = KIT.serializationTestKit().verifySerialization(message, false);

        assertThat(arrived)
                .usingRecursiveComparison()
                .withEqualsForType(Object::equals, probe().getClass())
                .isEqualTo(message);
    }

    @Test
    void everyKindOfMessageIsTried() {
        Stream<Class<?>> remote = Stream.of(
                Rpc.class, Hello.class, ClientRequest.class, ClientReply.class, AdminRequest.class, AdminReply.class);
        List<Class<?>> tried = messages().<Class<?>>map(Object::getClass).toList();

        assertThat(remote.flatMap(WireFormatTest::kinds)).isNotEmpty().allSatisfy(kind -> assertThat(tried)
                .contains(kind));
    }

    @Test
    void oneServersPartsCannotBeAddressedFromOutside() {
        Local local = new Local.Persisted(1, LAST);

        assertThatThrownBy(() -> KIT.serializationTestKit().verifySerialization(local, false))
                .hasMessageContaining("Persisted");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"sender\":null,\"term\":null,\"granted\":null}",
                "{\"sender\":null,\"term\":1,\"granted\":true}"
            })
    void whatIsMissingIsNeitherZeroNorNull(String json) throws NotSerializableException {
        ActorTestKit readable = ActorTestKit.create("readable", config("jackson-json"));
        try {
            Serialization serialization = SerializationExtension.get(readable.system());
            int format = serialization.serializerFor(RequestVote.Response.class).identifier();
            byte[] sent = json.getBytes(StandardCharsets.UTF_8);

            assertThatThrownBy(() -> serialization
                            .deserialize(sent, format, RequestVote.Response.class.getName())
                            .get())
                    .hasMessageContaining("RequestVote$Response");
        } finally {
            readable.shutdownTestKit();
        }
    }

    /** As an actor system of somebody else has them, with a server of ours in it. */
    @Test
    void serversWithAllOfPekkosModulesSendTheSameBytes() {
        Config all = ConfigFactory.defaultReference().withOnlyPath("pekko.serialization.jackson.jackson-modules");
        ActorTestKit other = ActorTestKit.create("others", all.withFallback(config("jackson-cbor")));
        try {
            Serialization serialization = SerializationExtension.get(other.system());
            List<Object> sent = messages().filter(Rpc.class::isInstance).toList();
            assertThat(sent).isNotEmpty().allSatisfy(message -> assertThat(
                            serialization.serialize(message).get())
                    .isEqualTo(encoded(message)));
        } finally {
            other.shutdownTestKit();
        }
    }

    private static Stream<Class<?>> kinds(Class<?> type) {
        return type.isSealed()
                ? Arrays.stream(type.getPermittedSubclasses()).flatMap(WireFormatTest::kinds)
                : Stream.of(type);
    }

    private static <T> ActorRef<T> probe() {
        return KIT.<T>createTestProbe().getRef();
    }

    /** By the system that the actors in {@link #messages} are of: no other may. */
    static byte[] encoded(Object message) {
        return SerializationExtension.get(KIT.system()).serialize(message).get();
    }

    /** A node's, but for the port: any that is free. */
    static Config config(String serializer) {
        Config node = ConfigFactory.parseMap(Map.of(
                "raft.serializer", serializer,
                "raft.cluster-id", "c",
                "raft.node-id", "n1",
                "raft.peers.n1", "pekko://wire@127.0.0.1:7000/user/raft"));
        return ConfigFactory.parseMap(Map.of("pekko.remote.artery.canonical.port", 0))
                .withFallback(NodeConfig.of(node).actorSystemConfig());
    }
}
