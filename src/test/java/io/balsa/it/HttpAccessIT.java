package io.balsa.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.it.HttpNodes.Answer;
import io.balsa.tls.Authority;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.pekko.actor.testkit.typed.javadsl.LoggingTestKit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that asks who sends a request, as curl sees it: by token, or by certificate. */
final class HttpAccessIT {
    private static final String ADMIN = "admin-token-0123456789";
    private static final String WRITER = "writer-token-0123456789";
    private static final String READER = "reader-token-0123456789";

    @TempDir
    private Path folder;

    private final Authority ours = new Authority("ours");
    private final Map<String, Object> settings = new HashMap<>();
    private HttpNodes nodes;

    @BeforeEach
    void writeTokens() throws Exception {
        write("admin alice " + ADMIN + "\nwrite bob " + WRITER + "\nread eve " + READER + "\n");
        settings.put("raft.http.token-file", file("tokens").toString());
        settings.put("raft.http.token-reload-interval", "100 ms");
        settings.put("raft.http.courtesy", "on");
    }

    @AfterEach
    void stop() {
        if (nodes != null) {
            nodes.close();
        }
    }

    @Test
    void whatChangesSomethingTakesAToken() throws Exception {
        start();

        Answer refused = nodes.put(1, "/api/v1/kv/k", "v");
        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.header("www-authenticate")).isEqualTo("Bearer realm=\"balsa\"");
        assertThat(refused.header("content-type")).isEqualTo("application/problem+json");
        assertThat(refused.json().get("code").asText()).isEqualTo("unauthenticated");
        assertThat(refused.json().get("outcome").asText()).isEqualTo("none");

        assertThat(nodes.put(1, "/api/v1/kv/k", "v", bearer("not-one-of-them-0123"))
                        .status())
                .isEqualTo(401);
        assertThat(nodes.put(1, "/api/v1/kv/k", "v", "Authorization", "Basic " + WRITER)
                        .status())
                .isEqualTo(401);
        assertThat(nodes.put(1, "/api/v1/kv/k", "v", bearer(READER)).status()).isEqualTo(403);
        assertThat(nodes.get(1, "/req?age=42").status()).isEqualTo(401);
        assertThat(nodes.get(1, "/api/v1/kv/k").status()).as("nothing was done").isEqualTo(404);

