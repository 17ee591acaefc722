package io.balsa.it;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs programs of the distribution as a user's shell does, and waits for them. */
final class Shell {
    /** The folder with bin, conf and lib. */
    static final Path HOME = Path.of(System.getProperty("balsa.distribution"));

    private Shell() {}

    /** What a program left behind. */
    record Result(int code, byte[] out, String err, long millis) {
        String text() {
            return new String(out, StandardCharsets.UTF_8);
        }
    }

    static Result run(String... line) throws IOException, InterruptedException {
        return run(Map.of(), line);
    }

    /** Runs to the end; a program that does not end by itself is killed, and the test fails. */
    static Result run(Map<String, String> environment, String... line) throws IOException, InterruptedException {
        Path out = Files.createTempFile("balsa-it", ".out");
        Path err = Files.createTempFile("balsa-it", ".err");
        long begin = System.nanoTime();
        Process process = builder(environment, line)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        try {
            if (!process.waitFor(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError(List.of(line) + " has not ended: " + Files.readString(err));
            }
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
            return new Result(process.exitValue(), Files.readAllBytes(out), Files.readString(err), millis);
        } finally {
            process.destroyForcibly();
            Files.delete(out);
            Files.delete(err);
        }
    }

    /** Runs a program that goes on, until it has said something. */
    static String firstLine(String... line) throws Exception {
        Process process = builder(Map.of(), line)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            return CompletableFuture.supplyAsync(() -> out.lines().findFirst().orElseThrow())
                    .get(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS);
        } finally {
            process.destroyForcibly();
        }
    }

    private static ProcessBuilder builder(Map<String, String> environment, String... line) {
        ProcessBuilder builder = builder(line);
        builder.environment().putAll(environment);
        return builder;
    }

    /** For a program that neither reads anything nor hears of the settings of whoever runs the tests. */
    static ProcessBuilder builder(String... line) {
        ProcessBuilder builder = new ProcessBuilder(line)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.environment().keySet().removeIf(name -> name.startsWith("RAFT_"));
        builder.environment().remove("JAVA_OPTS");
        builder.environment().put("RAFT_CLIENT_TIMEOUT", Patience.OF_VERBS);
        return builder;
    }
}
