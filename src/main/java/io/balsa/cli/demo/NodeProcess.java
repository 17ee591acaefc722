package io.balsa.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A node as a process of its own, started by {@code bin/node.sh}. Its process id is kept in a file beside its
 * configuration, so that whoever cleans up can find it.
 */
final class NodeProcess {
    private final Path home;
    private final Path folder;
    private final String id;
    private final String address;
    private Process process;

    /**
     * @param home holds {@code bin/node.sh}
     * @param folder holds the configuration {@code ID.conf}; takes data, output and the process id
     */
    NodeProcess(Path home, Path folder, String id, String address) {
        this.home = home;
        this.folder = folder;
        this.id = id;
        this.address = address;
    }

    String id() {
        return id;
    }

    String address() {
        return address;
    }

    void start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                home.resolve("bin/node.sh").toString(),
                folder.resolve(id + ".conf").toString());
        builder.directory(folder.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("RAFT_"));
        // Three of them start on few cores and live for seconds: too short for the better compiler to pay.
        builder.environment().merge("JAVA_OPTS", "-XX:TieredStopAtLevel=1", (given, fast) -> fast + " " + given);
        builder.redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(output().toFile()));
        process = builder.start();
        Files.writeString(folder.resolve(id + ".pid"), process.pid() + "\n");
    }

    /** {@code kill -9}: no word of farewell, nothing flushed. */
    void kill() throws IOException {
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Files.deleteIfExists(folder.resolve(id + ".pid"));
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** What it wrote last, for the report of a failure. */
    List<String> lastLines(int count) throws IOException {
        List<String> lines = Files.exists(output()) ? Files.readAllLines(output()) : List.of();
        return lines.subList(Math.max(0, lines.size() - count), lines.size());
    }

    private Path output() {
        return folder.resolve(id + ".log");
    }
}
