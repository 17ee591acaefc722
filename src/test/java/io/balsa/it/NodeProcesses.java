package io.balsa.it;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Three nodes as processes, started by {@code bin/node.sh} in a folder of their own. */
final class NodeProcesses implements AutoCloseable {
    private static final long PATIENCE_MILLIS = 120_000;

    private final Path folder;
    private final SortedMap<String, Integer> ports = new TreeMap<>();
    private final Map<String, Process> running = new TreeMap<>();

    NodeProcesses(Path folder) throws IOException {
        this.folder = folder;
        StringBuilder shared = new StringBuilder("raft {\n  cluster-id = \"it\"\n  peers {\n");
        for (int number = 1; number <= 3; number++) {
            String id = "node-" + number;
            int port = freePort();
            ports.put(id, port);
            shared.append("    " + id + " = \"pekko://raft@127.0.0.1:" + port + "/user/raft\"\n");
            Files.writeString(
                    folder.resolve(id + ".conf"), "include \"cluster.conf\"\nraft.node-id = \"" + id + "\"\n");
        }
        Files.writeString(conf(), shared + "  }\n}\n");
    }

    Path conf() {
        return folder.resolve("cluster.conf");
    }

    List<String> ids() {
        return List.copyOf(ports.keySet());
    }

    String endpoint(String id) {
        return "127.0.0.1:" + ports.get(id);
    }

    void start(String... ids) throws IOException {
        for (String id : ids) {
            ProcessBuilder builder = new ProcessBuilder(
                            Shell.HOME.resolve("bin/node.sh").toString(),
                            folder.resolve(id + ".conf").toString())
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            folder.resolve(id + ".log").toFile()));
            builder.environment().keySet().removeIf(name -> name.startsWith("RAFT_"));
            running.put(id, builder.start());
        }
    }

    /** {@code kill -9}. */
    void kill(String... ids) {
        for (String id : ids) {
            running.remove(id).destroyForcibly().onExit().join();
        }
    }

    /** Asks with {@code bin/client.sh}. */
    Shell.Result client(String... arguments) throws IOException, InterruptedException {
        List<String> line =
                new ArrayList<>(List.of(Shell.HOME.resolve("bin/client.sh").toString(), "--config", conf().toString()));
        line.addAll(List.of(arguments));
        return Shell.run(line.toArray(String[]::new));
    }

    /** Waits for a leader, and returns its id. */
    String awaitLeader() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
        Shell.Result shown = client("-o", "text", "leader", "show");
        while (shown.code() != 0 || !running.containsKey(shown.text().strip())) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("no leader: " + shown.text() + shown.err() + output());
            }
            shown = client("-o", "text", "leader", "show");
        }
        return shown.text().strip();
    }

    /** What the nodes wrote, for the report of a failure. */
    String output() throws IOException {
        StringBuilder all = new StringBuilder();
        for (String id : ports.keySet()) {
            Path log = folder.resolve(id + ".log");
            all.append("\n--- " + id + "\n" + (Files.exists(log) ? Files.readString(log) : ""));
        }
        return all.toString();
    }

    @Override
    public void close() {
        kill(running.keySet().toArray(String[]::new));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
