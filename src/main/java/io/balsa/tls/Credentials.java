package io.balsa.tls;

import io.balsa.config.access.Identity;
import io.balsa.config.access.KeyFiles;
import io.balsa.config.access.TlsSettings;
import io.balsa.config.access.UnusableFileException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One's own key and those who are believed, read anew when the files have changed. Connections that are open go on with
 * what they were opened with. Files that are unfit for use are told of, and change nothing.
 */
public final class Credentials {
    private static final String[] PROTOCOLS = {"TLSv1.3"};
    private static final Logger LOG = LoggerFactory.getLogger(Credentials.class);

    private final TlsSettings settings;
    private final Seldom refusals;
    private final FileWatch files;
    private Ready ready;

    private record Ready(SSLContext context, Identity identity) {}

    /**
     * @throws UnusableFileException when one of the files is unfit for use
     */
    public Credentials(TlsSettings settings, Seldom refusals) {
        this.settings = settings;
        this.refusals = refusals;
        this.files =
                new FileWatch(settings.reload(), settings.keyStore(), settings.trustStore(), settings.passwordFile());
        this.ready = read();
    }

    /** Who this process is, by its certificate. */
    public Identity identity() {
        return ready().identity();
    }

    /** For a connection that somebody else opens. */
    public SSLEngine server() {
        SSLEngine engine = ready().context().createSSLEngine();
        engine.setUseClientMode(false);
        engine.setEnabledProtocols(PROTOCOLS);
        return engine;
    }

    /** For a connection to this host, whose certificate must name it. */
    public SSLEngine client(String host, int port) {
        SSLEngine engine = ready().context().createSSLEngine(host.replaceAll("[\\[\\]]", ""), port);
        engine.setUseClientMode(true);
        engine.setEnabledProtocols(PROTOCOLS);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        engine.setSSLParameters(parameters);
        return engine;
    }

    private synchronized Ready ready() {
        if (files.hasChanged()) {
            try {
                ready = same(read());
            } catch (UnusableFileException unusable) {
                LOG.error("the certificate in use stays in use: {}", unusable.getMessage());
            }
        }
        return ready;
    }

    /** A process does not become another while it runs: whoever put this file there meant it for somebody else. */
    private Ready same(Ready other) {
        if (!other.identity().equals(ready.identity())) {
            String reason = "holds that of " + other.identity() + ", and this is " + ready.identity();
            throw new UnusableFileException("raft.tls.key-store", settings.keyStore(), reason);
        }
        return other;
    }

    private Ready read() {
        KeyFiles found = KeyFiles.read(settings);
        try {
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            TrustManager[] trust = {new Believer(found.trust(), refusals)};
            context.init(found.keys().toArray(KeyManager[]::new), trust, new SecureRandom());
            LOG.info(
                    "TLS with the certificate of {}, which is valid until {}",
                    found.identity(),
                    found.certificate().getNotAfter().toInstant());
            return new Ready(context, found.identity());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
