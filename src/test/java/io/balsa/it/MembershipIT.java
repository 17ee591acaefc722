package io.balsa.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.client.Connection;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real nodes that come and go (§6). {@code -Dbalsa.member.rounds=100} replaces all of them that often under load, by
 * way of five and seven nodes, and kills the leader in the middle of it.
 */
final class MembershipIT {
    private static final int ROUNDS = Integer.getInteger("balsa.member.rounds", 0);

    @TempDir
    private Path folder;

    @Test
    void aNewNodeTakesThePlaceOfTheLeader() throws Exception {
        try (NodeProcesses nodes = new NodeProcesses(folder)) {
            nodes.startAll();
            String first = nodes.awaitLeader();
            done(nodes, "put", "k", "v");
            String fresh = join(nodes);
            done(nodes, "member", "promote", fresh);
            done(nodes, "member", "remove", first);
            nodes.kill(first);
            nodes.forget(first);
            nodes.awaitLeader();
            nodes.awaitEqualLogs();

            nodes.killAll();
            nodes.startAll();
            nodes.awaitLeader();
            nodes.awaitEqualLogs();
            assertThat(done(nodes, "get", "k")).isEqualTo("v");
            String list = done(nodes, "member", "list");
            assertThat(list).contains(nodes.ids()).doesNotContain(first, "\tno\t");
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "balsa.member.rounds", matches = "[1-9][0-9]*")
    void everyNodeIsReplacedUnderLoadWhileLeadersAreKilled() throws Exception {
        SplittableRandom random = new SplittableRandom(1);
        // New nodes begin with a snapshot, lest a round takes the longer the more there were before it.
        try (NodeProcesses nodes = new NodeProcesses(
                folder,
                "snapshot { max-log-entries = 20000, retain-entries = 1000, retain-size = 64 KiB }",
                "storage.segment-size = 256 KiB")) {
            nodes.startAll();
            nodes.awaitLeader();
            for (int round = 0; round < ROUNDS; round++) {
                List<String> acknowledged = whileWriting(nodes, "r" + round + "-", () -> replaceAll(nodes, random));
                nodes.awaitEqualLogs();
                verify(nodes, acknowledged);
            }
            nodes.killAll();
            nodes.startAll();
            nodes.awaitLeader();
            nodes.awaitEqualLogs();
        }
    }

    private interface Step {
        void take() throws Exception;
    }

    private static void replaceAll(NodeProcesses nodes, SplittableRandom random) throws Exception {
        List<String> old = nodes.ids();
        for (int size = 5; size <= 7; size += 2) {
            String one = join(nodes);
            String two = join(nodes);
            whileKillingTheLeader(nodes, random, () -> untilDone(nodes, "member", "promote", one, two));
        }
        List<String> leave = new ArrayList<>(List.of("member", "remove"));
        leave.addAll(old);
        leave.add(
                nodes.ids().stream().filter(id -> !old.contains(id)).findFirst().orElseThrow());
        whileKillingTheLeader(nodes, random, () -> untilDone(nodes, leave.toArray(String[]::new)));
        for (String gone : leave.subList(2, leave.size())) {
            nodes.kill(gone);
            nodes.forget(gone);
        }
        nodes.rewrite();
        nodes.awaitLeader();
    }

    private static void whileKillingTheLeader(NodeProcesses nodes, SplittableRandom random, Step step)
            throws Exception {
        int delay = random.nextInt(1500);
        String leader = nodes.awaitLeader();
        CompletableFuture<Void> fault = CompletableFuture.runAsync(() -> {
            try {
                TimeUnit.MILLISECONDS.sleep(delay);
                nodes.kill(leader);
                nodes.start(leader);
            } catch (Exception e) {
                throw new CompletionException(e);
            }
        });
        step.take();
        fault.get(1, TimeUnit.MINUTES);
    }

    /** What is refused for now, or has an unknown outcome, is asked for again. */
    private static void untilDone(NodeProcesses nodes, String... verb) throws Exception {
        Shell.Result result = ask(nodes, verb);
        for (int tries = 0; result.code() != 0 && tries < 20; tries++) {
            TimeUnit.SECONDS.sleep(1);
            result = ask(nodes, verb);
            if (result.err().contains("no member")) {
                return; // as it was removed by the first question
            }
        }
        assertThat(result.code()).as(result.err()).isZero();
    }

    private static List<String> whileWriting(NodeProcesses nodes, String prefix, Step step) throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        List<String> acknowledged = new ArrayList<>();
        try (Connection connection = nodes.connect()) {
            CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
                for (int number = 0; !over.get(); number++) {
                    write(connection, prefix + number, acknowledged);
                }
            });
            step.take();
            over.set(true);
            writer.get(1, TimeUnit.MINUTES);
        }
        assertThat(acknowledged).isNotEmpty();
        return acknowledged;
    }

    private static void write(Connection connection, String key, List<String> acknowledged) {
        try {
            KeyValueClient.join(connection.submit(KeyValueClient.increment(key)));
            acknowledged.add(key);
        } catch (CompletionException e) {
            // Not acknowledged: nothing is promised.
        }
    }

    private static void verify(NodeProcesses nodes, List<String> acknowledged) throws Exception {
        try (Connection connection = nodes.connect()) {
            KeyValueClient client = new KeyValueClient(connection);
            for (String key : acknowledged) {
                assertThat(client.get(key)).as(key).contains("1");
            }
        }
    }

    private static String join(NodeProcesses nodes) throws Exception {
        String id = nodes.newcomer();
        String file = "";
        for (int tries = 0; file.isEmpty() && tries < 20; tries++) {
            Shell.Result added = ask(nodes, "member", "add", id, nodes.address(id));
            file = added.code() == 0 ? added.text() : "";
        }
        nodes.configure(id, file);
        nodes.start(id);
        return id;
    }

    private static String done(NodeProcesses nodes, String... verb) {
        Shell.Result result = ask(nodes, verb);
        assertThat(result.code()).as(result.err()).isZero();
        return result.text().strip();
    }

    private static Shell.Result ask(NodeProcesses nodes, String... verb) {
        List<String> line = new ArrayList<>(List.of("-o", "text", "--timeout", "20s"));
        line.addAll(List.of(verb));
        return nodes.verb(line.toArray(String[]::new));
    }
}
