package io.balsa.example;

import static io.balsa.example.LockMachine.bytes;
import static io.balsa.example.LockMachine.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.balsa.Applied;
import io.balsa.Consistency;
import io.balsa.client.Connection;
import io.balsa.config.NodeConfig;
import io.balsa.protocol.Target;
import io.balsa.role.Environment;
import io.balsa.role.NodeView;
import io.balsa.role.RaftNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes, each in a TestKit of its own, of which the leader is gone from one moment to the next. */
@Timeout(120)
final class LockCrashTest {
    @TempDir
    private Path folder;

    private final List<String> addresses = new ArrayList<>();

    // begin nodes
    /** A node in a system of its own, as in a process of its own. */
    private record Running(ActorTestKit kit, NodeView view) {}

    private final Map<Integer, Running> running = new TreeMap<>();
    private Connection client;

    private void start(int number) {
        NodeConfig config = NodeConfig.of(settings(number));
        Environment world = Environment.production(config.settings(), new LockMachine());
        ActorTestKit kit = ActorTestKit.create(config.systemName(), config.actorSystemConfig());
        kit.spawn(RaftNode.create(world), RaftNode.NAME, DispatcherSelector.fromConfig(RaftNode.DISPATCHER));
        running.put(number, new Running(kit, world.view()));
    }

    /** It hands nothing over and says nothing to anybody. */
    private void crash(int number) {
        running.remove(number).kit().shutdownTestKit();
    }

    private int leader() {
        return running.entrySet().stream()
                .filter(node -> node.getValue().view().isLeader())
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
    }

    private String say(String command) throws Exception {
        Applied applied = client.submit(bytes(command)).toCompletableFuture().get();
        return text(applied.reply());
    }
    // end nodes

    @BeforeEach
    void startAll() throws IOException {
        for (int port : freePorts(3)) {
            addresses.add("pekko://raft@127.0.0.1:" + port + "/user/raft");
        }
        List.of(1, 2, 3).forEach(this::start);
        Config patient = ConfigFactory.parseString("raft.client.timeout = 30 s").withFallback(ConfigFactory.load());
        client = Connection.open(addresses, new Target("locks", "main"), patient);
    }

    @AfterEach
    void stopAll() {
        client.close();
        List.copyOf(running.keySet()).forEach(this::crash);
    }

    // begin crash
    @Test
    void aLockIsHeldWhoeverCrashes() throws Exception {
        assertThat(say("acquire door ann")).startsWith("granted ");
        int first = leader();

        crash(first);
        assertThat(say("acquire door bob")).isEqualTo("held by ann");
        assertThat(say("release door ann")).isEqualTo("released");
        assertThat(say("acquire door bob")).startsWith("granted ");

        start(first);
        crash(leader());
        assertThat(say("acquire door ann")).isEqualTo("held by bob");
        byte[] holder = client.query(bytes("door"), Consistency.LINEARIZABLE)
                .toCompletableFuture()
                .get();
        assertThat(text(holder)).isEqualTo("held by bob");
    }
    // end crash

    private Config settings(int number) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("raft.cluster-id", "locks");
        settings.put("raft.node-id", "node-" + number);
        settings.put("raft.data-dir", folder.toString());
        for (int peer = 1; peer <= addresses.size(); peer++) {
            settings.put("raft.peers.node-" + peer, addresses.get(peer - 1));
        }
        return ConfigFactory.parseMap(settings);
    }

    private static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            sockets.add(socket);
            ports.add(socket.getLocalPort());
        }
        for (ServerSocket socket : sockets) {
            socket.close();
        }
        return ports;
    }
}
