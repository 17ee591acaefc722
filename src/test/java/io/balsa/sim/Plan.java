package io.balsa.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * All that a seed decides before a run begins: the world it happens in, and what befalls it when. Each strike has a
 * seed of its own, so that leaving one out does not change the others.
 */
record Plan(long seed, Profile profile, Faults faults, List<Strike> strikes, Reduction reduction) {
    /** How long a run is troubled when nothing is left out. */
    static final Duration TROUBLE = Duration.ofSeconds(12);

    private static final int SHORTEST_PAUSE = 50;
    private static final int LONGEST_PAUSE = 900;

    /** One kind of trouble at one time; what exactly, its own seed says. */
    record Strike(int number, Duration at, Trouble trouble, long seed) {}

    static Plan of(long seed, Profile profile) {
        return of(seed, profile, Reduction.NONE);
    }

    static Plan of(long seed, Profile profile, Reduction reduction) {
        SplittableRandom random = new SplittableRandom(seed);
        Faults faults = Faults.drawn(random, profile);
        List<Strike> strikes = new ArrayList<>();
        for (Strike strike : strikes(random, faults.troubles())) {
            boolean happens = !reduction.without().contains(strike.number())
                    && strike.at().compareTo(reduction.span()) < 0;
            if (happens) {
                strikes.add(strike);
            }
        }
        return new Plan(seed, profile, faults.without(reduction.calm()), List.copyOf(strikes), reduction);
    }

    /** The same with more left out. */
    Plan reduced(Reduction more) {
        return of(seed, profile, more);
    }

    /** The command that runs exactly this. */
    String command() {
        String options = reduction.options();
        return "bin/sim.sh --seeds 1 --seed " + seed + (profile == Profile.ALL ? "" : " --profile " + profile)
                + (options.isEmpty() ? "" : " " + options);
    }

    private static List<Strike> strikes(SplittableRandom random, List<Trouble> troubles) {
        List<Strike> strikes = new ArrayList<>();
        long at = pause(random);
        while (at < TROUBLE.toMillis() && !troubles.isEmpty()) {
            Trouble trouble = troubles.get(random.nextInt(troubles.size()));
            strikes.add(new Strike(strikes.size() + 1, Duration.ofMillis(at), trouble, random.nextLong()));
            at += pause(random);
        }
        return strikes;
    }

    private static int pause(SplittableRandom random) {
        return random.nextInt(SHORTEST_PAUSE, LONGEST_PAUSE);
    }

    @Override
    public String toString() {
        return "seed " + seed + ", " + faults + ", " + strikes.size() + " strikes";
    }
}
