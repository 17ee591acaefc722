package io.balsa.storage;

import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import io.balsa.model.LogEntry;
import io.balsa.model.NodeId;
import io.balsa.model.Payload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long it takes until a batch of entries of 256 bytes is on the disk below the temporary folder. As in a node, the
 * next segment is prepared beside that, here between two batches.
 */
@State(Scope.Thread)
@BenchmarkMode({Mode.AverageTime, Mode.SampleTime})
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class SegmentedLogBenchmark {
    private static final int SIZE = 256;

    @Param({"1", "64"})
    private int count;

    @Param({"true", "false"})
    private boolean sync;

    private Path folder;
    private Storage storage;
    private SegmentedLog log;
    private List<Entries> batch;

    /** Anew for each iteration, so that the disk does not fill up. */
    @Setup(Level.Iteration)
    public void open() throws IOException {
        folder = Files.createTempDirectory("balsa-bench");
        StorageOptions options =
                new StorageOptions("bench", "main", NodeId.of("node-1"), sync, 16 * 1024 * 1024, 0, () -> 4711);
        storage = Storage.open(new FileDisk(folder), options);
        log = storage.log();
    }

    @Setup(Level.Invocation)
    public void next() throws IOException {
        if (log.wantsSpare()) {
            log.prepareSpare();
        }
        long first = log.last().index() + 1;
        batch = List.of(Entries.of(LongStream.range(first, first + count)
                .mapToObj(SegmentedLogBenchmark::entry)
                .toList()));
    }

    @Benchmark
    public void appendAndSync() throws IOException {
        log.append(log.epoch(), batch);
        log.sync();
    }

    @TearDown(Level.Iteration)
    public void remove() throws IOException {
        storage.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static LogEntry entry(long index) {
        return new LogEntry(new EntryId(index, 1), 0, new Payload.Command(0, 0, 0, new byte[SIZE]));
    }
}
