package io.balsa.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.Applied;
import io.balsa.Consistency;
import io.balsa.client.Connection;
import io.balsa.kv.KvCommand;
import io.balsa.kv.KvQuery;
import io.balsa.kv.KvReply;
import io.balsa.kv.MalformedException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients write unique values while processes are killed; whatever was acknowledged must be there afterwards, in the
 * logs of all nodes alike, applied once, and in the order of its acknowledgements. {@code -Dbalsa.crash.rounds=100}
 * runs it long.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CrashIT {
    private static final int ROUNDS = Integer.getInteger("balsa.crash.rounds", 2);
    private static final int CLIENTS = 10;
    private static final int WRITING_MILLIS = 1000;

    /** Long enough to fill what may be on its way to a follower: what comes after that never leaves the leader. */
    private static final int ALONE_MILLIS = 500;

    private NodeProcesses nodes;
    private String leader;

    /** What each client was told, in the order in which it was told, by all tests: what one has left must stay. */
    private final List<List<Acknowledgement>> acknowledged = new ArrayList<>();

    /** A value, and where its client was told that it stands. */
    private record Acknowledgement(String value, long index) {}

    private interface Fault {
        void strike() throws Exception;
    }

    @BeforeAll
    void configure(@TempDir Path folder) throws Exception {
        nodes = new NodeProcesses(folder);
    }

    @BeforeEach
    void complete() throws Exception {
        List<String> missing = new ArrayList<>(nodes.ids());
        missing.removeAll(nodes.running());
        nodes.start(missing.toArray(String[]::new));
        leader = nodes.awaitLeader();
    }

    @AfterAll
    void stop() {
        nodes.close();
    }

    @Test
    void nothingAcknowledgedIsLostOrDoubledWhenAllNodesAreKilledAtOnce() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            int before = acknowledgements();
            write(() -> {
                nodes.killAll();
                nodes.startAll();
                nodes.awaitLeader();
            });
            assertThat(acknowledgements()).as("round %s", round).isGreaterThan(before);
        }
        verify();
    }

    @Test
    void theClusterGoesOnWhenTheLeaderOrAFollowerIsKilledUnderLoad() throws Exception {
        String follower = nodes.others(leader).get(0);
        write(() -> nodes.kill(follower));
        nodes.start(follower);
        write(() -> nodes.kill(leader));
        nodes.start(leader);
        nodes.awaitLeader();
        int before = acknowledgements();
        write(() -> {});
        assertThat(acknowledgements()).as("it takes writes again").isGreaterThan(before);
        verify();
    }

    @Test
    void aLeaderWhoseFollowersStandStillAcknowledgesNothingThatDiesWithIt() throws Exception {
        write(() -> {
            for (String id : nodes.others(leader)) {
                nodes.freeze(id);
            }
            TimeUnit.MILLISECONDS.sleep(ALONE_MILLIS);
            nodes.kill(leader);
            for (String id : nodes.others(leader)) {
                nodes.thaw(id);
            }
            nodes.awaitLeader();
        });
        nodes.start(leader);
        nodes.awaitLeader();
        verify();
    }

    private void write(Fault fault) throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService pool = Executors.newFixedThreadPool(CLIENTS);
        try (Connection connection = nodes.connect()) {
            List<Future<List<Acknowledgement>>> writers = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                String prefix = "v-" + (acknowledged.size() + client) + "-";
                writers.add(pool.submit(() -> writeUntil(over, connection, prefix)));
            }
            TimeUnit.MILLISECONDS.sleep(WRITING_MILLIS);
            fault.strike();
            TimeUnit.MILLISECONDS.sleep(WRITING_MILLIS);
            over.set(true);
            for (Future<List<Acknowledgement>> writer : writers) {
                acknowledged.add(writer.get(30, TimeUnit.SECONDS));
            }
        } finally {
            pool.shutdownNow();
        }
    }

    private static List<Acknowledgement> writeUntil(AtomicBoolean over, Connection connection, String prefix) {
        List<Acknowledgement> told = new ArrayList<>();
        for (int number = 0; !over.get(); number++) {
            String value = prefix + number;
            byte[] command = new KvCommand.Increment(value.getBytes(StandardCharsets.UTF_8), 1).encode();
            try {
                Applied applied =
                        connection.submit(command).toCompletableFuture().join();
                told.add(new Acknowledgement(value, applied.index()));
            } catch (CompletionException e) {
                // Not acknowledged: nothing is promised.
            }
        }
        return told;
    }

    private int acknowledgements() {
        return acknowledged.stream().mapToInt(List::size).sum();
    }

    private void verify() throws Exception {
        nodes.awaitEqualLogs();
        Map<String, Long> counts = counts();
        assertThat(counts.values()).as("each applied once").allMatch(count -> count == 1);
        List<Long> checksums = new ArrayList<>();
        for (String id : nodes.ids()) {
            WrittenLog log = nodes.log(id);
            checksums.add(log.checksum());
            acknowledged.forEach(client -> verify(client, log));
        }
        assertThat(checksums).as("the bytes of all logs").containsOnly(checksums.get(0));
        assertThat(acknowledgements()).isPositive();
        acknowledged.forEach(client -> assertThat(counts.keySet())
                .containsAll(client.stream().map(Acknowledgement::value).toList()));
    }

    /** All that one client was told is where it was told, and in that order. */
    private static void verify(List<Acknowledgement> client, WrittenLog log) {
        assertThat(client)
                .allSatisfy(told -> assertThat(log.indexOf(told.value())).isEqualTo(told.index()));
        assertThat(client.stream().map(Acknowledgement::index)).isSorted().doesNotHaveDuplicates();
    }

    private Map<String, Long> counts() throws MalformedException {
        Map<String, Long> counts = new HashMap<>();
        Optional<KvQuery.Scan> scan = Optional.of(KvQuery.Scan.of("v-".getBytes(StandardCharsets.UTF_8)));
        try (Connection connection = nodes.connect()) {
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
        }
        return counts;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
