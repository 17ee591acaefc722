package io.balsa.sim;

import io.balsa.trace.Fields;
import io.balsa.trace.JsonLines;
import io.balsa.trace.TraceEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A run once more, with all that happens written down: as JSON lines for programs, and beside them as a play for
 * people. Nothing in the run depends on being recorded, so the same seed goes the same way.
 */
final class Recording implements AutoCloseable {
    private final JsonLines lines;
    private final Writer play;
    private Optional<Play> stage = Optional.empty();

    Recording(Plan plan, Path file) throws IOException {
        Files.deleteIfExists(file);
        Fields origin = new Fields()
                .with("cluster", World.CLUSTER)
                .with("group", World.GROUP)
                .with("seed", plan.seed())
                .with("again", plan.command());
        lines = JsonLines.open(file, Long.MAX_VALUE, origin);
        play = Files.newBufferedWriter(play(file));
    }

    /** Where the trace of a failed seed is looked for. */
    static Path file(long seed) {
        return Path.of("target", "traces", "seed-" + seed + ".jsonl");
    }

    /** The same for people to read. */
    static Path play(Path file) {
        return file.resolveSibling(file.getFileName().toString().replaceAll("\\.jsonl$", "") + ".txt");
    }

    /**
     * Runs what a seed has planned and records it.
     *
     * @return how it failed, with the last moments of all servers, if it did
     */
    static Optional<Violation> of(Plan plan, Path file) {
        try (Recording recording = new Recording(plan, file)) {
            return recording.run(() -> Chaos.run(plan, recording::listenTo));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** From now on what happens in this world is written. */
    void listenTo(World world) {
        world.play().record(this::write);
        stage = Optional.of(world.play());
    }

    /** Runs to the end, which is the last line if it is a bad one. */
    Optional<Violation> run(Runnable life) {
        try {
            life.run();
            return Optional.empty();
        } catch (Violation violation) {
            TraceEvent end = TraceEvent.of("", new SimHappening.Violated(violation.innermost()));
            stage.ifPresent(running -> running.note(end));
            return Optional.of(violation);
        }
    }

    private void write(long nanos, TraceEvent event) {
        try {
            lines.write(nanos, event);
            play.write(Play.line(nanos, event) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        try (play;
                lines) {
            play.flush();
        }
    }
}
