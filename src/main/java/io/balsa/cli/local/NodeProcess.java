package io.balsa.cli.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A node as a process of its own. Its process id is kept in a file beside its configuration, so that whoever cleans up
 * can find it.
 */
public final class NodeProcess {
    /** Seconds; longer than a node takes to stop in order. */
    private static final int PATIENCE = 15;

    private final Launch launch;
    private final Path folder;
    private final String id;
    private final String address;
    private Process process;

    /**
     * @param folder holds the configuration {@code ID.conf}; takes data, output and the process id
     */
    NodeProcess(Launch launch, Path folder, String id, String address) {
        this.launch = launch;
        this.folder = folder;
        this.id = id;
        this.address = address;
    }

    public String id() {
        return id;
    }

    public String address() {
        return address;
    }

    /** The process itself; there is none before the first start. */
    public Process process() {
        return process;
    }

    public void start() throws IOException {
        List<String> line = new ArrayList<>(launch.command());
        line.add(folder.resolve(id + ".conf").toString());
        ProcessBuilder builder = new ProcessBuilder(line);
        builder.directory(folder.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("RAFT_"));
        builder.environment().merge("JAVA_OPTS", launch.javaOpts(), (given, ours) -> ours + " " + given);
        builder.redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(output().toFile()));
        process = builder.start();
        Files.writeString(folder.resolve(id + ".pid"), process.pid() + "\n");
    }

    /** {@code kill -9}: no word of farewell, nothing flushed. */
    public void kill() throws IOException {
        process.destroyForcibly();
        awaitEnd();
    }

    /** SIGTERM: the node stops in order. Does not wait until it has. */
    public void terminate() {
        process.destroy();
    }

    /** Waits a while for the process to end. */
    public void awaitEnd() throws IOException {
        try {
            process.waitFor(PATIENCE, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Files.deleteIfExists(folder.resolve(id + ".pid"));
    }

    public boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** What it wrote last, for the report of a failure. */
    public List<String> lastLines(int count) throws IOException {
        List<String> lines = Files.exists(output()) ? Files.readAllLines(output()) : List.of();
        return lines.subList(Math.max(0, lines.size() - count), lines.size());
    }

    private Path output() {
        return folder.resolve(id + ".log");
    }
}
