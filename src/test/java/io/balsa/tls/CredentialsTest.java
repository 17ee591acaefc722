package io.balsa.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.config.access.TlsSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom one believes, and what one takes into use. The certificates here are for localhost and 127.0.0.1. */
final class CredentialsTest {
    private static final Duration ANY = Duration.ofSeconds(1);
    private static final int ROOM = 64 * 1024;

    @TempDir
    private Path folder;

    private final Authority ours = new Authority("ours");
    private Path keys;
    private Credentials credentials;

    @BeforeEach
    void read() throws IOException {
        keys = ours.issue(folder.resolve("keys"), "urn:balsa:node:n1");
        Path trust = ours.trust(folder.resolve("trust"));
        Path password = Authority.password(folder.resolve("password"));
        credentials = new Credentials(
                new TlsSettings(true, keys, trust, password, Duration.ZERO, ANY, 1), new Seldom("test"));
    }

    /** It was meant for another host, and would end all connections there are to this one. */
    @Test
    void theCertificateOfAnotherIsNotTakenIntoUse() {
        ours.issue(keys, "urn:balsa:node:n2");

        assertThat(List.of(credentials.identity(), credentials.identity()))
                .allSatisfy(who -> assertThat(who).hasToString("node n1"));
    }

    @Test
    void whoIsDialledMustHaveACertificateForThatHost() throws SSLException {
        assertThat(shake(credentials.client("localhost", 7051), credentials.server()))
                .isEqualTo("TLSv1.3");
        assertThat(shake(credentials.client("127.0.0.1", 7051), credentials.server()))
                .isEqualTo("TLSv1.3");
        assertThatThrownBy(() -> shake(credentials.client("db1.example", 7051), credentials.server()))
                .isInstanceOf(SSLException.class)
                .hasMessageContaining("db1.example");
    }

    @Test
    void anOlderProtocolIsNotSpoken() {
        SSLEngine old = credentials.client("localhost", 7051);
        old.setEnabledProtocols(new String[] {"TLSv1.2"});

        assertThatThrownBy(() -> shake(old, credentials.server())).isInstanceOf(SSLException.class);
    }

    /** Both in one thread, each given what the other has said; the protocol that they agree on. */
    private static String shake(SSLEngine client, SSLEngine server) throws SSLException {
        ByteBuffer toServer = ByteBuffer.allocate(ROOM);
        ByteBuffer toClient = ByteBuffer.allocate(ROOM);
        client.beginHandshake();
        server.beginHandshake();
        for (int turns = 0; turns < 20 && !(isDone(client) && isDone(server)); turns++) {
            turn(client, toClient, toServer);
            turn(server, toServer, toClient);
        }
        assertThat(isDone(client) && isDone(server)).isTrue();
        return client.getSession().getProtocol();
    }

    private static boolean isDone(SSLEngine engine) {
        return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
    }

    /** Does what the engine wants until it wants to hear more. */
    private static void turn(SSLEngine engine, ByteBuffer heard, ByteBuffer said) throws SSLException {
        ByteBuffer nothing = ByteBuffer.allocate(ROOM);
        heard.flip();
        boolean waits = false;
        while (!waits && !isDone(engine)) {
            switch (engine.getHandshakeStatus()) {
                case NEED_TASK -> engine.getDelegatedTask().run();
                case NEED_WRAP -> engine.wrap(ByteBuffer.allocate(0), said);
                default -> {
                    waits = !heard.hasRemaining();
                    engine.unwrap(heard, nothing);
                }
            }
        }
        heard.compact();
    }
}
