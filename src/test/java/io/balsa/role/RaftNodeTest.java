package io.balsa.role;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.balsa.config.NodeConfig;
import io.balsa.kv.KeyValueMachine;
import io.balsa.protocol.link.ArteryLink;
import io.balsa.sim.SimDisk;
import io.balsa.trace.Trace;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.LoggingTestKit;
import org.apache.pekko.actor.typed.ActorRef;
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
