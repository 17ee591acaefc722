package io.balsa.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What is left out of a run, to find out what a failure needs.
 *
 * @param without the numbers of strikes that do not happen
 * @param calm what the world does not do
 * @param span how long the trouble lasts
 */
record Reduction(Set<Integer> without, Set<Calm> calm, Duration span) {
    static final Reduction NONE = new Reduction(Set.of(), Set.of(), Plan.TROUBLE);

    /** What a world can do without. */
    enum Calm {
        LOSS,
        DUPLICATION,
        STRAGGLERS,
        SLOW_DISKS,
        SLOW_MACHINES,
        DRIFT,
        LARGE_COMMANDS,
        PATRONS,
        ONLOOKER,
        CONTESTED_LEASES,
        PREFERENCES
    }

    /**
     * Reads what {@link #options} gives.
     *
     * @param without numbers with commas between them, or nothing
     * @param calm names with commas between them, or nothing
     * @param spanMillis the length of the trouble; that of a whole run when 0
     */
    static Reduction of(String without, String calm, long spanMillis) {
        return new Reduction(
                words(without).stream().map(Integer::valueOf).collect(Collectors.toCollection(TreeSet::new)),
                words(calm).stream()
                        .map(word -> Calm.valueOf(word.toUpperCase(Locale.ROOT)))
                        .collect(Collectors.toCollection(TreeSet::new)),
                spanMillis == 0 ? Plan.TROUBLE : Duration.ofMillis(spanMillis));
    }

    Reduction without(Collection<Integer> more) {
        Set<Integer> all = new TreeSet<>(without);
        all.addAll(more);
        return new Reduction(all, calm, span);
    }

    Reduction calm(Calm more) {
        Set<Calm> all = new TreeSet<>(calm);
        all.add(more);
        return new Reduction(without, all, span);
    }

    Reduction span(Duration shorter) {
        return new Reduction(without, calm, shorter);
    }

    /** The options of {@code bin/sim.sh} that leave the same out; empty when nothing is left out. */
    String options() {
        List<String> options = new ArrayList<>();
        if (!without.isEmpty()) {
            options.add("--without " + joined(without));
        }
        if (!calm.isEmpty()) {
            options.add("--calm " + joined(calm).toLowerCase(Locale.ROOT));
        }
        if (!span.equals(Plan.TROUBLE)) {
            options.add("--span " + span.toMillis());
        }
        return String.join(" ", options);
    }

    static String joined(Collection<?> words) {
        return words.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    private static List<String> words(String list) {
        return list.isEmpty() ? List.of() : Arrays.asList(list.split(","));
    }
}
