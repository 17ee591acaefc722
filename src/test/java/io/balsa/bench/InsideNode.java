package io.balsa.bench;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.balsa.Raft;
import io.balsa.cli.local.Launch;
import io.balsa.machine.NoState;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A node that embeds {@link Raft} and loads it from within its own process, when it is told to: by a line on standard
 * input, {@code FILE load ORDER} or {@code FILE probe}. What comes of it goes to FILE. Ends with its input.
 */
final class InsideNode {
    private final Raft raft;

    private InsideNode(Raft raft) {
        this.raft = raft;
    }

    /** The flags of {@code bin/node.sh}, but for those that make a start fast. */
    static Launch launch(Path home, String javaOpts) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseG1GC",
                "-XX:MaxGCPauseMillis=50",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:+IgnoreUnrecognizedVMOptions",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dlogback.configurationFile=" + home.resolve("conf/logback.xml")));
        String given = System.getenv().getOrDefault("JAVA_OPTS", "");
        Stream.of((javaOpts + " " + given).split(" ", -1))
                .filter(flag -> !flag.isBlank())
                .forEach(command::add);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), InsideNode.class.getName()));
        return new Launch(command, "");
    }

    public static void main(String... args) throws IOException {
        Config config = ConfigFactory.parseFile(Path.of(args[0]).toFile());
        try (Raft raft = Raft.start(config, new NoState())) {
            InsideNode node = new InsideNode(raft);
            BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            orders.lines().forEach(node::obey);
        }
        System.exit(0);
    }

    private void obey(String line) {
        String[] words = line.split(" ", 3);
        String answer = words[1].equals("load") ? load(Order.parse(words[2])) : probe();
        Path file = Path.of(words[0]);
        Path draft = Path.of(words[0] + ".draft");
        try {
            Files.writeString(draft, answer);
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String load(Order order) {
        byte[] command = new byte[order.size()];
        return InsideSource.encode(() -> order.run(client -> raft.submit(command)));
    }

    private String probe() {
        byte[] command = new byte[1];
        return Boolean.toString(Probe.firstCommit(() -> raft.submit(command)));
    }
}
