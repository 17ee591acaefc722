package io.balsa.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.trace.TraceFile.Bounds;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The bounds of a trace, and what becomes of its file when processes end, meet, or come back. */
@Timeout(20)
final class TraceFileTest {
    private static final Bounds WIDE = new Bounds(1 << 20, 1 << 20);

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("below").resolve("trace.jsonl");
    }

    @Test
    void isCompleteWhenTheServerHasStopped() throws IOException {
        TraceFile trace = trace(WIDE);
        for (int i = 1; i <= 100; i++) {
            trace.record(applied(i));
        }
        trace.record(stopped());

        List<String> lines = Files.readAllLines(file);
        assertThat(lines).hasSize(102);
        assertThat(lines.get(0)).startsWith("{\"balsa-trace\":1,\"node\":\"n1\",\"began\":\"20");
        assertThat(lines.get(100)).endsWith("\"event\":\"applied\",\"index\":100}");
        assertThat(lines.get(101)).endsWith("\"event\":\"stopped\"}");
    }

    @Test
    void aServerThatComesBackGoesOnBehindATornLine() throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "{\"balsa-trace\":1}\n{\"t\":5,\"no");
        TraceFile trace = trace(WIDE);
        trace.record(stopped());

        List<String> lines = Files.readAllLines(file);
        assertThat(lines).hasSize(4);
        assertThat(lines.get(1)).isEqualTo("{\"t\":5,\"no");
        assertThat(lines.get(2)).startsWith("{\"balsa-trace\":1,\"node\":\"n1\"");
    }

    @Test
    void aFullFileSaysSoAndGrowsNoMore() throws IOException {
        TraceFile trace = trace(new Bounds(600, 1 << 20));
        for (int i = 1; i <= 100; i++) {
            trace.record(applied(i));
        }
        trace.record(stopped());

        List<String> lines = Files.readAllLines(file);
        assertThat(lines.get(lines.size() - 1)).endsWith("\"event\":\"full\",\"maxBytes\":600}");
        assertThat(Files.size(file) - lines.get(lines.size() - 1).length() - 1).isLessThanOrEqualTo(600);
        assertThat(lines).hasSizeBetween(4, 20);
    }

    @Test
    void whatFindsTheQueueFullIsCounted() throws IOException {
        CountDownLatch held = new CountDownLatch(1);
        TraceFile trace = trace(new Bounds(1 << 20, 1000));
        trace.record(new TraceEvent("n1", "Leader", 1, new Slow(held)));
        for (int i = 1; i <= 100; i++) {
            trace.record(applied(i));
        }
        held.countDown();
        trace.record(stopped());

        List<String> lines = Files.readAllLines(file);
        String dropped = lines.get(lines.size() - 2);
        long kept = lines.stream().filter(line -> line.contains("\"applied\"")).count();
        assertThat(kept).isBetween(1L, 10L);
        assertThat(dropped).endsWith("\"node\":\"n1\",\"event\":\"dropped\",\"count\":" + (100 - kept) + "}");
    }

    @Test
    void twoServersNeverShareAFile() throws IOException {
        TraceFile first = trace(WIDE);
        first.record(applied(1));
        try (JsonLines taken = JsonLines.open(folder.resolve("taken"), 1000, new Fields())) {
            assertThatThrownBy(() -> JsonLines.open(folder.resolve("taken"), 1000, new Fields()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("another node writes to it");
            TraceFile second = new TraceFile(folder.resolve("taken"), new Fields(), WIDE);
            second.record(applied(2));
            second.record(stopped());
            taken.flush();
        }
        first.record(stopped());

        assertThat(Files.readAllLines(folder.resolve("taken"))).containsExactly("{\"balsa-trace\":1}");
        assertThat(Files.readAllLines(file)).hasSize(3);
    }

    @Test
    void theFileIsFreeWhenTheServerHasStopped() throws IOException {
        TraceFile trace = trace(WIDE);
        trace.record(stopped());

        try (FileChannel again = FileChannel.open(file, StandardOpenOption.WRITE)) {
            assertThat(again.tryLock()).isNotNull();
        }
    }

    @Test
    void aFileThatCannotBeIsNoReasonToStop() throws IOException {
        Files.createDirectories(file);
        TraceFile trace = trace(WIDE);
        trace.record(applied(1));
        trace.record(stopped());

        assertThat(file).isEmptyDirectory();
    }

    private TraceFile trace(Bounds bounds) {
        return new TraceFile(file, new Fields().with("node", "n1"), bounds);
    }

    private static TraceEvent applied(long index) {
        return new TraceEvent("n1", "Leader", 1, new Happening.Applied(index));
    }

    private static TraceEvent stopped() {
        return new TraceEvent("n1", "Leader", 1, new Happening.Stopped());
    }

    /** Holds its writer up until it is let go, as a disk might. */
    private record Slow(CountDownLatch held) implements Happening {
        @Override
        public String name() {
            return "slow";
        }

        @Override
        public Fields fields() {
            try {
                held.await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
            return new Fields();
        }
    }
}
