package io.balsa.cli;

import io.balsa.cli.show.Output;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Carries out lines of {@code bin/client.sh} in this process, over Artery like any other, without starting a JVM. */
public final class InProcess {
    private InProcess() {}

    /** What a line left behind. */
    public record Ended(int code, byte[] out, String err) {}

    /** Runs one line, told of nothing but the folder with {@code bin} and {@code conf}. */
    public static Ended run(Path home, String... line) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Surroundings surroundings = new Surroundings(
                new Output(out, new PrintStream(err, true, StandardCharsets.UTF_8), false),
                Optional.of(new ByteArrayInputStream(new byte[0])),
                false,
                Map.of(),
                Optional.of(home),
                RemoteCluster::new);
        try (Client client = Client.of(surroundings)) {
            int code = Verbs.execute(client, line);
            return new Ended(code, out.toByteArray(), err.toString(StandardCharsets.UTF_8));
        }
    }
}
