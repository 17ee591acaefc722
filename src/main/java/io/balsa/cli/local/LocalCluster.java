package io.balsa.cli.local;

import com.typesafe.config.ConfigFactory;
import io.balsa.Applied;
import io.balsa.client.Connection;
import io.balsa.model.Entries;
import io.balsa.protocol.Target;
import io.balsa.protocol.reply.AdminReply.LogPage;
import io.balsa.show.ClusterView;
import io.balsa.show.Survey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** Nodes as processes on free ports of this machine, with all they write in one folder, and a client of theirs. */
public final class LocalCluster implements AutoCloseable {
    /** What the nodes belong to. */
    public static final Target TARGET = new Target("demo", "main");

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final SortedMap<String, NodeProcess> nodes;
    private final Connection connection;

    private LocalCluster(SortedMap<String, NodeProcess> nodes) {
        this.nodes = Collections.unmodifiableSortedMap(nodes);
        String timeout = "raft.client.timeout = " + PATIENCE.toMillis() + " ms";
        this.connection = Connection.open(
                List.copyOf(addresses().values()),
                TARGET,
                ConfigFactory.load(LocalCluster.class.getClassLoader(), ConfigFactory.parseString(timeout)));
    }

    /**
     * Writes the configuration of {@code count} nodes and starts them.
     *
     * @param settings lines of HOCON for all of them
     */
    public static LocalCluster start(Launch launch, Path folder, int count, List<String> settings) throws IOException {
        SortedMap<String, NodeProcess> nodes = new TreeMap<>();
        for (int port : freePorts(count)) {
            String id = "node-" + (nodes.size() + 1);
            nodes.put(id, new NodeProcess(launch, folder, id, "pekko://raft@127.0.0.1:" + port + "/user/raft"));
        }
        configure(folder, nodes.values(), settings);
        for (NodeProcess node : nodes.values()) {
            node.start();
        }
        return new LocalCluster(nodes);
    }

    public NodeProcess node(String id) {
        return nodes.get(id);
    }

    public Collection<NodeProcess> nodes() {
        return nodes.values();
    }

    /** Waits for a leader that hears a majority, in a term newer than this one. */
    public ClusterView awaitLeader(long term) throws LocalFailure {
        return await("no leader", view -> view.leading().isPresent() && view.quorum() && view.term() > term);
    }

    /** Waits until every node has applied everything up to {@code index}. */
    public ClusterView awaitApplied(long index) throws LocalFailure {
        return await("not every node has applied index " + index, view -> view.nodes().values().stream()
                .allMatch(node ->
                        node.status().map(status -> status.applied() >= index).orElse(false)));
    }

    public Applied submit(byte[] command) throws LocalFailure {
        return join(connection.submit(command));
    }

    /** The client that asks for all this; patient enough for whatever may happen to a cluster. */
    public Connection connection() {
        return connection;
    }

    /** The log of one node up to {@code last}. */
    public Entries log(NodeProcess node, long last) throws LocalFailure {
        List<Entries> pages = new ArrayList<>();
        long next = 1;
        while (next <= last) {
            LogPage page = join(connection.log(node.address(), next, last));
            if (page.entries().isEmpty()) {
                throw new LocalFailure(node.id() + " lacks index " + next);
            }
            pages.add(page.entries());
            next = page.entries().last().index() + 1;
        }
        return Entries.concat(pages);
    }

    /** Ends the client; the nodes go on. */
    @Override
    public void close() {
        connection.close();
    }

    private ClusterView await(String otherwise, Predicate<ClusterView> condition) throws LocalFailure {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            Optional<ClusterView> view = view().filter(condition);
            if (view.isPresent()) {
                return view.get();
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        throw new LocalFailure(otherwise + " after " + PATIENCE.toSeconds() + " s");
    }

    private Optional<ClusterView> view() {
        try {
            return Optional.of(
                    join(Survey.take(connection::status, addresses(), new Survey.Patience(PAUSE, Duration.ZERO))));
        } catch (LocalFailure nobodyAnswers) {
            return Optional.empty();
        }
    }

    /** Where the nodes are reached, by their ids. */
    public SortedMap<String, String> addresses() {
        SortedMap<String, String> addresses = new TreeMap<>();
        nodes.forEach((id, node) -> addresses.put(id, node.address()));
        return addresses;
    }

    private static <T> T join(CompletionStage<T> stage) throws LocalFailure {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException failed) {
            throw new LocalFailure(failed.getCause().getMessage());
        }
    }

    private static void configure(Path folder, Collection<NodeProcess> nodes, List<String> settings)
            throws IOException {
        StringBuilder shared = new StringBuilder("raft {\n  cluster-id = \"" + TARGET.cluster() + "\"\n  peers {\n");
        nodes.forEach(node -> shared.append("    " + node.id() + " = \"" + node.address() + "\"\n"));
        shared.append("  }\n  http.enabled = off\n}\n").append(String.join("\n", settings));
        Files.writeString(folder.resolve("cluster.conf"), shared + "\n");
        for (NodeProcess node : nodes) {
            Files.writeString(
                    folder.resolve(node.id() + ".conf"),
                    "include \"cluster.conf\"\nraft.node-id = \"" + node.id() + "\"\n");
        }
    }

    /** Ports that are free now, all of them at once, so that they differ. */
    private static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            sockets.add(socket);
            ports.add(socket.getLocalPort());
        }
        for (ServerSocket socket : sockets) {
            socket.close();
        }
        return ports;
    }
}
