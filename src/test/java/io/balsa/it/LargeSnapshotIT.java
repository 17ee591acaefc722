package io.balsa.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.balsa.Applied;
import io.balsa.cli.InProcess;
import io.balsa.client.Connection;
import io.balsa.protocol.reply.AdminReply.SnapshotTaken;
import io.balsa.protocol.reply.AdminReply.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A large state is written down, and sent to a follower, while a client goes on writing (§7): nobody stands for
 * election, and writes hardly wait. Then nodes are killed in the middle of it. {@code -Dbalsa.snapshot.mib=1024} runs
 * it with a state of so many MiB.
 *
 * <p>Election timeouts are those of {@code reference.conf}, from 500 ms to 1 s.
 */
@EnabledIfSystemProperty(named = "balsa.snapshot.mib", matches = "[1-9][0-9]*")
final class LargeSnapshotIT {
    private static final int MIB = Integer.getInteger("balsa.snapshot.mib", 0);
    private static final int KILLS = Integer.getInteger("balsa.snapshot.kills", 6);
    private static final int VALUE = 64 << 10;
    private static final int VALUES = (MIB << 20) / VALUE;
    private static final int AT_A_TIME = 16;
    private static final int CALM_SECONDS = 20;

    /** A snapshot is answered for when it counts. */
    private static final Config PATIENT =
            ConfigFactory.parseString("raft.client.timeout = 2 m").withFallback(ConfigFactory.load());

    @TempDir
    private Path folder;

    private final SplittableRandom random = new SplittableRandom(1);
    private NodeProcesses nodes;
    private Connection operator;
    private Pulse pulse;

    @Test
    void aLargeStateIsWrittenAndSentWhileCommandsGoOn() throws Exception {
        try (NodeProcesses processes = new NodeProcesses(
                folder,
                "snapshot { max-log-size = 8 GiB, retain-size = 1 MiB, keep = 1 }",
                "storage { segment-size = 4 MiB, tail-size = 16 MiB }")) {
            nodes = processes;
            nodes.jvm("-Xmx" + (512 + 5 * MIB / 2) + "m");
            nodes.startAll();
            String leader = nodes.awaitLeader();
            String late = nodes.others(leader).get(0);
            nodes.kill(late);
            fill();
            try (Connection patient = nodes.connect(PATIENT);
                    Pulse beat = Pulse.start(nodes.connect(), "pulse")) {
                operator = patient;
                pulse = beat;
                goOn(leader, late);
                killInTheMiddle(late);
                pulse.endAndVerify();
            }
            verify();
        }
    }

    private void goOn(String leader, String late) throws Exception {
        long term = status(leader).term();
        long calm = System.nanoTime();
        TimeUnit.SECONDS.sleep(CALM_SECONDS);
        long begin = System.nanoTime();
        nodes.others(late)
                .forEach(id ->
                        assertThat(KeyValueClient.join(snapshot(id)).refusal()).isEmpty());
        long taken = System.nanoTime();
        nodes.start(late);
        awaitCaughtUp(late);
        long installed = System.nanoTime();
        report("calm", calm, begin);
        report("while it is written", begin, taken);
        report("while it is installed", taken, installed);
        assertThat(status(leader).term()).as("no election").isEqualTo(term);
        assertThat(status(late).snapshotIndex()).isPositive();
        long before = Pulse.percentile(pulse.micros(calm, begin), 99);
        assertThat(Pulse.percentile(pulse.micros(begin, taken), 99))
                .as("p99, µs")
                .isLessThanOrEqualTo(2 * before);
    }

    private void report(String what, long from, long to) {
        List<Long> micros = pulse.micros(from, to);
        System.out.printf(
                "%s: %d ms, %d writes, p50 %d µs, p99 %d µs, max %d µs%n",
                what,
                TimeUnit.NANOSECONDS.toMillis(to - from),
                micros.size(),
                Pulse.percentile(micros, 50),
                Pulse.percentile(micros, 99),
                Pulse.percentile(micros, 100));
    }

