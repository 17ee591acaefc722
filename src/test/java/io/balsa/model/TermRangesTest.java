package io.balsa.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class TermRangesTest {

    @Test
    void anEmptyLogEndsAtNothing() {
        TermRanges terms = new TermRanges(EntryId.NONE);
        assertThat(terms.last()).isEqualTo(EntryId.NONE);
        assertThat(terms.termAt(0)).isZero();
        assertThat(terms.covers(1)).isFalse();
        assertThatThrownBy(() -> terms.termAt(1)).isInstanceOf(Invariant.Violated.class);
    }

    @Test
    void refusesGapsAndFallingTerms() {
        TermRanges terms = terms(1, 2);
        assertThatThrownBy(() -> terms.append(new EntryId(4, 2))).isInstanceOf(Invariant.Violated.class);
        assertThatThrownBy(() -> terms.append(new EntryId(3, 1))).isInstanceOf(Invariant.Violated.class);
    }

    /** Figure 7 (f): a follower with terms 1 1 1 2 2 2 3 3 3 3 3 against a leader that proposes (10, 6). */
    @Test
    void theHintLeavesAWholeTermOutAtATime() {
        TermRanges follower = terms(1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3);
        assertThat(follower.lastNotAbove(new EntryId(10, 6))).isEqualTo(new EntryId(10, 3));
        TermRanges leader = terms(1, 1, 1, 4, 4, 5, 5, 6, 6, 6);
        assertThat(leader.lastNotAbove(new EntryId(10, 3))).isEqualTo(new EntryId(3, 1));
    }

    @Test
    void agreesWithAPlainListWhateverIsAppendedAndCut() {
        Random random = new Random(42);
        TermRanges terms = new TermRanges(EntryId.NONE);
        List<Long> model = new ArrayList<>();
        for (int step = 0; step < 20_000; step++) {
            if (random.nextInt(10) == 0 && !model.isEmpty()) {
                int index = 1 + random.nextInt(model.size());
                terms.truncateFrom(index);
                model.subList(index - 1, model.size()).clear();
            } else {
                long lastTerm = model.isEmpty() ? 1 : model.get(model.size() - 1);
                long term = lastTerm + (random.nextInt(4) == 0 ? 1 : 0);
                model.add(term);
                terms.append(new EntryId(model.size(), term));
            }
            compare(terms, model, random);
        }
    }

    private static void compare(TermRanges terms, List<Long> model, Random random) {
        assertThat(terms.last().index()).isEqualTo(model.size());
        if (model.isEmpty()) {
            return;
        }
        int index = 1 + random.nextInt(model.size());
        assertThat(terms.termAt(index)).isEqualTo(model.get(index - 1));
        EntryId bound = new EntryId(
                index, 1 + random.nextInt(model.get(model.size() - 1).intValue() + 1));
        long expected = index;
        while (expected > 0 && model.get((int) expected - 1) > bound.term()) {
            expected--;
        }
        assertThat(terms.lastNotAbove(bound).index()).isEqualTo(expected);
    }

    private static TermRanges terms(long... ofEntries) {
        TermRanges terms = new TermRanges(EntryId.NONE);
        for (int i = 0; i < ofEntries.length; i++) {
            terms.append(new EntryId(i + 1, ofEntries[i]));
        }
        return terms;
    }
}
