package io.balsa.http.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.balsa.config.NodeConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the other members are taken to serve HTTP, and who is believed to be one of them. */
final class DirectoryTest {
    private static final Map<String, String> ONE_HOST = Map.of(
            "n1", "pekko://raft@127.0.0.1:7051/user/raft",
            "n2", "pekko://raft@127.0.0.1:7052/user/raft");
    private static final Map<String, String> TWO_HOSTS = Map.of(
            "n1", "pekko://raft@10.0.0.1:7051/user/raft",
            "n2", "pekko://raft@n2.example:7051/user/raft");

    @Test
    void nodesOfOneHostAreBesideTheirOwnPorts() {
        assertThat(directory(ONE_HOST, Map.of()).of(ONE_HOST))
                .containsEntry("n1", Optional.of("127.0.0.1:8051"))
                .containsEntry("n2", Optional.of("127.0.0.1:8052"));
    }

    @Test
    void ofAPortThatWasChosenOnOneHostNobodyKnowsTheOthers() {
        assertThat(directory(ONE_HOST, Map.of("raft.http.port", 9000)).of(ONE_HOST))
                .containsEntry("n1", Optional.of("127.0.0.1:9000"))
                .containsEntry("n2", Optional.empty());
    }

    @Test
    void nodesOfOtherHostsAreReachedWhenTheyDoNotListenOnLoopback() {
        assertThat(directory(TWO_HOSTS, Map.of()).of(TWO_HOSTS))
                .containsEntry("n1", Optional.of("127.0.0.1:8051"))
                .containsEntry("n2", Optional.empty());
        assertThat(directory(TWO_HOSTS, Map.of("raft.http.host", "0.0.0.0")).of(TWO_HOSTS))
                .containsEntry("n1", Optional.of("10.0.0.1:8051"))
                .containsEntry("n2", Optional.of("n2.example:8051"));
        assertThat(directory(TWO_HOSTS, Map.of("raft.http.host", "0.0.0.0", "raft.http.port", 80))
                        .of(TWO_HOSTS))
                .containsEntry("n2", Optional.of("n2.example:80"));
    }

    @Test
    void whatTheConfigurationSaysWins() {
        assertThat(directory(ONE_HOST, Map.of("raft.http.peers.n2", "tunnel:1")).of(ONE_HOST))
                .containsEntry("n2", Optional.of("tunnel:1"));
    }

    @Test
    void aSilentNodeStillKnowsItsConfiguration() {
        NodeConfig config = config(ONE_HOST, Map.of());
        Directory silent =
                new Directory(config, () -> CompletableFuture.failedFuture(new IllegalStateException("silent")));
        assertThat(silent.look().toCompletableFuture().join()).containsKeys("n1", "n2");
    }

    @Test
    void loopbackHasThreeNames() {
        assertThat(Directory.authorities(
                        List.of(Optional.of("127.0.0.1:8051"), Optional.of("n2:80"), Optional.empty())))
                .containsExactly("127.0.0.1:8051", "[::1]:8051", "localhost:8051", "n2:80");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"127.0.0.1:8051", "localhost:8051", "LOCALHOST", "[::1]:8051", "192.168.0.7:8051", "n1.x:80", ""
            })
    void aRequestForOneOfItsNamesIsMeantForIt(String authority) {
        assertThat(directory(ONE_HOST, Map.of("raft.http.peers.n1", "n1.x:80")).isOwn(authority))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({"evil.example:8051", "127.0.0.1.evil.example", "localhost.evil.example:8051", "n1.x.evil:80", "a b"})
    void aRequestForAnotherNameIsNot(String authority) {
        for (String loopback : List.of("LocalHost", "0:0:0:0:0:0:0:1", "[::1]")) {
            assertThat(directory(ONE_HOST, Map.of("raft.http.host", loopback)).isOwn(authority))
                    .as(loopback)
                    .isFalse();
        }
        assertThat(directory(ONE_HOST, Map.of("raft.http.peers.n1", "n1.x:80")).isOwn(authority))
                .isFalse();
    }

    @Test
    void whoListensEverywhereHasAnyName() {
        assertThat(directory(TWO_HOSTS, Map.of("raft.http.host", "0.0.0.0")).isOwn("balsa.example"))
                .isTrue();
    }

    private static Directory directory(Map<String, String> peers, Map<String, Object> more) {
        return new Directory(config(peers, more), () -> CompletableFuture.completedFuture(peers));
    }

    private static NodeConfig config(Map<String, String> peers, Map<String, Object> more) {
        Map<String, Object> all = new HashMap<>(more);
        all.put("raft.http.anybody-on-the-network-may-do-anything", true);
        all.put("raft.cluster-id", "c");
        all.put("raft.node-id", "n1");
        peers.forEach((name, address) -> all.put("raft.peers." + name, address));
        return NodeConfig.of(ConfigFactory.parseMap(all));
    }
}
