package io.balsa.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.it.HttpNodes.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What browsers are told: of the page, and of who may read which answers. */
@Timeout(60)
final class HttpPageIT {
    private static final String MEMBER = "http://127.0.0.1:18052";
    private static final String ALLOWED = "access-control-allow-origin";

    @TempDir
    private Path folder;

    private HttpNodes nodes;

    @BeforeEach
    void start() throws Exception {
        nodes = new HttpNodes(folder, 1, Map.of("raft.http.peers.node-2", "127.0.0.1:18052"));
        nodes.start(1);
        nodes.awaitReady(1);
    }

    @AfterEach
    void stop() {
        nodes.close();
    }

    @Test
    void aNodeServesThePageWithAStrictPolicy() throws Exception {
        Answer page = nodes.get(1, "/");
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.header("content-type")).startsWith("text/html");
        assertThat(page.header("content-security-policy"))
                .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
                .contains("require-trusted-types-for 'script'")
                .contains("connect-src 'self' 127.0.0.1:")
                .contains("127.0.0.1:18052", "localhost:18052")
                .doesNotContain("unsafe");
        assertThat(page.header("referrer-policy")).isEqualTo("no-referrer");
        assertThat(page.header("x-content-type-options")).isEqualTo("nosniff");

        Answer script = nodes.get(1, "/page/main.mjs");
        assertThat(script.header("content-type")).startsWith("text/javascript");
        assertThat(nodes.get(1, "/page/icon.svg").status()).isEqualTo(200);
        HttpIT.assertProblem(nodes.get(1, "/page/other.js"), 404, "no-such-resource");
        HttpIT.assertProblem(nodes.get(1, "/page/..%2Fopenapi.json"), 404, "no-such-resource");
    }

    @Test
    void noOtherAnswerIsRendered() throws Exception {
        nodes.put(1, "/api/v1/kv/k", "<script>alert(1)</script>");
        Answer value = nodes.get(1, "/api/v1/kv/k");
        assertThat(value.header("content-security-policy")).isEqualTo("default-src 'none'; frame-ancestors 'none'");
        assertThat(value.header("x-content-type-options")).isEqualTo("nosniff");
        assertThat(nodes.get(1, "/nothing").header("content-security-policy")).startsWith("default-src 'none'");
    }

    @Test
    void aPageOfAnotherMemberMayReadWhatItShows() throws Exception {
        Answer status = nodes.get(1, "/api/v1/status", "Origin", MEMBER);
        assertThat(status.header(ALLOWED)).isEqualTo(MEMBER);
        assertThat(status.header("vary")).isEqualTo("Origin");
        assertThat(status.header("access-control-allow-credentials")).isEmpty();
        assertThat(nodes.get(1, "/metrics", "Origin", "http://localhost:18052").header(ALLOWED))
                .isEqualTo("http://localhost:18052");
        assertThat(nodes.get(1, "/api/v1/directory", "Origin", MEMBER)
                        .json()
                        .get("http")
                        .get("node-2")
                        .asText())
                .isEqualTo("127.0.0.1:18052");
        assertThat(nodes.get(1, "/api/v1/kv/k", "Origin", MEMBER).header(ALLOWED))
                .isEmpty();
        assertThat(nodes.get(1, "/api/v1/config", "Origin", MEMBER).header(ALLOWED))
                .isEmpty();
    }

    @Test
    void aPageOfAnybodyElseMayNot() throws Exception {
        for (String origin :
                new String[] {"http://127.0.0.1:18053", "https://evil.example", "null", "127.0.0.1:18052.x"}) {
            assertThat(nodes.get(1, "/api/v1/status", "Origin", origin).header(ALLOWED))
                    .as(origin)
                    .isEmpty();
        }
    }

    @Test
    void aMemberMayAskWhetherItMaySayWhoItIs() throws Exception {
        String[] wish = {"Origin", MEMBER, "Access-Control-Request-Method", "GET"};
        Answer leave = nodes.send(1, "OPTIONS /api/v1/status", BodyPublishers.noBody(), wish);
        assertThat(leave.status()).isEqualTo(204);
        assertThat(leave.header(ALLOWED)).isEqualTo(MEMBER);
        assertThat(leave.header("access-control-allow-methods")).isEqualTo("GET");
        assertThat(leave.header("access-control-allow-headers")).isEqualTo("Authorization");
        wish[1] = "https://evil.example";
        Answer refused = nodes.send(1, "OPTIONS /api/v1/status", BodyPublishers.noBody(), wish);
        assertThat(refused.header(ALLOWED)).isEmpty();
    }

    /** Another's name that leads to this host, so that its page is of the same origin as the node. */
    @Test
    void aNodeOnLoopbackAnswersToItsOwnNamesOnly() throws Exception {
        assertThat(raw("GET /api/v1/status", "evil.example:" + nodes.port(1)))
                .startsWith("HTTP/1.1 403")
                .contains("foreign-origin", "raft.http.peers");
        assertThat(raw("DELETE /api/v1/kv/k", "evil.example")).startsWith("HTTP/1.1 403");
        assertThat(raw("GET /alive", "localhost:" + nodes.port(1))).startsWith("HTTP/1.1 200");
    }

    private String raw(String line, String host) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), nodes.port(1))) {
            String request = line + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
