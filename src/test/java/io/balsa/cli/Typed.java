package io.balsa.cli;

import io.balsa.cli.show.Output;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Verbs as they are typed in a shell, each in a process of its own, and what the shell gets back. */
final class Typed {
    private final Cluster cluster;
    private byte[] input = {};
    private boolean readerGone;
    private Map<String, String> environment = Map.of("RAFT_ENDPOINTS", "127.0.0.1:7051");
    private Endpoints endpoints;

    Typed(Cluster cluster) {
        this.cluster = cluster;
    }

    /** What a process leaves behind. */
    record Result(int code, byte[] out, String err) {
        String text() {
            return new String(out, StandardCharsets.UTF_8);
        }
    }

    /** What the next ones find on standard input. */
    Typed with(String lines) {
        return with(lines.getBytes(StandardCharsets.UTF_8));
    }

    /** As above. */
    Typed with(byte... bytes) {
        this.input = bytes.clone();
        return this;
    }

    /** The variables that the next ones find. */
    Typed in(Map<String, String> variables) {
        this.environment = variables;
        return this;
    }

    /** From now on nobody reads standard output, as behind {@code | head -n 1}. */
    Typed withoutReader() {
        this.readerGone = true;
        return this;
    }

    Result run(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Output output = new Output(
                readerGone ? new BrokenPipe() : out, new PrintStream(err, true, StandardCharsets.UTF_8), false);
        Client client = Client.of(new Surroundings(
                output,
                Optional.of(new ByteArrayInputStream(input)),
                false,
                environment,
                Optional.empty(),
                this::open));
        int code = Verbs.execute(client, arguments);
        client.close();
        return new Result(code, out.toByteArray(), err.toString(StandardCharsets.UTF_8));
    }

    /** What the last one was told about where the cluster is. */
    Endpoints endpoints() {
        return endpoints;
    }

    Duration timeout() {
        return endpoints.config().settings().timeout();
    }

    private static final class BrokenPipe extends OutputStream {
        @Override
        public void write(int octet) throws IOException {
            throw new IOException("Broken pipe");
        }
    }

    private Cluster open(Endpoints given) {
        this.endpoints = given;
        return cluster;
    }
}
