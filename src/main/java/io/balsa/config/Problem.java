package io.balsa.config;

import com.typesafe.config.ConfigOrigin;
import java.nio.file.Path;

/**
 * One mistake in a configuration.
 *
 * @param file where it was made: a file as it was named, or another source in words; never empty
 * @param line the line in that file, counted from 1; 0 when it is about no line in particular
 * @param text the key, what is wrong with it, and what would be right
 */
public record Problem(String file, int line, String text) implements Comparable<Problem> {

    /** A problem at the place that a value comes from. */
    public static Problem at(ConfigOrigin origin, String text) {
        return new Problem(source(origin), Math.max(origin.lineNumber(), 0), text);
    }

    /** File and line as compilers write them. */
    public String place() {
        return line == 0 ? file : file + ":" + line;
    }

    /** By file, then from top to bottom. */
    @Override
    public int compareTo(Problem other) {
        int byFile = file.compareTo(other.file);
        return byFile != 0 ? byFile : Integer.compare(line, other.line);
    }

    private static String source(ConfigOrigin origin) {
        return origin.filename() == null ? origin.description() : near(Path.of(origin.filename()));
    }

    /** A file below the working directory is named from there, as the operator would. */
    private static String near(Path file) {
        Path here = Path.of("").toAbsolutePath();
        Path normal = file.normalize();
        return normal.startsWith(here) ? here.relativize(normal).toString() : normal.toString();
    }
}
