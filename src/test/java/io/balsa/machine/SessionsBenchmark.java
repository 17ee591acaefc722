package io.balsa.machine;

import io.balsa.model.Payload;
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

/** How long it takes to see that a command was not applied before, and to keep its reply; sessions take turns. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class SessionsBenchmark {
    private static final int WINDOW = 8192;
    private static final byte[] COMMAND = new byte[16];
    private static final StateMachine NOTHING = new NoState();

    @Param({"1", "1000"})
    private int count;

    /** Commands of each session that are not acknowledged yet. */
    @Param({"1", "1024"})
    private int unacknowledged;

    private final Sessions sessions = new Sessions();
    private long applied;

    @Setup
    public void open() {
        for (int id = 1; id <= count; id++) {
            sessions.open(id, new Payload.OpenSession(count, WINDOW));
        }
    }

    @Benchmark
    public Object apply() {
        long session = 1 + applied % count;
        long sequence = 1 + applied / count;
        applied++;
        long first = Math.max(1, sequence - unacknowledged + 1);
        return sessions.apply(count + applied, new Payload.Command(session, sequence, first, COMMAND), NOTHING);
    }
}
