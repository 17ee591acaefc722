package io.balsa.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.trace.Happening;
import io.balsa.trace.Trace;
import io.balsa.trace.TraceEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a task does after it has waited for its disk happens when that wait is over, if its process lives so long. */
final class PlayTest {
    private final World world = World.of(1, World.Tuning.ORDINARY);
    private final Host host = Host.boot("S1");
    private final List<String> written = new ArrayList<>();

    @BeforeEach
    void record() {
        world.play().record((nanos, event) -> written.add(nanos / 1_000_000 + " " + event));
        Trace trace = world.play().of(host);
        world.runtime().after(0, () -> {
            trace.record(applied(1));
            world.runtime().stall(Duration.ofMillis(5).toNanos());
            trace.record(applied(2));
        });
        noteAt(3, "between");
        noteAt(10, "later");
    }

    @Test
    void whatIsAheadOfTimeIsWrittenInTime() {
        world.runtime().runFor(Duration.ofMillis(20));

        assertThat(written)
                .containsExactly(
                        "0 S1@1 Leader applied index=1",
                        "3 ── between",
                        "5 S1@1 Leader applied index=2",
                        "10 ── later");
    }

    @Test
    void whatIsAheadOfTheEndOfItsProcessNeverHappens() {
        world.runtime().after(Duration.ofMillis(4).toNanos(), () -> world.play().ends(Cluster.S1, "killed"));
        world.runtime().runFor(Duration.ofMillis(20));

        assertThat(written)
                .containsExactly("0 S1@1 Leader applied index=1", "3 ── between", "4 S1 ── killed", "10 ── later");
    }

    @Test
    void theDeadTellNothing() {
        host.die();
        world.runtime().runFor(Duration.ofMillis(20));

        assertThat(written).containsExactly("3 ── between", "10 ── later");
    }

    @Test
    void thePlayEndsWithWhatIsAhead() {
        world.runtime().runFor(Duration.ofMillis(2));

        assertThat(world.play().toString().lines())
                .containsExactly(
                        "       0.000 ms  S1@1 Leader applied index=1", "       5.000 ms  S1@1 Leader applied index=2");
    }

    private void noteAt(int millis, String what) {
        world.runtime()
                .after(Duration.ofMillis(millis).toNanos(), () -> world.play().note(() -> what));
    }

    private static TraceEvent applied(long index) {
        return new TraceEvent("S1", "Leader", 1, new Happening.Applied(index));
    }
}
