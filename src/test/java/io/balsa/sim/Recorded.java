package io.balsa.sim;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A trace of the simulator for those who read traces. */
public final class Recorded {
    private static final int ENOUGH = 30;

    private Recorded() {}

    /**
     * Records the first seed in which something happens, into this file.
     *
     * @param from the seed to begin with
     * @return the seed
     */
    public static long seedWith(String event, long from, Path file) {
        for (long seed = from; seed < from + ENOUGH; seed++) {
            if (Recording.of(Plan.of(seed, Profile.ALL), file).isEmpty()
                    && tells(file, "\"event\":\"" + event + "\"")) {
                return seed;
            }
        }
        throw new AssertionError("none of " + ENOUGH + " seeds has the event " + event);
    }

    /** Records a seed at whose end a rule is found broken, as far as its trace can tell. */
    public static void failed(long seed, String rule, Path file) {
        Plan plan = Plan.of(seed, Profile.ALL);
        try (Recording recording = new Recording(plan, file)) {
            recording.run(() -> {
                Chaos.run(plan, recording::listenTo);
                throw new Violation(rule, "the state at the end of seed " + seed);
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean tells(Path file, String words) {
        try {
            return Files.readString(file).contains(words);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
