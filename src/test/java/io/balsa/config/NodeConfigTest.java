package io.balsa.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.balsa.model.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A good configuration becomes settings and an actor system's configuration. */
final class NodeConfigTest {
    @TempDir
    Path folder;

    @Test
    void theExamplesAreValid() {
        for (String node : List.of("node-1", "node-2", "node-3")) {
            NodeConfig config = NodeConfig.load(Path.of("conf", node + ".conf"));

            assertThat(config.settings().nodeId()).isEqualTo(NodeId.of(node));
            assertThat(config.settings().bootstrap().voters()).hasSize(3);
        }
    }

    @Test
    void defaultsAreThoseOfTheReference() {
        Settings settings = NodeConfig.load(Path.of("conf/node-1.conf")).settings();

        assertThat(settings.clusterId()).isEqualTo("demo");
        assertThat(settings.group()).isEqualTo("main");
        assertThat(settings.dataDir()).isEqualTo(Path.of("data/node-1/main"));
        assertThat(settings.timing())
                .isEqualTo(new Settings.Timing(
                        Duration.ofMillis(100),
                        Duration.ofMillis(500),
                        Duration.ofSeconds(1),
                        Duration.ofMillis(300),
                        Duration.ofMillis(700),
                        Duration.ofSeconds(10),
                        10));
        assertThat(settings.storage())
                .isEqualTo(new Settings.Storage(true, 16 << 20, 256 << 20, 16 << 20, 32 << 20, Duration.ofSeconds(1)));
        assertThat(settings.replication()).isEqualTo(new Settings.Replication(60 << 10, 8, 65_536, 4 << 20, 16 << 20));
        assertThat(settings.limits()).isEqualTo(new Settings.Limits(1 << 20, 64 << 20, 10_000));
        assertThat(settings.sessions()).isEqualTo(new Settings.Sessions(10_000, 8192, Duration.ofHours(1), 64 << 20));
        assertThat(settings.subscriptions()).isEqualTo(new Settings.Subscriptions(64, 1 << 20, Duration.ofSeconds(30)));
        assertThat(settings.tracing()).isEqualTo(new Settings.Tracing(Optional.empty(), 256 << 20, 16 << 20));
    }

    @Test
    void eachNodeHasATraceOfItsOwn() {
        Settings settings = NodeConfig.of(embedded(Map.of("raft.trace.file", "traces/%n.jsonl")))
                .settings();

        assertThat(settings.tracing().file()).contains(Path.of("traces", settings.nodeId() + ".jsonl"));
    }

    @Test
    void anEmbeddingProgramNeedsOnlyItsPeersAndItsName() {
        NodeConfig config = NodeConfig.of(embedded(Map.of()));

        assertThat(config.systemName()).isEqualTo("app");
        assertThat(config.settings().address()).isEqualTo("pekko://app@localhost:7059/user/raft");
        Config pekko = config.actorSystemConfig().getConfig("pekko");
        assertThat(pekko.getString("actor.provider")).isEqualTo("remote");
        assertThat(pekko.getString("remote.artery.canonical.hostname")).isEqualTo("localhost");
        assertThat(pekko.getInt("remote.artery.canonical.port")).isEqualTo(7059);
        assertThat(pekko.getInt("remote.artery.advanced.outbound-max-restarts")).isEqualTo(Integer.MAX_VALUE);
        assertThat(pekko.getConfig("actor.serialization-bindings").root())
                .containsKeys("io.balsa.protocol.Rpc", "io.balsa.protocol.Subscription$Deliver");
    }

    /** With Pekko's three seconds for the port, a node does not start on a machine that has too much to do. */
    @Test
    void aSlowMachineIsNoReasonNotToStart() {
        Config pekko = NodeConfig.of(embedded(Map.of())).actorSystemConfig().getConfig("pekko");

        assertThat(pekko.getDuration("remote.artery.bind.bind-timeout")).isGreaterThan(Duration.ofSeconds(30));
    }

    /** Each tick wakes a thread of an idle node, and timers fire at most two late. */
    @ParameterizedTest
    @CsvSource({"20 ms,1", "50 ms,2", "100 ms,5", "160 ms,8"})
    void theSchedulerTicksAsFinelyAsTheHeartbeatNeeds(String heartbeat, long millis) {
        Config pekko = NodeConfig.of(embedded(Map.of("raft.heartbeat-interval", heartbeat)))
                .actorSystemConfig()
                .getConfig("pekko");

        assertThat(pekko.getDuration("scheduler.tick-duration")).isEqualTo(Duration.ofMillis(millis));
    }

    /** A message passes several actors; on one thread none of them has to wake another. A name server may be slow. */
    @Test
    void theTransportSharesItsThreadsWithNothingThatBlocks() {
        Config pekko = NodeConfig.of(embedded(Map.of())).actorSystemConfig().getConfig("pekko");

        assertThat(pekko.getString("actor.internal-dispatcher")).isEqualTo("raft.transport-dispatcher");
        assertThat(pekko.getString("remote.artery.advanced.use-dispatcher")).isEqualTo("raft.transport-dispatcher");
        assertThat(pekko.getString("io.dns.dispatcher")).isEqualTo("pekko.actor.default-blocking-io-dispatcher");
    }

