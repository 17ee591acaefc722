package io.balsa.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.ConfigFactory;
import io.balsa.config.NodeConfig;
import io.balsa.http.HttpServer;
import io.balsa.http.event.Listener;
import io.balsa.kv.KeyValueMachine;
import io.balsa.protocol.RaftMessage;
import io.balsa.role.Environment;
import io.balsa.role.RaftNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Nodes of the key-value machine in this JVM, each serving HTTP, and a program that speaks it with them. */
final class HttpNodes implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, Object> common = new HashMap<>();
    private final List<Integer> ports;
    private final List<Integer> http;
    private final SortedMap<Integer, ActorSystem<Void>> running = new TreeMap<>();
    private final HttpClient client = HttpClient.newHttpClient();

    /** Nodes 1 to {@code count}, none of them started yet, and a place for one that joins them. */
    HttpNodes(Path folder, int count, Map<String, Object> more) {
        this.ports = Ports.free(count + 1);
        this.http = Ports.free(count + 1);
        common.putAll(more);
        common.put("raft.cluster-id", "http");
        common.put("raft.data-dir", folder.toString());
        for (int number = 1; number <= count; number++) {
            common.put("raft.peers.node-" + number, address(number));
        }
    }

    void start(int... numbers) {
        for (int number : numbers) {
            start(number, Map.of());
        }
    }

    /** Starts the last node, which waits until the others make it a member. */
    void join() {
        int number = ports.size();
        start(number, Map.of("raft.join", "on", "raft.peers.node-" + number, address(number)));
    }

    private void start(int number, Map<String, Object> more) {
        Map<String, Object> own = new HashMap<>(common);
        own.putAll(more);
        own.put("raft.node-id", "node-" + number);
        own.put("raft.http.port", http.get(number - 1));
        NodeConfig config = NodeConfig.of(ConfigFactory.parseMap(own));
        running.put(number, ActorSystem.create(node(config), config.systemName(), config.actorSystemConfig()));
    }

    /** Where the others reach a node. */
    String address(int number) {
        return "pekko://raft@127.0.0.1:" + ports.get(number - 1) + "/user/raft";
    }

    private static Behavior<Void> node(NodeConfig config) {
        return Behaviors.setup(context -> {
            Environment world = Environment.production(config.settings(), new KeyValueMachine());
            Listener listener = Listener.of(config);
            listener.listen(context);
            ActorRef<RaftMessage> server = context.spawn(
                    RaftNode.create(world), RaftNode.NAME, DispatcherSelector.fromConfig(RaftNode.DISPATCHER));
            HttpServer.Setup setup = new HttpServer.Setup(config, world.view(), listener, true);
            context.watch(context.spawn(HttpServer.create(setup, server), HttpServer.NAME));
            return Behaviors.empty();
        });
    }

    ActorSystem<Void> system(int number) {
        return running.get(number);
    }

    void stop(int number) {
        ActorSystem<Void> system = running.remove(number);
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().join();
    }

    /** Where a node serves HTTP. */
    int port(int number) {
        return http.get(number - 1);
    }

    /** What was answered. */
    record Answer(int status, Map<String, List<String>> headers, byte[] body) {
        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        JsonNode json() throws IOException {
            return JSON.readTree(body);
        }

        String header(String name) {
            return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of(""))
                    .get(0);
        }
    }

    Answer get(int node, String path, String... headers) throws Exception {
        return send(node, "GET " + path, BodyPublishers.noBody(), headers);
    }

    Answer delete(int node, String path, String... headers) throws Exception {
        return send(node, "DELETE " + path, BodyPublishers.noBody(), headers);
    }

    Answer put(int node, String path, String body, String... headers) throws Exception {
        return send(node, "PUT " + path, BodyPublishers.ofString(body), headers);
    }

    /** A document, or nothing at all when it is empty. */
    Answer post(int node, String path, String json, String... headers) throws Exception {
        List<String> all = new ArrayList<>(List.of(headers));
        if (!json.isEmpty() && !all.contains("Content-Type")) {
            all.addAll(List.of("Content-Type", "application/json"));
        }
        BodyPublisher body = json.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(json);
        return send(node, "POST " + path, body, all.toArray(String[]::new));
    }

    /** Sends a request whose first line begins so: {@code PUT /api/v1/kv/k}. */
    Answer send(int node, String what, BodyPublisher body, String... headers) throws Exception {
        String[] words = what.split(" ", 2);
        HttpRequest request =
                request(node, words[1], headers).method(words[0], body).build();
        HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
        Described.check(words[0], request.uri().getPath(), response.statusCode());
        return new Answer(response.statusCode(), response.headers().map(), response.body());
    }

    HttpRequest.Builder request(int node, String path, String... headers) {
        URI uri = URI.create("http://127.0.0.1:" + http.get(node - 1) + path);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri);
        return headers.length == 0 ? request : request.headers(headers);
    }

    HttpClient client() {
        return client;
    }

    /** Waits until the node answers that it is ready. */
    void awaitReady(int... numbers) throws Exception {
        for (int number : numbers) {
            Patience.await("node-" + number + " is ready", () -> isReady(number));
        }
    }

    private boolean isReady(int number) throws Exception {
        try {
            return get(number, "/ready").status() == 200;
        } catch (IOException notListening) {
            return false;
        }
    }

    /** Waits until the node listens. */
    void awaitListening(int number) throws Exception {
        Patience.await("node-" + number + " listens", () -> {
            try {
                return get(number, "/alive").status() == 200;
            } catch (IOException notYet) {
                return false;
            }
        });
    }

    String leader() throws Exception {
        return get(running.firstKey(), "/api/v1/status").json().get("leader").asText();
    }

    @Override
    public void close() {
        List.copyOf(running.keySet()).forEach(this::stop);
    }
}
