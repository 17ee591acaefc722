package io.balsa.it;

import static io.balsa.it.HttpIT.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.it.HttpNodes.Answer;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a node does not wait for, and does not take in. */
@Timeout(120)
final class HttpLimitsIT {
    private static final int FAR = 1_000_000;
    private static final int PATIENCE_MILLIS = 60_000;

    @TempDir
    private Path folder;

    @Test
    void aNodeBoundsWhatItIsSent() throws Exception {
        try (HttpNodes nodes = new HttpNodes(folder, 1, Map.of("raft.http.body-timeout", "1 s"))) {
            nodes.start(1);
            nodes.awaitReady(1);

            assertThat(slowBody(nodes.port(1)))
                    .startsWith("HTTP/1.1 408 ")
                    .contains("application/problem+json", "\"code\":\"timeout\"", "\"outcome\":\"none\"");
            String tooLong = "{\"promote\":[\"" + "x".repeat(16 * 1024) + "\"]}";
            assertProblem(nodes.post(1, "/api/v1/members", tooLong), 413, "too-large");
            assertProblem(nodes.post(1, "/api/v1/leader/transfer", "{\"whom\":\"node-1\"}"), 400, "bad-request");

            long session =
                    nodes.post(1, "/api/v1/sessions", "").json().get("session").asLong();
            Answer beyond = nodes.put(1, "/api/v1/kv/k", "v", "Idempotency-Key", session + ":" + FAR);
            assertProblem(beyond, 409, "beyond-window");
            assertThat(beyond.json().get("outcome").asText()).isEqualTo("none");
            assertThat(nodes.get(1, "/api/v1/kv/k").status()).isEqualTo(404);
        }
    }

    /** Promises ten bytes and sends one. */
    private static String slowBody(int port) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            String head = "PUT /api/v1/kv/slow HTTP/1.1\r\nHost: 127.0.0.1:" + port
                    + "\r\nContent-Length: 10\r\nConnection: close\r\n\r\nx";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
