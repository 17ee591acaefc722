package io.balsa.sim;

import io.balsa.sim.Shrinker.Shrunk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/** What a person needs to understand a failure: what failed, what it took, how to see it again, the last moments. */
final class Report {
    private static final int STORY_LINES = 30;
    private static final int LAST_MOMENTS = 40;

    /** What befalls servers, their changes of role, their votes, and what they take back. */
    private static final Pattern STORY = Pattern.compile(" ── | \\(was | saves | truncate ");

    private final Shrunk shrunk;
    private final Path trace;

    private Report(Shrunk shrunk, Path trace) {
        this.shrunk = shrunk;
        this.trace = trace;
    }

    /**
     * Makes the failure smaller and records what is left of it.
     *
     * @param patience how long to try to make it smaller, in real time
     */
    static Report of(Plan plan, Violation violation, Duration patience) {
        Shrunk least = Shrinker.shrink(plan, violation, patience);
        Path trace = Recording.file(plan.seed());
        Violation recorded = Recording.of(least.plan(), trace).orElse(least.violation());
        return new Report(new Shrunk(least.plan(), recorded, least.runs()), trace);
    }

    /** The story first, without the messages, then the very last moments with them. */
    @Override
    public String toString() {
        Violation violation = shrunk.violation();
        List<String> play = read(Recording.play(trace));
        List<String> story = play.stream().filter(STORY.asPredicate()).toList();
        return String.join("\n", last(STORY_LINES, story)) + "\n    ...\n"
                + String.join("\n", last(LAST_MOMENTS, play)) + "\n" + violation.innermost() + "\nafter "
                + violation.events() + " events of " + shrunk.plan() + "\nagain: "
                + shrunk.plan().command() + " (the least in " + shrunk.runs() + " runs)\ntrace: " + trace + "\nplay: "
                + Recording.play(trace);
    }

    private static List<String> read(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> last(int count, List<String> lines) {
        return lines.subList(Math.max(0, lines.size() - count), lines.size());
    }
}
