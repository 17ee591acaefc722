package io.balsa.sim;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The judge of a run's clients knows what cannot be. */
final class HistoryTest {
    private static final List<String> AB = List.of("a", "b");

    private final History history = new History();

    @BeforeEach
    void twoAreAskedFor() {
        history.invokes("a");
        history.invokes("b");
    }

    @Test
    void whatCanBe() {
        history.acknowledges("a", 4);
        history.reads(history.asks(), fingerprint("a"));
        history.acknowledges("b", 5);
        history.acknowledges("b", 5);
        history.reads(history.asks(), fingerprint("a", "b"));

        history.judge(AB);
    }

    @Test
    void aWordThatIsThereTwice() {
        assertWrong("Exactly once", List.of("a", "b", "a"));
    }

    @Test
    void aWordThatWasAcknowledgedAtTwoPlaces() {
        history.acknowledges("a", 4);

        assertThatThrownBy(() -> history.acknowledges("a", 5)).hasMessageStartingWith("Exactly once");
    }

    @Test
    void aWordThatNobodyAskedFor() {
        assertWrong("Nobody asked for it", List.of("a", "c"));
    }

    @Test
    void aWordThatWasRefused() {
        history.refuses("b");

        assertWrong("Refused means never applied", AB);
    }

    /** One copy of the request may have been turned away, and the other taken. */
    @Test
    void aWordThatWasRefusedButTravelledTwiceProvesNothing() {
        history.repeats("b");
        history.refuses("b");

        history.judge(AB);
    }

    @Test
    void aWordThatIsGone() {
        history.acknowledges("b", 5);

        assertWrong("Acknowledged means there for ever", List.of("a"));
    }

    @Test
    void wordsAtOtherPlacesThanTheirIndexesSay() {
        history.acknowledges("a", 5);
        history.acknowledges("b", 4);

        assertWrong("In the order of the log", AB);
    }

    @Test
    void aWordBehindOneThatWasAskedForAfterItsAnswer() {
        history.acknowledges("b", 5);
        history.invokes("c");

        assertWrong("A write follows no later one", List.of("a", "c", "b"));
    }

    @Test
    void aReadOfAnotherList() {
        history.reads(history.asks(), fingerprint("b"));

        assertWrong("A read sees the beginning of the list", AB);
    }

    @Test
    void aReadThatGoesBack() {
        history.reads(history.asks(), fingerprint("a", "b"));
        history.reads(history.asks(), fingerprint("a"));

        assertWrong("Reads never go back", AB);
    }

    @Test
    void aReadThatMissesWhatWasAcknowledged() {
        history.acknowledges("b", 5);
        history.reads(history.asks(), fingerprint("a"));

        assertWrong("A read sees what was acknowledged before", AB);
    }

    @Test
    void aReadOfTheFuture() {
        history.reads(history.asks(), fingerprint("a", "b", "c"));
        history.invokes("c");

        assertWrong("A read sees no future", List.of("a", "b", "c"));
    }

    private void assertWrong(String rule, List<String> words) {
        assertThatThrownBy(() -> history.judge(words)).hasMessageStartingWith(rule + ":");
    }

    private static Fingerprint fingerprint(String... words) {
        Fingerprint all = Fingerprint.EMPTY;
        for (String word : words) {
            all = all.and(word);
        }
        return all;
    }
}
