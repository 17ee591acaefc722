package io.balsa.sim;

import java.time.Duration;

/**
 * One process of {@link Simulate}: runs the seeds it is given, one line of output each.
 *
 * <p>{@code seed N hash H COUNTERS}, or {@code failed N events E REASON} and behind it what a person wants to know,
 * each line begun with {@code |}. A process of its own because the simulated world is one thread of one JVM.
 */
final class SimWorker {
    private SimWorker() {}

    /** Arguments: {@link Task#arguments}. */
    public static void main(String... args) {
        Task task = Task.of(args);
        long seed = task.first();
        for (long left = task.count(); left > 0 && !System.out.checkError(); left--) {
            run(Plan.of(seed, task.profile(), task.reduction()), task.shrinkSeconds());
            seed += task.step();
        }
    }

    private static void run(Plan plan, long shrinkSeconds) {
        try {
            Chaos.Outcome outcome = Chaos.run(plan);
            System.out.println(
                    "seed " + plan.seed() + " hash " + Long.toHexString(outcome.hash()) + " " + outcome.tally());
        } catch (Violation violation) {
            System.out.println("failed " + plan.seed() + " events " + violation.events() + " " + violation.innermost());
            Report report = Report.of(plan, violation, Duration.ofSeconds(shrinkSeconds));
            report.toString().lines().forEach(line -> System.out.println("|" + line));
        }
        System.out.flush();
    }
}
