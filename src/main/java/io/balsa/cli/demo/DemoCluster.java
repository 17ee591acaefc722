package io.balsa.cli.demo;

import com.typesafe.config.ConfigFactory;
import io.balsa.Applied;
import io.balsa.cli.show.ClusterView;
import io.balsa.cli.show.Survey;
import io.balsa.client.Connection;
import io.balsa.model.Entries;
import io.balsa.protocol.Target;
import io.balsa.protocol.reply.AdminReply.LogPage;
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
final class DemoCluster implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final Target TARGET = new Target("demo", "main");

    private final SortedMap<String, NodeProcess> nodes;
    private final Connection connection;

    private DemoCluster(SortedMap<String, NodeProcess> nodes) {
        this.nodes = Collections.unmodifiableSortedMap(nodes);
        String timeout = "raft.client.timeout = " + PATIENCE.toMillis() + " ms";
        this.connection = Connection.open(
                List.copyOf(addresses().values()),
                TARGET,
                ConfigFactory.load(DemoCluster.class.getClassLoader(), ConfigFactory.parseString(timeout)));
    }

    /** Writes the configuration of {@code count} nodes and starts them. */
    static DemoCluster start(Path home, Path folder, int count) throws IOException {
        SortedMap<String, NodeProcess> nodes = new TreeMap<>();
        for (int port : freePorts(count)) {
            String id = "node-" + (nodes.size() + 1);
            nodes.put(id, new NodeProcess(home, folder, id, "pekko://raft@127.0.0.1:" + port + "/user/raft"));
        }
        configure(folder, nodes.values());
        for (NodeProcess node : nodes.values()) {
            node.start();
        }
        return new DemoCluster(nodes);
    }

    NodeProcess node(String id) {
        return nodes.get(id);
    }

    Collection<NodeProcess> nodes() {
        return nodes.values();
    }

    /** Waits for a leader that hears a majority, in a term newer than this one. */
    ClusterView awaitLeader(long term) throws DemoFailed {
        return await("no leader", view -> view.leading().isPresent() && view.quorum() && view.term() > term);
    }

    /** Waits until every node has applied everything up to {@code index}. */
    ClusterView awaitApplied(long index) throws DemoFailed {
        return await("not every node has applied index " + index, view -> view.nodes().values().stream()
                .allMatch(node ->
                        node.status().map(status -> status.applied() >= index).orElse(false)));
    }

    Applied submit(byte[] command) throws DemoFailed {
        return join(connection.submit(command));
    }

    /** The log of one node up to {@code last}. */
    Entries log(NodeProcess node, long last) throws DemoFailed {
        List<Entries> pages = new ArrayList<>();
        long next = 1;
        while (next <= last) {
            LogPage page = join(connection.log(node.address(), next, last));
            if (page.entries().isEmpty()) {
                throw new DemoFailed(node.id() + " lacks index " + next);
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

    private ClusterView await(String otherwise, Predicate<ClusterView> condition) throws DemoFailed {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            Optional<ClusterView> view = view().filter(condition);
            if (view.isPresent()) {
                return view.get();
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        throw new DemoFailed(otherwise + " after " + PATIENCE.toSeconds() + " s");
    }

    private Optional<ClusterView> view() {
        try {
            return Optional.of(join(Survey.take(connection::status, addresses(), PAUSE)));
        } catch (DemoFailed nobodyAnswers) {
            return Optional.empty();
        }
    }

    private SortedMap<String, String> addresses() {
        SortedMap<String, String> addresses = new TreeMap<>();
        nodes.forEach((id, node) -> addresses.put(id, node.address()));
        return addresses;
    }

    private static <T> T join(CompletionStage<T> stage) throws DemoFailed {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException failed) {
            throw new DemoFailed(failed.getCause().getMessage());
        }
    }

    private static void configure(Path folder, Collection<NodeProcess> nodes) throws IOException {
        StringBuilder shared = new StringBuilder("raft {\n  cluster-id = \"" + TARGET.cluster() + "\"\n  peers {\n");
        nodes.forEach(node -> shared.append("    " + node.id() + " = \"" + node.address() + "\"\n"));
        Files.writeString(folder.resolve("cluster.conf"), shared + "  }\n}\n");
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
