package io.balsa.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What new users read first works as it is printed, but for the ports, in a folder as they have it. */
final class PrintedCommandsIT {
    private static final Pattern BLOCK = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);

    /** Whoever checks everything plays the demo as well; the build is what runs this. */
    private static final Set<String> ELSEWHERE = Set.of("bin/demo.sh\n", "mvn verify\n");

    @TempDir
    private Path folder;

    private final List<Process> nodes = new ArrayList<>();
    private final List<Integer> ports = Ports.free(6);

    @AfterEach
    void kill() {
        nodes.forEach(Process::destroyForcibly);
        nodes.forEach(process -> process.onExit().join());
    }

    @Test
    void runAsTheyArePrinted() throws Exception {
        unpack();
        StringBuilder pages = new StringBuilder();
        for (String page : List.of("README.md", "src/site/markdown/quickstart.md")) {
            pages.append(Files.readString(Path.of(page)));
        }
        List<String> blocks = BLOCK.matcher(pages)
                .results()
                .map((MatchResult found) -> found.group(1))
                .filter(block -> !ELSEWHERE.contains(block))
                .distinct()
                .toList();

        assertThat(blocks).hasSizeGreaterThan(5);
        for (String block : blocks) {
            if (block.startsWith("bin/node.sh")) {
                start(block.lines().toList());
            } else {
                run(block);
            }
        }
        assertThat(nodes).hasSize(3).allMatch(Process::isAlive);
    }

    private void unpack() throws IOException {
        Files.createSymbolicLink(folder.resolve("lib"), Shell.HOME.resolve("lib"));
        for (String part : List.of("bin", "conf")) {
            Files.createDirectory(folder.resolve(part));
            for (Path file : files(Shell.HOME.resolve(part))) {
                Files.copy(file, folder.resolve(part).resolve(file.getFileName().toString()));
            }
        }
        Path cluster = folder.resolve("conf/cluster.conf");
        Files.writeString(cluster, elsewhere(Files.readString(cluster)));
        for (int number = 1; number <= 3; number++) {
            Path own = folder.resolve("conf/node-" + number + ".conf");
            Files.writeString(own, Files.readString(own) + "\nraft.http.port = " + ports.get(2 + number) + "\n");
        }
    }

    private static List<Path> files(Path of) throws IOException {
        try (Stream<Path> files = Files.list(of)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    /** The same at ports that are free. */
    private String elsewhere(String text) {
        String moved = text;
        for (int i = 0; i < 3; i++) {
            moved = moved.replace(Integer.toString(7051 + i), ports.get(i).toString())
                    .replace(Integer.toString(8051 + i), ports.get(3 + i).toString());
        }
        return moved;
    }

    private void start(List<String> lines) throws Exception {
        for (String line : lines) {
            ProcessBuilder builder = Shell.builder("sh", "-c", "exec " + line)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(
                            folder.resolve("node-" + nodes.size() + ".log").toFile());
            nodes.add(builder.start());
        }
        String status = folder.resolve("bin/client.sh").toString();
        Patience.await("a quorum", () -> Shell.run(status, "status").text().contains("quorum ok"));
    }

    private void run(String block) throws Exception {
        Path output = folder.resolve("output");
        Process shell = Shell.builder("bash", "-e", "-c", elsewhere(block))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(shell.waitFor()).as(block + Files.readString(output)).isZero();
    }
}
