package io.balsa.model;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** The codec of entries: how long a block takes to encode where it is born, to check where it arrives, and to read. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class EntriesBenchmark {
    @Param({"1", "64", "256"})
    private int count;

    @Param({"16", "256", "4096"})
    private int size;

    private List<LogEntry> entries;
    private byte[] block;
    private Entries decoded;

    @Setup
    public void fill() {
        entries = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            Payload command = new Payload.Command(77, i, Math.max(1, i - 10), new byte[size]);
            entries.add(new LogEntry(new EntryId(i, 3), 1000, command));
        }
        decoded = Entries.of(entries);
        block = decoded.toByteArray();
    }

    @Benchmark
    public Entries encode() {
        return Entries.of(entries);
    }

    @Benchmark
    public Entries check() {
        return Entries.decode(block);
    }

    @Benchmark
    public void read(Blackhole reader) {
        for (LogEntry entry : decoded) {
            reader.consume(entry);
        }
    }
}
