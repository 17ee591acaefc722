package io.balsa.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ServerSocketFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TlsProbeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private Path folder;

    @Test
    void tellsOneWithoutTlsThatTheOtherSpeaksIt() throws Exception {
        try (ServerSocket server = secure()) {
            CompletableFuture<Void> caller = serve(server);

            assertThat(new TlsProbe(false, PATIENCE).advice(addresses(server)))
                    .hasValueSatisfying(advice ->
                            assertThat(advice).contains("127.0.0.1:" + server.getLocalPort(), "raft.tls.enabled = on"));
            caller.join();
        }
    }

    @Test
    void tellsOneWithTlsThatTheOtherDoesNotSpeakIt() throws Exception {
        try (ServerSocket server = plain(ServerSocketFactory.getDefault())) {
            CompletableFuture<Void> caller = serve(server);

            assertThat(new TlsProbe(true, PATIENCE).advice(addresses(server)))
                    .hasValueSatisfying(advice -> assertThat(advice).contains("raft.tls.enabled = off"));
            caller.join();
        }
    }

    @Test
    void hasNothingToSayWhenBothAreAlike() throws Exception {
        try (ServerSocket secure = secure();
                ServerSocket plain = plain(ServerSocketFactory.getDefault())) {
            CompletableFuture<Void> callers = CompletableFuture.allOf(serve(secure), serve(plain));

            assertThat(new TlsProbe(true, PATIENCE).advice(addresses(secure))).isEmpty();
            assertThat(new TlsProbe(false, PATIENCE).advice(addresses(plain))).isEmpty();
            callers.join();
        }
    }

    @Test
    void hasNothingToSayWhenNobodyIsThere() throws Exception {
        ServerSocket gone = plain(ServerSocketFactory.getDefault());
        gone.close();

        assertThat(new TlsProbe(true, PATIENCE).advice(addresses(gone))).isEmpty();
        assertThat(new TlsProbe(false, PATIENCE).advice(addresses(gone))).isEmpty();
    }

    private static List<String> addresses(ServerSocket server) {
        return List.of("pekko://raft@127.0.0.1:" + server.getLocalPort() + "/user/raft");
    }

    private static ServerSocket plain(ServerSocketFactory factory) throws IOException {
        return factory.createServerSocket(0, 5, InetAddress.getLoopbackAddress());
    }

    /** As a node does it: whoever connects needs a certificate. */
    private ServerSocket secure() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        char[] password = Authority.PASSWORD.toCharArray();
        try (var in =
                Files.newInputStream(new Authority("ours").issue(folder.resolve("keys"), "urn:balsa:node:node-1"))) {
            store.load(in, password);
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, password);
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(keys.getKeyManagers(), null, null);
        SSLServerSocket server = (SSLServerSocket) plain(context.getServerSocketFactory());
        server.setNeedClientAuth(true);
        return server;
    }

    /** Reads the first bytes of one caller and hangs up. */
    private static CompletableFuture<Void> serve(ServerSocket server) {
        return CompletableFuture.runAsync(() -> {
            try (Socket caller = server.accept()) {
                caller.getInputStream().read();
            } catch (IOException hungUp) {
                return;
            }
        });
    }
}
