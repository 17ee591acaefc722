package io.balsa.history;

import static io.balsa.history.Operation.NEVER;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.history.Operation.CompareAndSet;
import io.balsa.history.Operation.Get;
import io.balsa.history.Operation.Put;
import io.balsa.history.Operation.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The judge of histories accepts what may be and sees what may not. */
final class LinearizabilityTest {
    private final List<Operation> history = new ArrayList<>();

    @Test
    void oneAfterTheOtherIsFine() {
        get(0, 1, null);
        put(2, 3, "a");
        get(4, 5, "a");
        cas(6, 7, of("a", "b", Verdict.SWAPPED));
        cas(8, 9, of("a", "c", Verdict.REFUSED));
        get(10, 11, "b");
        assertThat(Linearizability.holds(history)).isTrue();
    }

    @Test
    void aStaleReadIsSeen() {
        put(0, 1, "a");
        put(2, 3, "b");
        get(4, 5, "a");
        assertThat(Linearizability.holds(history)).isFalse();
    }

    @Test
    void aReadMaySeeWhatIsBeingWrittenButThenNobodyMaySeeTheOld() {
        put(0, 1, "a");
        put(2, 9, "b");
        get(3, 4, "b");
        assertThat(Linearizability.holds(history)).isTrue();

        get(5, 6, "a");
        assertThat(Linearizability.holds(history)).isFalse();
    }

    @Test
    void aLostWriteIsSeen() {
        put(0, 1, "a");
        get(2, 3, null);
        assertThat(Linearizability.holds(history)).isFalse();
    }

    @Test
    void twoCannotSwapTheSame() {
        put(0, 1, "a");
        cas(2, 5, of("a", "b", Verdict.SWAPPED));
        cas(3, 6, of("a", "c", Verdict.SWAPPED));
        assertThat(Linearizability.holds(history)).isFalse();
    }

    @Test
    void aRefusalMustHaveHadAReason() {
        put(0, 1, "a");
        cas(2, 3, of("a", "b", Verdict.REFUSED));
        assertThat(Linearizability.holds(history)).isFalse();
    }

    @Test
    void whatIsUnknownMayHappenLateOrNeverButOnlyOnce() {
        put(0, 1, "a");
        put(2, NEVER, "b");
        get(3, 4, "a");
        assertThat(Linearizability.holds(history)).isTrue();

        get(5, 6, "b");
        assertThat(Linearizability.holds(history)).isTrue();

        put(7, 8, "c");
        get(9, 10, "b");
        assertThat(Linearizability.holds(history)).isFalse();
    }

    @Test
    void nothingHappensBeforeItIsAskedFor() {
        get(0, 1, "b");
        put(2, NEVER, "b");
        assertThat(Linearizability.holds(history)).isFalse();
    }

    @Test
    void anUnknownSwapExplainsWhatIsSeenLater() {
        put(0, 1, "a");
        cas(2, NEVER, of("a", "b", Verdict.UNKNOWN));
        get(3, 4, "b");
        cas(5, 6, of("b", "c", Verdict.SWAPPED));
        assertThat(Linearizability.holds(history)).isTrue();
    }

    /** Clients of a true register, whose operations take effect at some time between question and answer. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void aTrueRegisterPassesAndOneWrongAnswerDoesNot(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Optional<String> value = Optional.empty();
        List<Integer> reads = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            long effect = 10L * i;
            long invoked = effect - random.nextInt(60);
            long answered = effect + random.nextInt(60);
            if (random.nextBoolean()) {
                value = Optional.of("v" + i);
                put(invoked, random.nextInt(50) == 0 ? NEVER : answered, "v" + i);
            } else {
                reads.add(history.size());
                history.add(new Operation(invoked, answered, new Get(value)));
            }
        }
        assertThat(Linearizability.holds(history)).isTrue();

        int wrong = reads.get(reads.size() - 1);
        Operation read = history.get(wrong);
        history.set(wrong, new Operation(read.invoked(), read.answered(), new Get(Optional.of("v0-never"))));
        assertThat(Linearizability.holds(history)).isFalse();
    }

    private void put(long invoked, long answered, String value) {
        history.add(new Operation(invoked, answered, new Put(value)));
    }

    private void get(long invoked, long answered, String seen) {
        history.add(new Operation(invoked, answered, new Get(Optional.ofNullable(seen))));
    }

    private void cas(long invoked, long answered, CompareAndSet action) {
        history.add(new Operation(invoked, answered, action));
    }

    private static CompareAndSet of(String expected, String value, Verdict verdict) {
        return new CompareAndSet(Optional.of(expected), value, verdict);
    }
}