    /** A system of its own is not asked to load what Balsa does not use, unless somebody wants it. */
    @Test
    void whatOnlyCostsAStartTimeIsLeftOut() {
        String modules = "serialization.jackson.jackson-modules";
        List<String> mine = List.of("com.fasterxml.jackson.datatype.jdk8.Jdk8Module", "mine.Module");
        Config lean = NodeConfig.of(embedded(Map.of())).actorSystemConfig().getConfig("pekko");
        Config asked = NodeConfig.of(
                        embedded(Map.of("pekko.java-flight-recorder.enabled", "on", "pekko." + modules, mine)))
                .actorSystemConfig()
                .getConfig("pekko");

        assertThat(lean.getStringList(modules)).hasSize(2);
        assertThat(lean.getBoolean("java-flight-recorder.enabled")).isFalse();
        assertThat(asked.getStringList(modules)).isEqualTo(mine);
        assertThat(asked.getBoolean("java-flight-recorder.enabled")).isTrue();
    }

    @Test
    void whatTheEmbeddingProgramSaysAboutPekkoStands() {
        Config pekko = NodeConfig.of(embedded(Map.of(
                        "pekko.remote.artery.advanced.maximum-large-frame-size", "8 MiB",
                        "pekko.log-dead-letters", "off",
                        "pekko.scheduler.tick-duration", "3 ms")))
                .actorSystemConfig()
                .getConfig("pekko");

        assertThat(pekko.getString("log-dead-letters")).isEqualTo("off");
        assertThat(pekko.getDuration("scheduler.tick-duration")).isEqualTo(Duration.ofMillis(3));
        assertThat(pekko.getBytes("remote.artery.advanced.maximum-large-frame-size"))
                .isEqualTo(8 << 20);
    }

    @Test
    void oneLineChangesTheEncoding() {
        Config config = NodeConfig.of(embedded(Map.of("raft.serializer", "jackson-json")))
                .actorSystemConfig();

        assertThat(config.getString("pekko.actor.serialization-bindings.\"io.balsa.protocol.Rpc\""))
                .isEqualTo("jackson-json");
    }

    @Test
    void environmentWinsOverTheFile() throws IOException {
        Path file = Files.writeString(
                folder.resolve("n.conf"), """
                include "%s/conf/cluster.conf"
                raft.node-id = "node-1"
                raft.data-dir = ${?SOMEWHERE}
                """.formatted(Path.of("").toAbsolutePath()));

        Config config = ConfigFiles.load(
                file, Map.of("RAFT_NODE_ID", "node-2", "RAFT_ELECTION_TIMEOUT_MAX", "2 s", "RAFT_ENDPOINTS", "x"));

        Settings settings = NodeConfig.of(config).settings();
        assertThat(settings.nodeId()).isEqualTo(NodeId.of("node-2"));
        assertThat(settings.timing().electionMax()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void aMistakeInTheEnvironmentIsNamedAsSuch() {
        Config config = ConfigFiles.load(Path.of("conf/node-1.conf"), Map.of("RAFT_STORAGE_SYNC", "maybe"));

        BadConfigException failure = catchThrowableOfType(BadConfigException.class, () -> NodeConfig.of(config));

        assertThat(failure)
                .hasMessage("environment variable RAFT_STORAGE_SYNC raft.storage.sync = \"maybe\" must be on or off");
    }

    @Test
    void aMisspelledVariableIsNoSilence() {
        Map<String, String> environment = Map.of(
                "RAFT_ELECTON_TIMEOUT_MIN", "50 ms",
                "RAFT_ENDPOINTS", "x",
                "RAFT_SERVICE_HOST", "10.0.0.1",
                "RAFT_SERVICE_PORT", "7051");

        BadConfigException failure = catchThrowableOfType(
                BadConfigException.class, () -> NodeConfig.load(Path.of("conf/node-1.conf"), environment));

        assertThat(failure)
                .hasMessage("conf/node-1.conf environment variable RAFT_ELECTON_TIMEOUT_MIN  is not read."
                        + " Did you mean RAFT_ELECTION_TIMEOUT_MIN?");
    }

    @Test
    void httpIsBesideTheNodesOwnPort() {
        NodeConfig beside = NodeConfig.of(embedded(Map.of()));
        NodeConfig last = NodeConfig.of(embedded(Map.of("raft.peers.me", "pekko://app@localhost:65000/user/raft")));
        NodeConfig chosen = NodeConfig.of(embedded(Map.of("raft.http.port", "80")));

        assertThat(beside.http().port()).isEqualTo(8059);
        assertThat(beside.actorSystemConfig().getInt("raft.http.port")).isEqualTo(8059);
        assertThat(last.http().port()).isEqualTo(64_000);
        assertThat(chosen.http().port()).isEqualTo(80);
        assertThat(beside.http().host()).isEqualTo("127.0.0.1");
    }

    @Test
    void whatIsWrongWithHttpIsToldAtOnce() {
        assertThatThrownBy(() -> NodeConfig.of(embedded(Map.of(
                        "raft.http.port", "7059",
                        "raft.http.host", "",
                        "raft.http.max-connections", "4",
                        "raft.http.max-event-streams", "5",
                        "raft.http.max-body-size", "1 B"))))
                .isInstanceOf(BadConfigException.class)
                .hasMessageContaining("raft.http.port = \"7059\" is the port of the node's own address in raft.peers")
                .hasMessageContaining("raft.http.host = \"\" must be a name or an address of this host")
                .hasMessageContaining("raft.http.max-event-streams 5 must be at most raft.http.max-connections (4)")
                .hasMessageContaining("raft.http.max-body-size 1 B must be from 1 KiB to 1024 MiB");
    }

    private static Config embedded(Map<String, ?> more) {
        return ConfigFactory.parseMap(more)
                .withFallback(ConfigFactory.parseMap(Map.of(
                        "raft.cluster-id", "bench",
                        "raft.node-id", "me",
                        "raft.peers.me", "pekko://app@localhost:7059/user/raft")))
                .withFallback(ConfigFactory.load());
    }
}
