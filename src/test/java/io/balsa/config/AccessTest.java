package io.balsa.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.balsa.show.EffectiveConfig;
import io.balsa.tls.Authority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may reach a node, as its configuration says, and what that must say besides. */
final class AccessTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.0.1.9", "localhost", "::1", "[::1]"})
    void onLoopbackNobodyNeedBeAsked(String host) {
        assertThat(node("raft.http.host = \"" + host + "\"").http().access().asks())
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "10.0.0.1", "db1.example", "127.example", "localhost.example"})
    void elsewhereOneMustSayWhoMayDoWhat(String host) {
        String line = "raft.http.host = \"" + host + "\"\n";

        assertThatThrownBy(() -> node(line))
                .isInstanceOf(BadConfigException.class)
                .hasMessageContainingAll("raft.http.host", "raft.http.token-file", "raft.http.tls");
        assertThat(node(line + "raft.http.token-file = t").http().access().asks())
                .isTrue();
        assertThat(node(line + "raft.http.tls = on").http().access().asks()).isTrue();
        assertThat(node(line + "raft.http.anybody-on-the-network-may-do-anything = on")
                        .http()
                        .access()
                        .asks())
                .isFalse();
        assertThat(node(line + "raft.http.enabled = off").http().enabled()).isFalse();
    }

    @Test
    void readersCanOnlyBeAskedIfTheyCanAnswer() {
        assertThatThrownBy(() -> node("raft.http.protect-reads = on")).hasMessageContaining("raft.http.protect-reads");
    }

    @Test
    void tlsIsForArteryWhateverElseIsSaid() {
        Config off = node("").actorSystemConfig();
        Config on = node("raft.tls.enabled = on, pekko.remote.artery.transport = tcp")
                .actorSystemConfig();

        assertThat(off.getString("pekko.remote.artery.transport")).isEqualTo("tcp");
        assertThat(on.getString("pekko.remote.artery.transport")).isEqualTo("tls-tcp");
        assertThat(on.getString("pekko.remote.artery.ssl.ssl-engine-provider")).isEqualTo("io.balsa.tls.ArteryTls");
    }

    /** What the distribution has for Kubernetes is what a node takes. */
    @Test
    void theConfigurationOfTheStatefulSetIsSound() throws IOException {
        String file = Files.readString(Path.of("conf/deploy/statefulset.yml"));
        String conf = file.substring(file.indexOf("cluster.conf: |") + "cluster.conf: |".length(), file.indexOf("---"));
        Config config =
                ConfigFactory.parseString(conf).withFallback(ConfigFactory.parseMap(Map.of("raft.node-id", "balsa-0")));

        NodeConfig node = NodeConfig.of(config);
        assertThat(file).contains("containerPort: " + node.http().port(), "path: /alive", "path: /ready");
    }

    /** Handshakes must not hold up heartbeats. */
    @Test
    void theTransportHasMoreThreadsWithTls() {
        String fewest = "raft.transport-dispatcher.thread-pool-executor.core-pool-size-min";

        assertThat(node("").actorSystemConfig().getInt(fewest)).isEqualTo(1);
        assertThat(node("raft.tls.enabled = on").actorSystemConfig().getInt(fewest))
                .isEqualTo(4);
        assertThat(node("raft.tls.enabled = on, " + fewest + " = 2")
                        .actorSystemConfig()
                        .getInt(fewest))
                .isEqualTo(2);
    }

    @Test
    void theCertificateMustBeThatOfTheNode() throws IOException {
        Authority ours = new Authority("ours");
        String line = tls(ours);
        node(line).requireKeys();

        ours.issue(folder.resolve("keys"), "urn:balsa:node:n2");
        assertThatThrownBy(node(line)::requireKeys)
                .isInstanceOf(BadConfigException.class)
                .hasMessageContainingAll("raft.tls.key-store", "node n2", "bin/certs.sh node n1");
        ours.issue(folder.resolve("keys"), "urn:balsa:admin:n1");
        assertThatThrownBy(node(line)::requireKeys).hasMessageContaining("admin n1");
    }

    /** Else it starts, and no peer takes it for the one it dials: at the last rotation, all of them. */
    @Test
    void theCertificateMustNameTheHostThatPeersDial() throws IOException {
        String line = tls(new Authority("ours"));
        String elsewhere = "raft.peers.n1 = \"pekko://raft@db1.example:7051/user/raft\"\n";

        assertThatThrownBy(node(line + elsewhere)::requireKeys)
                .isInstanceOf(BadConfigException.class)
                .hasMessageContainingAll("raft.tls.key-store", "db1.example", "bin/certs.sh node n1 db1.example");
        node(line + "raft.peers.n1 = \"pekko://raft@LOCALHOST:7051/user/raft\"\n")
                .requireKeys();
    }

    @Test
    void aFileOfTokensMustMakeSense() throws IOException {
        Path file = Files.writeString(folder.resolve("tokens"), "admin alice short\n");

        assertThatThrownBy(node("raft.http.token-file = \"" + file + "\"")::requireKeys)
                .isInstanceOf(BadConfigException.class)
                .hasMessageContainingAll("raft.http.token-file", "line 1")
                .hasMessageNotContaining("short\n");
    }

    /** What somebody has written into his configuration for Pekko all the same is masked. */
    @Test
    void theEffectiveConfigurationShowsNoSecretAndWhereSecretsAre() {
        String shown = EffectiveConfig.lines(
                node("raft.tls.password-file = here, raft.http.token-file = there, pekko.some.password = hush")
                        .actorSystemConfig());

        assertThat(shown).contains("raft.tls.password-file = \"here\"", "raft.http.token-file = \"there\"");
        assertThat(shown).contains("pekko.some.password = \"***\"").doesNotContain("hush");
    }

    /** TLS with a certificate of node n1 for localhost. */
    private String tls(Authority authority) throws IOException {
        return """
                raft.tls { enabled = on, key-store = "%s", trust-store = "%s", password-file = "%s" }
                """.formatted(
                        authority.issue(folder.resolve("keys"), "urn:balsa:node:n1"),
                        authority.trust(folder.resolve("trust")),
                        Authority.password(folder.resolve("password")));
    }

    private static NodeConfig node(String more) {
        Config least = ConfigFactory.parseMap(Map.of(
                "raft.cluster-id", "c",
                "raft.node-id", "n1",
                "raft.peers.n1", "pekko://raft@127.0.0.1:7051/user/raft"));
        return NodeConfig.of(ConfigFactory.parseString(more).withFallback(least));
    }
}
