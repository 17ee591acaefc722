package io.balsa.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.balsa.Consistency;
import io.balsa.Raft;
import io.balsa.it.Embedded.Counter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java that the README shows is this very code, and it runs. */
final class ReadmeIT {
    @TempDir
    private Path folder;

    // begin of the README's snippet
    static long countOne(Config config) throws Exception {
        try (Raft raft = Raft.start(config, new Counter())) {
            raft.submit(new byte[] {1}).toCompletableFuture().get();
            byte[] total = raft.query(new byte[0], Consistency.LINEARIZABLE)
                    .toCompletableFuture()
                    .get();
            return ByteBuffer.wrap(total).getLong();
        }
    }
    // end of the README's snippet

    @Test
    void theSnippetCounts() throws Exception {
        Config config = ConfigFactory.parseMap(Map.of(
                "raft.cluster-id",
                "readme",
                "raft.node-id",
                "node-1",
                "raft.data-dir",
                folder.toString(),
                "raft.peers.node-1",
                "pekko://raft@127.0.0.1:" + Ports.free() + "/user/raft"));
        assertThat(countOne(config)).isEqualTo(1);
        assertThat(countOne(config)).as("it is durable").isEqualTo(2);
    }

    @Test
    void theReadmeShowsTheSnippet() throws Exception {
        List<String> source = Files.readAllLines(Path.of("src/test/java/io/balsa/it/ReadmeIT.java"));
        int begin = source.indexOf("    // begin of the README's snippet");
        int end = source.indexOf("    // end of the README's snippet");
        String snippet = String.join("\n", source.subList(begin + 1, end)).stripIndent();
        assertThat(Files.readString(Path.of("README.md"))).contains("```java\n" + snippet + "\n```");
    }
}
