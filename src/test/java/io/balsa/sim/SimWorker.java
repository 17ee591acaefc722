package io.balsa.sim;

import java.util.Arrays;

/**
 * One process of {@link Simulate}: runs the seeds it is given, one line of output each.
 *
 * <p>{@code seed N hash H COUNTERS}, or {@code failed N events E REASON} and behind it the play, each line begun with
 * {@code |}. A process of its own because the simulated world is one thread of one JVM.
 */
final class SimWorker {
    private SimWorker() {}

    /** Arguments: the profile, the first seed, the step to the next one, and how many. */
    public static void main(String... args) {
        Profile profile = Profile.valueOf(args[0]);
        long seed = Long.parseLong(args[1]);
        long step = Long.parseLong(args[2]);
        for (long left = Long.parseLong(args[3]); left > 0 && !System.out.checkError(); left--) {
            run(seed, profile);
            seed += step;
        }
    }

    private static void run(long seed, Profile profile) {
        try {
            Chaos.Outcome outcome = Chaos.run(seed, profile);
            System.out.println("seed " + seed + " hash " + Long.toHexString(outcome.hash()) + " " + outcome.tally());
        } catch (Violation violation) {
            long events = SimRuntime.INSTANCE.events();
            System.out.println("failed " + seed + " events " + events + " " + violation.innermost());
            Arrays.stream(violation.getMessage().split("\n")).forEach(line -> System.out.println("|" + line));
        }
        System.out.flush();
    }
}
