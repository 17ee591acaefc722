package io.balsa.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.balsa.cli.InProcess;
import io.balsa.client.Connection;
import io.balsa.protocol.Target;
import io.balsa.protocol.reply.AdminReply.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** Nodes as processes, three unless told otherwise, started by {@code bin/node.sh} in a folder of their own. */
final class NodeProcesses implements AutoCloseable {
    static final Target TARGET = new Target("it", "main");

    private static final Config CONFIG = ConfigFactory.load();
    /** Without a rehearsal: hundreds of nodes are started here, and most of them for a few seconds. */
    private static final String HEAD = "raft {\n  cluster-id = \"it\"\n  rehearsal = off\n  peers {\n";

    private static final Config IMPATIENT = ConfigFactory.parseString("raft.client.timeout = 1 s");

    /** Made to start fast: they live for seconds only. */
    static final String JAVA_OPTS = "-XX:TieredStopAtLevel=1 -Xmx512m";

    private final Path folder;
    private final SortedMap<String, Integer> ports = new TreeMap<>();
    private final SortedMap<String, Process> running = new TreeMap<>();
    private final Map<String, Long> forgotten = new HashMap<>();
    private final Map<String, List<String>> tracers = new HashMap<>();
    private Connection observer;
    private Config clients = CONFIG;
    private String jvm = "";
    private String http = "off";
    private int named;

    /** {@code settings} go under {@code raft} in the file that all nodes share. */
    NodeProcesses(Path folder, String... settings) throws IOException {
        this(folder, 3, settings);
    }

    NodeProcesses(Path folder, int count, String... settings) throws IOException {
        this.folder = folder;
        StringBuilder shared = new StringBuilder(HEAD);
        for (int number = 1; number <= count; number++) {
            String id = "node-" + number;
            named = number;
            ports.put(id, Ports.free());
            shared.append("    " + id + " = \"" + address(id) + "\"\n");
            Files.writeString(file(id), "include \"cluster.conf\"\nraft.node-id = \"" + id + "\"\n");
        }
        shared.append("  }\n");
        List.of(settings).forEach(setting -> shared.append("  " + setting + "\n"));
        Files.writeString(conf(), shared + "}\n");
    }

    /** A name and a port for a node that is to join; its file comes from the cluster. */
    String newcomer() {
        String id = "node-" + ++named;
        ports.put(id, Ports.free());
        return id;
    }

    void configure(String id, String file) throws IOException {
        Files.writeString(file(id), file);
    }

    /** The shared file names the nodes that there are now, for clients to find them. */
    void rewrite() throws IOException {
        StringBuilder shared = new StringBuilder(HEAD);
        ids().forEach(id -> shared.append("    " + id + " = \"" + address(id) + "\"\n"));
        Files.writeString(conf(), shared + "  }\n}\n");
    }

    /** The node is gone for good. */
    void forget(String id) {
        ports.remove(id);
    }

    Path conf() {
        return folder.resolve("cluster.conf");
    }

    /** Adds a line to the file of one node. */
    void set(String id, String line) throws IOException {
        Files.writeString(file(id), line + "\n", StandardOpenOption.APPEND);
    }

    /** From its next start on, {@code strace} watches a node and writes down what it sees. */
    void trace(String id, List<String> options, Path file) {
        List<String> line = new ArrayList<>(List.of("strace", "-o", file.toString()));
        line.addAll(options);
        tracers.put(id, line);
    }

    /** From their next start on, nodes have these options too, which win over those that they have anyway. */
    void jvm(String options) {
        jvm = " " + options;
    }

    /** From their next start on, nodes serve HTTP; each is to be told at which port. */
    void serveHttp() {
        http = "on";
    }

    /** From now on clients have these settings too. */
    void clients(Config settings) {
        clients = settings.withFallback(CONFIG);
    }

    List<String> ids() {
        return List.copyOf(ports.keySet());
    }

    List<String> running() {
        return List.copyOf(running.keySet());
    }

    /** All but one. */
    List<String> others(String id) {
        return ids().stream().filter(other -> !other.equals(id)).toList();
    }

    int port(String id) {
        return ports.get(id);
    }

    String endpoint(String id) {
        return "127.0.0.1:" + ports.get(id);
    }

    String address(String id) {
        return "pekko://raft@" + endpoint(id) + "/user/raft";
    }

    /** Where a node keeps its data unless it is told otherwise. */
    Path data(String id) {
        return folder.resolve("data").resolve(id).resolve("main");
    }

