package io.balsa.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.balsa.Applied;
import io.balsa.Consistency;
import io.balsa.client.Connection;
import io.balsa.kv.KvCommand;
import io.balsa.kv.KvQuery;
import io.balsa.kv.KvReply;
import io.balsa.kv.MalformedException;
import io.balsa.protocol.Target;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients write unique values while processes are killed; whatever was acknowledged must be there afterwards, applied
 * once, and in the order of its acknowledgements. {@code -Dbalsa.crash.rounds=100} runs it long.
 */
final class CrashIT {
    private static final int ROUNDS = Integer.getInteger("balsa.crash.rounds", 2);
    private static final int CLIENTS = 10;
    private static final int WRITING_MILLIS = 1500;

    @TempDir
    private Path folder;

    /** Acknowledged values with the index each was applied at. */
    private final Map<String, Long> acknowledged = new ConcurrentSkipListMap<>();

    @Test
    void nothingAcknowledgedIsLostOrDoubledWhenAllNodesAreKilledAtOnce() throws Exception {
        try (NodeProcesses nodes = new NodeProcesses(folder)) {
            nodes.start("node-1", "node-2", "node-3");
            nodes.awaitLeader();
            for (int round = 0; round < ROUNDS; round++) {
                write(nodes, round, () -> nodes.kill("node-1", "node-2", "node-3"));
                nodes.start("node-1", "node-2", "node-3");
                nodes.awaitLeader();
            }
            verify(nodes);
        }
    }

    @Test
    void theClusterGoesOnWhenTheLeaderOrAFollowerIsKilledUnderLoad() throws Exception {
        try (NodeProcesses nodes = new NodeProcesses(folder)) {
            nodes.start("node-1", "node-2", "node-3");
            String leader = nodes.awaitLeader();
            String follower = leader.equals("node-1") ? "node-2" : "node-1";
            write(nodes, 0, () -> nodes.kill(follower));
            nodes.start(follower);
            write(nodes, 1, () -> nodes.kill(leader));
            nodes.start(leader);
            nodes.awaitLeader();
            int before = acknowledged.size();
            write(nodes, 2, () -> {});
            assertThat(acknowledged).as("it takes writes again").hasSizeGreaterThan(before);
            verify(nodes);
        }
    }

    private void write(NodeProcesses nodes, int round, Runnable fault) throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService pool = Executors.newFixedThreadPool(CLIENTS);
        try (Connection connection = connect(nodes)) {
            List<Future<?>> writers = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                String prefix = "v-" + round + "-" + client + "-";
                writers.add(pool.submit(() -> writeUntil(over, connection, prefix)));
            }
            TimeUnit.MILLISECONDS.sleep(WRITING_MILLIS);
            fault.run();
            TimeUnit.MILLISECONDS.sleep(WRITING_MILLIS);
            over.set(true);
            for (Future<?> writer : writers) {
                writer.get(30, TimeUnit.SECONDS);
            }
        } finally {
            pool.shutdownNow();
        }
    }

    private void writeUntil(AtomicBoolean over, Connection connection, String prefix) {
        for (int number = 0; !over.get(); number++) {
            String value = prefix + number;
            byte[] command = new KvCommand.Increment(value.getBytes(StandardCharsets.UTF_8), 1).encode();
            try {
                Applied applied =
                        connection.submit(command).toCompletableFuture().join();
                acknowledged.put(value, applied.index());
            } catch (CompletionException e) {
                // Not acknowledged: nothing is promised.
            }
        }
    }

    private void verify(NodeProcesses nodes) throws Exception {
        assertThat(acknowledged).isNotEmpty();
        try (Connection connection = connect(nodes)) {
            Map<String, Long> counts = counts(connection);
            assertThat(counts.keySet()).containsAll(acknowledged.keySet());
            assertThat(counts.values()).as("each applied once").allMatch(count -> count == 1);
        }
        for (int client = 0; client < CLIENTS; client++) {
            for (int round = 0; round < ROUNDS; round++) {
                assertThat(indexes("v-" + round + "-" + client + "-"))
                        .isSorted()
                        .doesNotHaveDuplicates();
            }
        }
    }

    private List<Long> indexes(String prefix) {
        List<Long> indexes = new ArrayList<>();
        for (int number = 0; acknowledged.containsKey(prefix + number); number++) {
            indexes.add(acknowledged.get(prefix + number));
        }
        return indexes;
    }

    private static Map<String, Long> counts(Connection connection) throws MalformedException {
        Map<String, Long> counts = new HashMap<>();
        Optional<KvQuery.Scan> scan = Optional.of(KvQuery.Scan.of("v-".getBytes(StandardCharsets.UTF_8)));
        while (scan.isPresent()) {
            KvQuery.Scan asked = scan.get();
            byte[] answer = connection
                    .query(asked.encode(), Consistency.LINEARIZABLE)
                    .toCompletableFuture()
                    .join();
            KvReply.Page page = KvReply.decode(answer).page();
            page.pairs().forEach(pair -> counts.put(text(pair.key()), Long.valueOf(text(pair.value()))));
            scan = page.next().map(asked::after);
        }
        return counts;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static Connection connect(NodeProcesses nodes) {
        List<String> addresses = nodes.ids().stream()
                .map(id -> "pekko://raft@" + nodes.endpoint(id) + "/user/raft")
                .toList();
        return Connection.open(addresses, new Target("it", "main"), ConfigFactory.load());
    }
}
