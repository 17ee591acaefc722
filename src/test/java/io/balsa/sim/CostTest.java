package io.balsa.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertAll;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A command costs no more than it did, on any machine: the same commands in one thread and virtual time take the same
 * messages, writes and syncs every time, and nearly the same memory.
 */
final class CostTest {
    private static final int WARM_UP = 480;
    private static final int COMMANDS = 1_920;

    /** Memory may be off by what the compiler saves when it has had the time; the rest is the same every time. */
    private static final List<Figure> FIGURES = List.of(
            new Figure("bytes allocated", Cost::allocated, 0.6, 1.25),
            new Figure("events (messages that actors handle, timers, arrivals)", Cost::events, 0.9, 1.02),
            new Figure("messages between processes", Cost::messages, 0.9, 1.02),
            new Figure("writes to disks", Cost::writes, 0.9, 1.02),
            new Figure("syncs of disks", Cost::syncs, 0.9, 1.02));

    /**
     * How commands are sent, and what one costs then.
     *
     * @param stored gladly lowered, and raised for a reason
     */
    private record Load(int inFlight, Cost stored) {
        @Override
        public String toString() {
            return inFlight + " in flight";
        }
    }

    /** What is compared, and between which multiples of the stored figure it must be. */
    private record Figure(String what, ToDoubleFunction<Cost> of, double least, double most) {
        void check(Load load, Cost cost) {
            double now = of.applyAsDouble(cost);
            double stored = of.applyAsDouble(load.stored);
            assertThat(now)
                    .as(
                            "%s for a command, %s: %s than the %s that are stored. If it is to stay so, say why in the"
                                    + " commit, and put into CostTest: %s",
                            what, load, now > stored ? "more" : "far less", stored, cost)
                    .isBetween(stored * least, stored * most);
        }
    }

    private static Stream<Load> loads() {
        return Stream.of(
                new Load(1, new Cost(47_000, 34.5, 5.40, 3.0, 3.0)),
                new Load(48, new Cost(4_350, 0.724, 0.1135, 0.063, 0.063)));
    }

    @ParameterizedTest
    @MethodSource("loads")
    void aCommandCostsNoMoreThanItDid(Load load) {
        BareCluster cluster = new BareCluster();
        cluster.run(WARM_UP, load.inFlight);

        Cost cost = cluster.run(COMMANDS, load.inFlight);

        assertAll(FIGURES.stream().map(figure -> () -> figure.check(load, cost)));
    }
}
