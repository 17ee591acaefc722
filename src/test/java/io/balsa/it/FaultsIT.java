package io.balsa.it;

import static io.balsa.it.KeyValueClient.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.balsa.Applied;
import io.balsa.Consistency;
import io.balsa.client.Connection;
import io.balsa.client.OutcomeUnknownException;
import io.balsa.client.UnavailableException;
import io.balsa.kv.KvReply;
import java.nio.file.Path;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What three nodes do, and what they say, when one of them goes, stands still, or is spoken to by somebody strange. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FaultsIT {
    /** Long, so that a hand-over can be told from an election. */
    private static final int ELECTION_MILLIS = 2000;

    private static final Config IMPATIENT =
            ConfigFactory.parseString("raft.client.timeout = 2 s").withFallback(ConfigFactory.load());

    private static final Config PATIENT =
            ConfigFactory.parseString("raft.client.timeout = 30 s").withFallback(ConfigFactory.load());

    private static final int READS = 200;
    private static final int ON_THE_WAY_MILLIS = 200;

    private NodeProcesses nodes;
    private String leader;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        String timeouts = "election-timeout { min = " + ELECTION_MILLIS + " ms, max = 3 s }";
        // A machine that is busy with starting a node may leave another one silent for a moment.
        nodes = new NodeProcesses(folder, timeouts, "heartbeat-interval = 500 ms");
    }

    /** What is still to be said about a node that has just come back is said within some greetings. */
    @BeforeEach
    void complete() throws Exception {
        List<String> missing = new ArrayList<>(nodes.ids());
        missing.removeAll(nodes.running());
        nodes.start(missing.toArray(String[]::new));
        nodes.awaitEqualLogs();
        leader = nodes.awaitLeader();
        TimeUnit.SECONDS.sleep(1);
        nodes.forgetSaid();
    }

    @AfterEach
    void nobodyShowedATrace() throws Exception {
        for (String id : nodes.ids()) {
            assertThat(nodes.said(id)).as(id).noneMatch(line -> line.startsWith("\tat ") || line.contains("Caused by"));
        }
    }

    @AfterAll
    void stop() {
        nodes.close();
    }

    @Test
    void aLeaderThatIsCutOffAcknowledgesNothingAndAnswersNoLinearizableRead() throws Exception {
        try (Connection connection = nodes.connect(IMPATIENT, leader)) {
            KeyValueClient client = new KeyValueClient(connection);
            client.put("cut off", "before");
            for (String id : nodes.others(leader)) {
                nodes.freeze(id);
            }
            CompletionStage<?> write = client.startPut("cut off", "meanwhile");
            CompletionStage<?> read = client.startGet("cut off", Consistency.LINEARIZABLE);

            assertThat(KeyValueClient.value(join(client.startGet("cut off", Consistency.STALE))))
                    .contains("before");
            assertUnanswered(write);
            assertUnanswered(read);
        } finally {
            for (String id : nodes.others(leader)) {
                nodes.thaw(id);
            }
        }
        putAndGet("cut off", "afterwards");
    }

    /** The reads wait in its socket when it wakes up, as do the messages of the next leader. */
    @Test
    void aLeaderThatStoodStillAnswersNothingOld() throws Exception {
        try (Connection faithful = nodes.connect(PATIENT, leader);
                Connection others = nodes.connect(PATIENT, nodes.others(leader).toArray(String[]::new))) {
            KeyValueClient reader = new KeyValueClient(faithful);
            reader.put("stood still", "before");
            nodes.freeze(leader);
            nodes.await("another leader", () -> nodes.others(leader).stream().anyMatch(nodes::leads));
            new KeyValueClient(others).put("stood still", "after");

            List<CompletionStage<byte[]>> reads = new ArrayList<>();
            for (int i = 0; i < READS; i++) {
                reads.add(reader.startGet("stood still", Consistency.LINEARIZABLE));
            }
            TimeUnit.MILLISECONDS.sleep(ON_THE_WAY_MILLIS);
            nodes.thaw(leader);
            for (CompletionStage<byte[]> read : reads) {
                assertThat(KeyValueClient.value(join(read))).contains("after");
            }
        } finally {
            nodes.thaw(leader);
        }
    }

    @Test
    void aLeaderThatIsAskedToStopHandsOverAndNothingIsLost() throws Exception {
        try (Connection client = nodes.connect();
                Increments increments = Increments.of(client, "stopped", 4)) {
            increments.awaitMore(50);
            long begin = System.nanoTime();
            int code = nodes.stop(leader);
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
            assertThat(code).isZero();
            assertThat(millis).isLessThan(10_000);
            increments.awaitMore(50);
            increments.stop();
            String sum = new KeyValueClient(client).get("stopped").orElseThrow();
            increments.checkAgainst(Long.parseLong(sum));
        }
        String successor = nodes.awaitLeader();
        assertThat(String.join("\n", nodes.said(successor))).contains("asked by the leader " + leader);
        LocalTime asked = time(leader, " hands over to " + successor);
        LocalTime elected = time(successor, " Candidate → Leader ");
        assertThat(asked.until(elected, ChronoUnit.MILLIS))
                .as("no election timeout")
                .isLessThan(ELECTION_MILLIS);
    }

    @Test
    void aDeadPeerCostsOneWarningAndOneLineWhenItIsBack() throws Exception {
        String dead = nodes.others(leader).get(0);
        List<String> others = nodes.others(dead);
        nodes.kill(dead);
        for (String id : others) {
            Patience.await("a warning of " + id, () -> countSaid(id, dead + " is silent") > 0);
        }
        TimeUnit.SECONDS.sleep(4);
        nodes.start(dead);
        for (String id : others) {
            Patience.await("relief of " + id, () -> countSaid(id, dead + " is heard") > 0);
        }
        nodes.awaitEqualLogs();

        for (String id : others) {
            List<String> about = nodes.said(id).stream()
                    .filter(line -> line.contains(" " + dead + " is "))
                    .toList();
            assertThat(about).as("what %s says about it", id).hasSize(2);
            assertThat(about.get(0)).contains(" WARN ").contains(dead + " is silent");
            assertThat(about.get(1)).contains(" INFO ").contains(dead + " is heard");
            assertThat(nodes.said(id))
                    .as("other complaints of %s", id)
                    .filteredOn(line -> line.contains(" WARN ") || line.contains(" ERROR "))
                    .allMatch(line -> line.contains(" is silent"));
        }
    }

    @Test
    void garbageOnThePortChangesNothingAndSaysLittle() throws Exception {
        for (String id : nodes.ids()) {
            Garbage.pourInto(nodes.port(id));
        }
        putAndGet("after garbage", "fine");
        assertThat(nodes.awaitLeader()).isEqualTo(leader);
        for (String id : nodes.ids()) {
            assertThat(nodes.process(id).isAlive()).isTrue();
            assertThat(nodes.said(id)).as(id).hasSizeLessThanOrEqualTo(10);
            assertThat(nodes.said(id))
                    .as(id)
                    .anyMatch(line -> line.contains("something arrives that is not for this node"));
        }
    }

    @Test
    void aPairSentFiftyTimesIsAppliedOnceAndAnsweredTheSame() throws Exception {
        List<String> answers = new ArrayList<>();
        try (Connection client = nodes.connect(PATIENT)) {
            long session = join(client.openSession());
            sendToEach(session, 6, answers);
            nodes.kill(leader);
            nodes.awaitLeader();
            sendToEach(session, 6, answers);
            nodes.start(leader);
            nodes.awaitLeader();
            nodes.killAll();
            nodes.startAll();
            nodes.awaitLeader();
            sendToEach(session, 4, answers);
            for (String id : nodes.ids().subList(0, 2)) {
                answers.add(byScript(id, session));
            }
            assertThat(answers).hasSize(6 * 3 + 6 * 3 + 4 * 3 + 2).containsOnly(answers.get(0));
            assertThat(new KeyValueClient(client).get("fifty")).contains("1");
        }
    }

    private void putAndGet(String key, String value) throws Exception {
        try (Connection connection = nodes.connect(PATIENT)) {
            KeyValueClient client = new KeyValueClient(connection);
            client.put(key, value);
            assertThat(client.get(key)).contains(value);
        }
    }

    private void sendToEach(long session, int times, List<String> answers) throws Exception {
        for (String id : nodes.ids()) {
            List<String> first = new ArrayList<>(List.of(id));
            first.addAll(nodes.others(id));
            try (Connection client = nodes.connect(PATIENT, first.toArray(String[]::new))) {
                send(client, session, times, answers);
            }
        }
    }

    private static void send(Connection client, long session, int times, List<String> answers) throws Exception {
        for (int i = 0; i < times; i++) {
            Applied applied = join(client.submit(session, 1, KeyValueClient.increment("fifty")));
            answers.add(applied.index() + " " + KvReply.decode(applied.reply()).number());
        }
    }

    private String byScript(String id, long session) throws Exception {
        Shell.Result result = Shell.run(
                Shell.HOME.resolve("bin/client.sh").toString(),
                "--timeout",
                "30s",
                "--endpoints",
                nodes.endpoint(id),
                "-o",
                "json",
                "incr",
                "fifty",
                "--session",
                Long.toString(session),
                "--seq",
                "1");
        assertThat(result.code()).as(result.err()).isZero();
        return result.text().replaceAll("(?s).*\"index\":(\\d+).*", "$1") + " "
                + result.text().replaceAll("(?s).*\"value\":\"?(\\d+).*", "$1");
    }

    private long countSaid(String id, String words) throws Exception {
        return nodes.said(id).stream().filter(line -> line.contains(words)).count();
    }

    private LocalTime time(String id, String words) throws Exception {
        String line = nodes.said(id).stream()
                .filter(said -> said.contains(words))
                .reduce((first, last) -> last)
                .orElseThrow(() -> new AssertionError(id + " never said" + words));
        return LocalTime.parse(line.substring(0, line.indexOf(' ')));
    }

    private static void assertUnanswered(CompletionStage<?> stage) {
        assertThatThrownBy(() -> join(stage))
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfAny(UnavailableException.class, OutcomeUnknownException.class);
    }
}
