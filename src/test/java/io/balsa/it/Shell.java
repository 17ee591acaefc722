package io.balsa.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs programs of the distribution as a user's shell does, and waits for them. */
final class Shell {
    /** The folder with bin, conf and lib. */
    static final Path HOME = Path.of(System.getProperty("balsa.distribution"));

    private static final long PATIENCE_SECONDS = 60;

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
        ProcessBuilder builder = new ProcessBuilder(line)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("RAFT_"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
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
}
