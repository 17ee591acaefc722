package io.balsa.role;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.balsa.config.NodeConfig;
import io.balsa.kv.KeyValueMachine;
import io.balsa.model.EntryId;
import io.balsa.model.NodeId;
import io.balsa.model.Sender;
import io.balsa.protocol.AdminRequest;
import io.balsa.protocol.InstallSnapshot;
import io.balsa.protocol.RaftMessage;
import io.balsa.protocol.Target;
import io.balsa.protocol.link.ArteryLink;
import io.balsa.protocol.reply.AdminReply;
import io.balsa.protocol.reply.ClientReply;
import io.balsa.sim.SimDisk;
import io.balsa.trace.Trace;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.pekko.actor.UnhandledMessage;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.LoggingTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What every server does when it starts, whoever starts it. */
final class RaftNodeTest {
    private static final ActorTestKit KIT = ActorTestKit.create();

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    @Test
    void syncsThatAreOffAreWarnedOfLoudly() {
        ActorRef<?> server = LoggingTestKit.warn("raft.storage.sync = off: a power failure loses")
                .expect(KIT.system(), () -> KIT.spawn(RaftNode.create(alone("off"))));
        KIT.stop(server);

        ActorRef<?> synced = LoggingTestKit.warn("raft.storage.sync")
                .withOccurrences(0)
                .expect(KIT.system(), () -> KIT.spawn(RaftNode.create(alone("on"))));
        KIT.stop(synced);
    }

    /** Who was given one pass could otherwise tell those of all others by it. */
    @Test
    void whatNobodyMayGuessIsDrawnFromSomethingThatNobodyCanWindBack() {
        Environment real = Environment.production(alone("on").settings(), new KeyValueMachine());
        assertThat(real.random()).isInstanceOf(SecureRandom.class);
    }

    /**
     * Whoever may send to a server may send to its children too. What only the server itself may tell them has types
     * that nobody can send from elsewhere, and what can be sent does nothing there.
     */
    @Test
    void nobodySpeaksWithTheServersPartsButTheServer() {
        TestProbe<AdminReply> answers = KIT.createTestProbe();
        TestProbe<UnhandledMessage> unhandled = KIT.createUnhandledMessageProbe();
        ActorRef<RaftMessage> server = KIT.spawn(RaftNode.create(alone("on")), "parts");
        server.tell(new AdminRequest.GetStatus(new Target("test", "main"), 1, answers.getRef()));
        answers.receiveMessage();
        Sender sender = new Sender("test", "main", NodeId.of("n2"), NodeId.of("n1"), 1, 0);
        EntryId last = new EntryId(1_000_000, 9);
        byte[] part = {1, 2, 3};
        InstallSnapshot.Request chunk =
                new InstallSnapshot.Request(sender, 9, last, 0, part, InstallSnapshot.checksum(part), true);

        for (String path :
                List.of("/archive", "/archive/snapshot-receiver", "/archive/log-reader", "/journal", "/applier")) {
            child(server, path).tell(chunk);
            assertThat(unhandled.receiveMessage().getMessage()).as(path).isEqualTo(chunk);
        }
        ClientReply.SessionClosed stray = new ClientReply.SessionClosed(7);
        child(server, "/" + ArteryLink.BULK).tell(stray);
        assertThat(unhandled.receiveMessage().getMessage()).isEqualTo(stray);

        server.tell(new AdminRequest.GetStatus(new Target("test", "main"), 2, answers.getRef()));
        assertThat(((AdminReply.Status) answers.receiveMessage()).last().index())
                .isLessThan(1_000_000);
        KIT.stop(server);
    }

    private static ActorRef<Object> child(ActorRef<?> server, String path) {
        return ActorRefResolver.get(KIT.system()).resolveActorRef(server.path() + path);
    }

    private static Environment alone(String sync) {
        Config config = ConfigFactory.parseMap(Map.of(
                        "raft.cluster-id", "test",
                        "raft.node-id", "n1",
                        "raft.storage.sync", sync,
                        "raft.peers.n1", "pekko://raft@127.0.0.1:7001/user/raft"))
                .withFallback(ConfigFactory.load());
        return new Environment(
                NodeConfig.of(config).settings(),
                new SimDisk(),
                (peer, address, context) -> ArteryLink.to(address, context),
                System::nanoTime,
                new SplittableRandom(1),
                new KeyValueMachine(),
                new NodeView(),
                inspection -> {},
                Trace.NONE);
    }
}
