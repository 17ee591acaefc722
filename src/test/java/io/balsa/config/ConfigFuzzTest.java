package io.balsa.config;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import io.balsa.fuzz.Mutations;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/** A configuration: it is taken, or its problems are told. What is no HOCON at all is not ours to judge. */
final class ConfigFuzzTest {
    private static final ConfigParseOptions NO_FILES =
            ConfigParseOptions.defaults().setIncluder(new NoIncluder());

    @MethodSource("seeds")
    @FuzzTest
    void read(byte[] bytes) {
        Config parsed;
        try {
            parsed = ConfigFactory.parseString(new String(bytes, StandardCharsets.UTF_8), NO_FILES);
        } catch (ConfigException noHocon) {
            return;
        }
        try {
            NodeConfig.of(parsed);
        } catch (BadConfigException told) {
            // As it should be.
        }
    }

    static List<byte[]> seeds() {
        return Stream.of(
                        """
                        raft { cluster-id = c, node-id = n1
                          peers { n1 = "pekko://raft@127.0.0.1:7051/user/raft" } }""",
                        """
                        raft.cluster-id = c, raft.node-id = n1
                        raft.peers { n1 = "pekko://raft@[::1]:1/user/raft", n2 = "pekko://raft@h:65535/user/raft" }
                        raft.heartbeat-interval = 1 ms, raft.http { port = 0, host = "0.0.0.0", token-file = t }
                        raft.tls { enabled = on, key-store = k }, raft.storage.segment-size = 1 MiB""",
                        "raft.peers.n1 = ${raft.node-id}, raft.node-id = n1, raft.max-command-size = 99999999999999999")
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    @Test
    void nearlyRight() {
        Mutations.feedFew(getClass(), seeds(), this::read);
    }
}