    void start(String... ids) throws IOException {
        for (String id : ids) {
            List<String> line = new ArrayList<>(tracers.getOrDefault(id, List.of()));
            line.addAll(List.of(Shell.HOME.resolve("bin/node.sh").toString(), file(id).toString()));
            ProcessBuilder builder = new ProcessBuilder(line)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(output(id).toFile()));
            builder.environment().keySet().removeIf(name -> name.startsWith("RAFT_"));
            builder.environment().put("JAVA_OPTS", JAVA_OPTS + jvm);
            builder.environment().put("RAFT_HTTP_ENABLED", http);
            running.put(id, builder.start());
        }
    }

    void startAll() throws IOException {
        start(ids().toArray(String[]::new));
    }

    Process process(String id) {
        return running.get(id);
    }

    /** {@code kill -9}, of all of them before the first is waited for: no survivor is to notice that one is gone. */
    void kill(String... ids) {
        List<Process> killed = new ArrayList<>();
        for (String id : ids) {
            killed.add(running.remove(id));
        }
        killed.forEach(Process::destroyForcibly);
        killed.forEach(process -> process.onExit().join());
    }

    void killAll() {
        kill(running.keySet().toArray(String[]::new));
    }

    /** The process stands still. */
    void freeze(String id) throws IOException, InterruptedException {
        signal(id, "STOP");
    }

    void thaw(String id) throws IOException, InterruptedException {
        signal(id, "CONT");
    }

    private void signal(String id, String name) throws IOException, InterruptedException {
        String pid = Long.toString(running.get(id).pid());
        Shell.run("kill", "-" + name, pid);
    }

    /** SIGTERM; the exit code. */
    int stop(String id) throws InterruptedException {
        running.get(id).destroy();
        return awaitEnd(id);
    }

    /** Waits until a process ends by itself; its exit code. */
    int awaitEnd(String id) throws InterruptedException {
        Process process = running.get(id);
        if (!process.waitFor(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError(id + " has not ended");
        }
        running.remove(id);
        return process.exitValue();
    }

    /** Asks with {@code bin/client.sh}. */
    Shell.Result client(String... arguments) throws IOException, InterruptedException {
        List<String> line =
                new ArrayList<>(List.of(Shell.HOME.resolve("bin/client.sh").toString(), "--config", conf().toString()));
        line.addAll(List.of(arguments));
        return Shell.run(line.toArray(String[]::new));
    }

    /** As {@link #client}, without a process of its own: for what is not about the program itself. */
    Shell.Result verb(String... arguments) {
        List<String> line = new ArrayList<>(List.of("--config", conf().toString()));
        if (!List.of(arguments).contains("--timeout")) {
            line.addAll(List.of("--timeout", Patience.OF_VERBS));
        }
        line.addAll(List.of(arguments));
        long begin = System.nanoTime();
        InProcess.Ended ended = InProcess.run(Shell.HOME, line.toArray(String[]::new));
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
        return new Shell.Result(ended.code(), ended.out(), ended.err(), millis);
    }

    /** A client that is told of these nodes, or of all if none is named. */
    Connection connect(String... ids) {
        return connect(clients, ids);
    }

    Connection connect(Config config, String... ids) {
        List<String> known = ids.length == 0 ? ids() : List.of(ids);
        return Connection.open(known.stream().map(this::address).toList(), TARGET, config);
    }

    /** How a node sees itself and the cluster, if it answers. */
    Optional<Status> status(String id) {
        try {
            return Optional.of(
                    observer().status(address(id)).toCompletableFuture().join());
        } catch (CompletionException noAnswer) {
            return Optional.empty();
        }
    }

    /** What a node holds. */
    WrittenLog log(String id) {
        return WrittenLog.of(observer(), address(id));
    }

    /** Waits for a leader that hears a majority, and returns its id. */
    String awaitLeader() throws Exception {
        List<String> found = new ArrayList<>();
        await("a leader", () -> {
            running.keySet().stream().filter(this::leads).forEach(found::add);
            return !found.isEmpty();
        });
        return found.get(0);
    }

    /** Waits until all nodes hold the same number of entries, all committed and on disk, and have the same members. */
    void awaitEqualLogs() throws Exception {
        await("equal logs", () -> {
            List<Optional<Status>> all = ids().stream().map(this::status).toList();
            return all.stream().allMatch(Optional::isPresent)
                    && all.stream()
                                    .map(Optional::get)
                                    .map(NodeProcesses::agreement)
                                    .distinct()
                                    .count()
                            == 1
                    && all.stream()
                            .map(Optional::get)
                            .allMatch(status ->
                                    status.commitIndex() == status.last().index());
        });
    }

    /** What is the same on all nodes that have the same log on their disks: where it ends, and who belongs to them. */
    private static List<Object> agreement(Status status) {
        List<Object> agreement = new ArrayList<>(List.of(status.durable().index()));
        status.peers().stream()
                .map(peer -> List.<Object>of(peer.node(), peer.address(), peer.voter(), peer.outgoing()))
                .sorted(Comparator.comparing(Object::toString))
                .forEach(agreement::add);
        return agreement;
    }

    /** Waits for something; if it does not come, or a node ends meanwhile, tells what the nodes wrote. */
    void await(String what, Callable<Boolean> condition) throws Exception {
        try {
            Patience.await(what, () -> {
                running.forEach((id, process) ->
                        assertThat(process.isAlive()).as("%s runs", id).isTrue());
                return condition.call();
            });
        } catch (AssertionError late) {
            throw new AssertionError(late.getMessage() + output(), late);
        }
    }

    /** What a node wrote, line by line, since it was to be forgotten. */
    List<String> said(String id) throws IOException {
        return Files.exists(output(id))
                ? Files.readAllLines(output(id)).stream()
                        .skip(forgotten.getOrDefault(id, 0L))
                        .toList()
                : List.of();
    }

    /** Only what the nodes write from now on is of interest. */
    void forgetSaid() throws IOException {
        for (String id : ids()) {
            forgotten.merge(id, (long) said(id).size(), Long::sum);
        }
    }

    /** What the nodes wrote, for the report of a failure. */
    String output() throws IOException {
        StringBuilder all = new StringBuilder();
        for (String id : ids()) {
            all.append("\n--- " + id + "\n" + String.join("\n", said(id)));
        }
        return all.toString();
    }

    @Override
    public void close() {
        killAll();
        if (observer != null) {
            observer.close();
        }
    }

    /** Whether a node says that it leads and hears a majority. */
    boolean leads(String id) {
        return status(id)
                .filter(status -> status.role().equals("Leader") && status.quorum())
                .isPresent();
    }

    /** One client for all questions about the nodes themselves. */
    private Connection observer() {
        if (observer == null) {
            observer = connect(IMPATIENT.withFallback(clients));
        }
        return observer;
    }

    private Path file(String id) {
        return folder.resolve(id + ".conf");
    }

    private Path output(String id) {
        return folder.resolve(id + ".log");
    }
}
