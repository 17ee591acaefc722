package io.balsa.config.access;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How nodes and clients prove who they are.
 *
 * @param enabled {@code raft.tls.enabled}: whether nodes and clients speak TLS with each other
 * @param keyStore {@code raft.tls.key-store}: PKCS12, with one's own key and its certificate
 * @param trustStore {@code raft.tls.trust-store}: PKCS12, with the authorities that are believed
 * @param passwordFile {@code raft.tls.password-file}: its first line is the password of both
 * @param reload {@code raft.tls.reload-interval}: how often at most the files are looked at
 * @param handshake {@code raft.tls.handshake-timeout}: until then a stranger must have proven who he is
 * @param maxHandshakes {@code raft.tls.max-handshakes}: strangers that are waited for at a time
 */
public record TlsSettings(
        boolean enabled,
        Path keyStore,
        Path trustStore,
        Path passwordFile,
        Duration reload,
        Duration handshake,
        int maxHandshakes) {

    /**
     * Reads {@code raft.tls} from a configuration that was judged before.
     *
     * @param config with the defaults of every {@code reference.conf}
     */
    public static TlsSettings of(Config config) {
        Config tls = config.getConfig("raft.tls");
        return new TlsSettings(
                tls.getBoolean("enabled"),
                Path.of(tls.getString("key-store")),
                Path.of(tls.getString("trust-store")),
                Path.of(tls.getString("password-file")),
                tls.getDuration("reload-interval"),
                tls.getDuration("handshake-timeout"),
                tls.getInt("max-handshakes"));
    }
}