        assertThat(nodes.put(1, "/api/v1/kv/k", "v", bearer(WRITER)).status()).isEqualTo(200);
        assertThat(nodes.get(1, "/req?age=42", bearer(WRITER)).status()).isEqualTo(200);
        assertThat(nodes.get(1, "/api/v1/kv/k").status()).as("reading is free").isEqualTo(200);
        assertThat(nodes.get(1, "/api/v1/kv/k", bearer("not-one-of-them-0123")).status())
                .as("who says who he is must be right")
                .isEqualTo(401);
    }

    private static String[] bearer(String token) {
        return new String[] {"Authorization", "Bearer " + token};
    }

    @Test
    void administrationTakesAnAdministratorAndIsRecorded() throws Exception {
        start();

        assertThat(nodes.post(1, "/api/v1/members", "{}", bearer(WRITER)).status())
                .isEqualTo(403);
        assertThat(nodes.delete(1, "/api/v1/members/node-9", bearer(WRITER)).status())
                .isEqualTo(403);
        assertThat(nodes.post(1, "/api/v1/leader/transfer", "{}", bearer(WRITER))
                        .status())
                .isEqualTo(403);

        LoggingTestKit.info("admin alice: POST /api/v1/snapshot: ok")
                .withLoggerName("io.balsa.audit")
                .expect(nodes.system(1), () -> post("/api/v1/snapshot", "", 200));
        LoggingTestKit.info("admin alice: POST /api/v1/members {\"remove\":[\"node-9\"]}: no-such-member")
                .withLoggerName("io.balsa.audit")
                .expect(nodes.system(1), () -> post("/api/v1/members", "{\"remove\":[\"node-9\"]}", 404));
    }

    private Void post(String path, String body, int status) {
        try {
            Answer answer = nodes.post(1, path, body, bearer(ADMIN));
            assertThat(answer.status()).as(answer.text()).isEqualTo(status);
            return null;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void readersMayBeAskedToo() throws Exception {
        settings.put("raft.http.protect-reads", "on");
        start();

        assertThat(nodes.get(1, "/api/v1/status").status()).isEqualTo(401);
        assertThat(nodes.get(1, "/api/v1/status", bearer(READER)).status()).isEqualTo(200);
        for (String path : new String[] {"/", "/alive", "/ready", "/health", "/metrics", "/api/v1/openapi.json"}) {
            assertThat(nodes.get(1, path).status())
                    .as(path + " is for everybody")
                    .isEqualTo(200);
        }
    }

    @Test
    void tokensAreReadAnewWhenTheyHaveChanged() throws Exception {
        start();
        assertThat(nodes.put(1, "/api/v1/kv/k", "v", bearer(WRITER)).status()).isEqualTo(200);

        write("admin alice " + ADMIN + "\n");
        Patience.await(
                "the token is gone",
                () -> nodes.put(1, "/api/v1/kv/k", "v", bearer(WRITER)).status() == 401);

        write("nonsense\n");
        Patience.await("it has been looked at", () -> Files.exists(file("tokens")));
        assertThat(nodes.put(1, "/api/v1/kv/k", "v", bearer(ADMIN)).status())
                .as("a file that makes no sense changes nothing")
                .isEqualTo(200);
    }

    @Test
    void noSecretIsInWhatANodeTellsOfItself() throws Exception {
        start();

        String config = nodes.get(1, "/api/v1/config").text();
        assertThat(config).contains("raft.http.token-file", "raft.tls.password-file");
        assertThat(config).doesNotContain(ADMIN, WRITER, READER, Authority.PASSWORD);
    }

    @Test
    void aCertificateDoesAsWellAsAToken() throws Exception {
        settings.remove("raft.http.token-file");
        settings.put("raft.http.tls", "on");
        settings.put(
                "raft.tls.key-store",
                ours.issue(file("node-1"), "urn:balsa:node:node-1").toString());
        settings.put("raft.tls.trust-store", ours.trust(file("trust")).toString());
        settings.put(
                "raft.tls.password-file", Authority.password(file("password")).toString());
        nodes = new HttpNodes(folder.resolve("data"), 1, settings);
        nodes.start(1);
        HttpClient writer = client("urn:balsa:write:bob");
        Patience.await("it is ready", () -> isReady(writer));

        assertThat(send(writer, "PUT", "/api/v1/kv/k")).isEqualTo(200);
        assertThat(send(writer, "POST", "/api/v1/snapshot")).isEqualTo(403);
        assertThat(send(client("urn:balsa:read:eve"), "PUT", "/api/v1/kv/k")).isEqualTo(403);
        assertThat(send(client("urn:balsa:admin:alice"), "POST", "/api/v1/snapshot"))
                .isEqualTo(200);
        assertThat(send(client("urn:elsewhere:x"), "PUT", "/api/v1/kv/k")).isEqualTo(401);
    }

    private boolean isReady(HttpClient client) throws InterruptedException {
        try {
            return send(client, "GET", "/ready") == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    private HttpClient client(String urn) {
        Path keys = ours.issue(file("client"), urn);
        return HttpClient.newBuilder()
                .sslContext(TlsCaller.context(keys, file("trust")))
                .build();
    }

    private int send(HttpClient client, String method, String path) throws IOException, InterruptedException {
        URI plain = nodes.request(1, path).build().uri();
        URI uri = URI.create(plain.toString().replace("http:", "https:"));
        HttpRequest request = HttpRequest.newBuilder(uri)
                .method(method, method.equals("PUT") ? BodyPublishers.ofString("v") : BodyPublishers.noBody())
                .build();
        return client.send(request, BodyHandlers.discarding()).statusCode();
    }

    private void start() throws Exception {
        nodes = new HttpNodes(folder.resolve("data"), 1, settings);
        nodes.start(1);
        nodes.awaitReady(1);
    }

    private void write(String tokens) throws Exception {
        Files.writeString(file("tokens"), tokens);
    }

    private Path file(String name) {
        return folder.resolve(name);
    }
}