    /** While it writes one, and while it receives one. */
    private void killInTheMiddle(String late) throws Exception {
        long begin = System.nanoTime();
        assertThat(KeyValueClient.join(snapshot(late)).refusal()).isEmpty();
        long takes = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
        for (int i = 0; i < KILLS; i++) {
            pulse.awaitMore(10);
            snapshot(late);
            TimeUnit.MILLISECONDS.sleep(1 + takes * (2 * i + 1) / (2L * KILLS) + random.nextInt(10));
            nodes.kill(late);
            bringBack(late);
        }
        for (int i = 0; i < KILLS; i++) {
            nodes.kill(late);
            leaveBehind(late);
            nodes.start(late);
            nodes.await("it receives", () -> nodes.said(late).size() > 0 && Files.exists(draft(late)));
            TimeUnit.MILLISECONDS.sleep(random.nextLong(1 + takes));
            nodes.kill(late);
            bringBack(late);
        }
    }

    /** The log of the others begins behind the end of this one's. */
    private void leaveBehind(String late) throws Exception {
        long end = status(nodes.awaitLeader()).commitIndex();
        try (Connection connection = nodes.connect()) {
            write(new KeyValueClient(connection), 0, 2 * (16 << 20) / VALUE);
        }
        for (String id : nodes.others(late)) {
            nodes.await(id + " compacts", () -> {
                pulse.awaitMore(1);
                KeyValueClient.join(snapshot(id));
                return status(id).firstIndex() > end + 1;
            });
        }
    }

    /** What it left is sound, a start clears away what is half, and nothing is missing. */
    private void bringBack(String id) throws Exception {
        String data = nodes.data(id).toString();
        InProcess.Ended verdict = InProcess.run(Shell.HOME, "log", "verify", "--data", data);
        assertThat(new String(verdict.out(), StandardCharsets.UTF_8))
                .as(verdict.err())
                .contains("intact");
        System.out.println("killed with " + snapshots(id));
        nodes.start(id);
        awaitCaughtUp(id);
        assertThat(snapshots(id)).noneMatch(name -> !name.endsWith(".snapshot"));
    }

    private Path draft(String id) {
        return nodes.data(id).resolve("snapshot/received.draft");
    }

    private List<String> snapshots(String id) throws IOException {
        try (Stream<Path> files = Files.list(nodes.data(id).resolve("snapshot"))) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private void awaitCaughtUp(String id) throws Exception {
        long end = status(nodes.awaitLeader()).commitIndex();
        nodes.await(
                id + " holds what there was",
                () -> nodes.status(id).map(Status::applied).orElse(-1L) >= end);
    }

    private void fill() {
        try (Connection connection = nodes.connect()) {
            write(new KeyValueClient(connection), 0, VALUES);
        }
    }

    private static void write(KeyValueClient client, int from, int to) {
        Deque<CompletableFuture<Applied>> open = new ArrayDeque<>();
        for (int i = from; i < to; i++) {
            open.add(client.startPut("key-" + i, value(i)).toCompletableFuture());
            if (open.size() >= AT_A_TIME) {
                open.remove().join();
            }
        }
        open.forEach(CompletableFuture::join);
    }

    private void verify() throws Exception {
        nodes.awaitEqualLogs();
        try (Connection connection = nodes.connect()) {
            KeyValueClient client = new KeyValueClient(connection);
            for (int i = 0; i < VALUES; i += 1 + VALUES / 100) {
                assertThat(client.get("key-" + i)).contains(value(i));
            }
        }
    }

    private static String value(int i) {
        return (i + "-").repeat(VALUE / 8).substring(0, VALUE / 8).repeat(8);
    }

    private CompletionStage<SnapshotTaken> snapshot(String id) {
        return operator.snapshot(nodes.address(id));
    }

    private Status status(String id) {
        return nodes.status(id).orElseThrow(() -> new AssertionError(id + " does not answer"));
    }
}
