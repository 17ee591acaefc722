package io.balsa.bench;

import io.balsa.cli.load.Load;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** One line of CSV. What was not measured, or cannot be on this system, is empty. */
final class Row {
    private static final List<String> COLUMNS = List.of(
            "time",
            "test",
            "from",
            "nodes",
            "k",
            "size",
            "clients",
            "seconds",
            "ops_per_s",
            "p50_us",
            "p99_us",
            "p999_us",
            "max_us",
            "errors",
            "cpu_us_per_op",
            "alloc_bytes_per_op",
            "written_bytes_per_op",
            "syncs_per_s",
            "ops_per_sync",
            "note");

    private final Map<String, String> cells = new TreeMap<>();

    Row(String test) {
        put("time", Instant.now().truncatedTo(ChronoUnit.SECONDS));
        put("test", test);
    }

    Row put(String column, Object value) {
        if (!COLUMNS.contains(column)) {
            throw new IllegalArgumentException("there is no column " + column);
        }
        cells.put(column, value.toString());
        return this;
    }

    /** With so many digits behind the point. */
    Row put(String column, double value, int digits) {
        return put(column, String.format(Locale.ROOT, "%." + digits + "f", value));
    }

    /** How long things took, each of them and all together. */
    Row put(Load load) {
        return put("seconds", load.nanos() / 1e9, 2)
                .put("p50_us", micros(load, 50), 0)
                .put("p99_us", micros(load, 99), 0)
                .put("p999_us", micros(load, 99.9), 0)
                .put("max_us", micros(load, 100), 0)
                .put("errors", load.errors());
    }

    /** To standard output, or at the end of a file. */
    void write(Optional<Path> file) throws IOException {
        boolean headed = file.filter(Files::exists).isPresent();
        String text = (headed ? "" : String.join(",", COLUMNS) + "\n") + this + "\n";
        if (file.isPresent()) {
            Files.writeString(file.get(), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } else {
            System.out.print(text);
        }
    }

    @Override
    public String toString() {
        return COLUMNS.stream().map(column -> cells.getOrDefault(column, "")).collect(Collectors.joining(","));
    }

    private static double micros(Load load, double percentage) {
        return load.percentile(percentage) / 1e3;
    }
}
