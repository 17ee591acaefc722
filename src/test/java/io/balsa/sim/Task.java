package io.balsa.sim;

import java.util.ArrayList;
import java.util.List;

/**
 * What one process of {@link Simulate} is to do.
 *
 * @param step from one seed to the next
 * @param shrinkSeconds how long it tries to make a failure smaller, 0 and up
 */
record Task(Profile profile, Reduction reduction, long first, long step, long count, long shrinkSeconds) {
    private static final String NOTHING = "-";

    static Task of(String... words) {
        Reduction reduction = Reduction.of(bare(words[1]), bare(words[2]), Long.parseLong(words[3]));
        return new Task(
                Profile.valueOf(words[0]),
                reduction,
                Long.parseLong(words[4]),
                Long.parseLong(words[5]),
                Long.parseLong(words[6]),
                Long.parseLong(words[7]));
    }

    /** The words from which {@link #of} makes the same. */
    List<String> arguments() {
        List<String> words = new ArrayList<>(List.of(profile.name()));
        words.add(reduction.without().isEmpty() ? NOTHING : Reduction.joined(reduction.without()));
        words.add(reduction.calm().isEmpty() ? NOTHING : Reduction.joined(reduction.calm()));
        for (long number : new long[] {reduction.span().toMillis(), first, step, count, shrinkSeconds}) {
            words.add(String.valueOf(number));
        }
        return words;
    }

    private static String bare(String word) {
        return word.equals(NOTHING) ? "" : word;
    }
}
