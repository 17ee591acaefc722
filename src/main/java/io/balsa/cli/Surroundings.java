package io.balsa.cli;

import io.balsa.cli.show.Output;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What the process that runs a verb was given.
 *
 * @param output where verbs print
 * @param input standard input, for values; empty when it is a terminal
 * @param terminal whether a person sits at both ends
 * @param environment its variables; {@code RAFT_ENDPOINTS} may name the nodes to ask
 * @param home the folder that holds {@code bin} and {@code conf}
 * @param opener makes the way to a cluster
 */
record Surroundings(
        Output output,
        Optional<InputStream> input,
        boolean terminal,
        Map<String, String> environment,
        Optional<Path> home,
        Opener opener) {

    /** Makes the way to a cluster. */
    interface Opener {
        Cluster open(Endpoints endpoints);
    }

    /** Those of this process, as {@code bin/client.sh} started it. */
    static Surroundings ofProcess() {
        boolean typed = Boolean.getBoolean("balsa.stdin.terminal");
        boolean seen = Boolean.getBoolean("balsa.stdout.terminal");
        Output output = new Output(
                new FileOutputStream(FileDescriptor.out),
                new PrintStream(System.err, true, StandardCharsets.UTF_8),
                seen);
        return new Surroundings(
                output,
                typed ? Optional.empty() : Optional.of(System.in),
                typed && seen,
                System.getenv(),
                Optional.ofNullable(System.getProperty("balsa.home")).map(Path::of),
                RemoteCluster::new);
    }

    /** For verbs that are typed at a prompt, which reads standard input itself. */
    Surroundings withoutInput() {
        return new Surroundings(output, Optional.empty(), false, environment, home, opener);
    }
}
