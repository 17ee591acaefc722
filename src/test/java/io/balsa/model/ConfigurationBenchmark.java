package io.balsa.model;

import java.util.Map;
import java.util.TreeMap;
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

/** How long it takes to say what a majority has: a leader does so with every acknowledgement. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ConfigurationBenchmark {
    @Param({"3", "5", "7"})
    private int nodes;

    private final Map<NodeId, Long> match = new TreeMap<>();
    private Configuration configuration;
    private long next;

    @Setup
    public void fill() {
        Map<NodeId, String> members = new TreeMap<>();
        for (int i = 1; i <= nodes; i++) {
            NodeId node = NodeId.of("node-" + i);
            members.put(node, "address of " + node);
            match.put(node, (long) i);
        }
        configuration = Configuration.of(members);
    }

    @Benchmark
    public long quorumReached() {
        next++;
        return configuration.quorumReached(node -> match.get(node) ^ next);
    }
}
