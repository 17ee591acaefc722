package io.balsa.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.config.PeerAddress;
import io.balsa.tls.TlsProbe.Verdict;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import javax.net.ServerSocketFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TlsProbeTest {
    /** TLS 1.2: a fatal alert, "handshake failure". */
    private static final byte[] ALERT = {21, 3, 3, 0, 2, 2, 40};

    @TempDir
    private Path folder;

    @Test
    void findsOneThatSpeaksTlsEvenIfItWantsACertificate() throws Exception {
        try (ServerSocket server = secure()) {
            assertThat(verdict(server, new byte[0])).isEqualTo(Verdict.TLS);
        }
    }

    @Test
    void whoRefusesInTheWordsOfTlsSpeaksIt() throws Exception {
        try (ServerSocket server = plain(ServerSocketFactory.getDefault())) {
            assertThat(verdict(server, ALERT)).isEqualTo(Verdict.TLS);
        }
    }

    @Test
    void whoHangsUpMaySpeakItOrNot() throws Exception {
        try (ServerSocket server = plain(ServerSocketFactory.getDefault())) {
            assertThat(verdict(server, new byte[0])).isEqualTo(Verdict.HANGS_UP);
        }
    }

    @Test
    void whoSaysNothingIsNotJudged() throws Exception {
        try (ServerSocket server = plain(ServerSocketFactory.getDefault())) {
            TlsProbe probe = new TlsProbe(Duration.ofMillis(100));
            assertThat(probe.ask(address(server))).isEqualTo(Verdict.SILENCE);
        }
    }

    @Test
    void whereNobodyListensThereIsSilence() throws Exception {
        ServerSocket gone = plain(ServerSocketFactory.getDefault());
        gone.close();

        assertThat(new TlsProbe(Duration.ofSeconds(20)).ask(address(gone))).isEqualTo(Verdict.SILENCE);
    }

    /** Of a server that reads what the caller begins with, says something, and hangs up. */
    private static Verdict verdict(ServerSocket server, byte[] says) {
        CompletableFuture<Void> served = CompletableFuture.runAsync(() -> {
            try (Socket caller = server.accept()) {
                caller.getInputStream().read(new byte[4096]);
                caller.getOutputStream().write(says);
            } catch (IOException hungUp) {
                return;
            }
        });
        Verdict verdict = new TlsProbe(Duration.ofSeconds(20)).ask(address(server));
        served.join();
        return verdict;
    }

    private static PeerAddress address(ServerSocket server) {
        return new PeerAddress("raft", "127.0.0.1", server.getLocalPort());
    }

    private static ServerSocket plain(ServerSocketFactory factory) throws IOException {
        return factory.createServerSocket(0, 5, InetAddress.getLoopbackAddress());
    }

    private ServerSocket secure() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        char[] password = Authority.PASSWORD.toCharArray();
        Path file = new Authority("ours").issue(folder.resolve("keys"), "urn:balsa:node:node-1");
        try (var in = Files.newInputStream(file)) {
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
}
