package io.balsa.sim;

import io.balsa.sim.Plan.Strike;
import io.balsa.sim.Reduction.Calm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds out how little a failure needs: leaves out the time after it, then strikes, halves and quarters first and
 * single ones last, then whatever else the world does, as long as the same check fails.
 */
final class Shrinker {
    private final String rule;
    private final long deadline;
    private Plan plan;
    private Violation violation;
    private int runs;

    private Shrinker(Plan plan, Violation violation, Duration patience) {
        this.plan = plan;
        this.violation = violation;
        this.rule = violation.rule();
        this.deadline = System.nanoTime() + patience.toNanos();
    }

    /** The least that was found, and how it fails. */
    record Shrunk(Plan plan, Violation violation, int runs) {}

    /**
     * @param patience how long to try, in real time; a run that was begun is finished
     */
    static Shrunk shrink(Plan plan, Violation violation, Duration patience) {
        Shrinker shrinker = new Shrinker(plan, violation, patience);
        shrinker.endEarlier();
        shrinker.dropStrikes();
        for (Calm calm : Calm.values()) {
            shrinker.tries(shrinker.plan.reduction().calm(calm));
        }
        shrinker.dropStrikes();
        return new Shrunk(shrinker.plan, shrinker.violation, shrinker.runs);
    }

    /** What was to befall the run after its last moment has nothing to do with it. */
    private void endEarlier() {
        Duration end = Duration.ofNanos(violation.nanos()).plusMillis(1);
        if (end.compareTo(plan.reduction().span()) < 0) {
            tries(plan.reduction().span(end));
        }
    }

    private void dropStrikes() {
        int size = plan.strikes().size();
        while (size > 0) {
            boolean dropped = dropStrikes(size);
            size = dropped ? Math.min(size, plan.strikes().size()) : size / 2;
        }
    }

    /** Tries to leave out each group of so many neighbours. */
    private boolean dropStrikes(int size) {
        boolean any = false;
        List<Integer> numbers = plan.strikes().stream().map(Strike::number).toList();
        for (int from = 0; from < numbers.size(); from += size) {
            List<Integer> group = new ArrayList<>(numbers.subList(from, Math.min(numbers.size(), from + size)));
            any |= tries(plan.reduction().without(group));
        }
        return any;
    }

    /** Runs what is left; if it fails in the same way, it is the new least. */
    private boolean tries(Reduction reduction) {
        if (System.nanoTime() > deadline) {
            return false;
        }
        runs++;
        Plan candidate = plan.reduced(reduction);
        Optional<Violation> failure =
                failure(candidate).filter(found -> found.rule().equals(rule));
        failure.ifPresent(found -> {
            plan = candidate;
            violation = found;
        });
        return failure.isPresent();
    }

    private static Optional<Violation> failure(Plan candidate) {
        try {
            Chaos.run(candidate);
            return Optional.empty();
        } catch (Violation found) {
            return Optional.of(found);
        }
    }
}
