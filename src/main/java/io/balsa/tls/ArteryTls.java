package io.balsa.tls;

import io.balsa.config.access.Identity;
import io.balsa.config.access.TlsSettings;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.remote.artery.tcp.SSLEngineProvider;
import scala.Option;

/**
 * TLS for Artery: 1.3 only, both sides show a certificate, and the one that was dialled must be who is expected there.
 * Nodes speak with nodes and with clients that are administrators, for that is what one can be on such a connection;
 * clients only with nodes. Made by Pekko, by its name.
 */
public final class ArteryTls implements SSLEngineProvider {
    private final ActorSystem system;
    private final Seldom refusals = new Seldom(ArteryTls.class.getName());
    private final Credentials credentials;
    private final Handshakes handshakes;

    /**
     * @throws io.balsa.config.access.UnusableFileException when one of the files of {@code raft.tls} is unfit for use
     */
    public ArteryTls(ActorSystem system) {
        TlsSettings settings = TlsSettings.of(system.settings().config());
        this.system = system;
        this.credentials = new Credentials(settings, refusals);
        this.handshakes = new Handshakes(system, settings.maxHandshakes(), settings.handshake());
    }

    @Override
    public SSLEngine createServerSSLEngine(String host, int port) {
        SSLEngine engine = credentials.server();
        engine.setNeedClientAuth(true);
        handshakes.begin(engine);
        return engine;
    }

    @Override
    public SSLEngine createClientSSLEngine(String host, int port) {
        return credentials.client(host, port);
    }

    /** In Pekko's words, the session of a client: one that this process has dialled with. */
    @Override
    public Option<Throwable> verifyClientSession(String host, SSLSession session) {
        Optional<String> refusal = refusal(session).or(() -> Acquaintances.of(system)
                .meet(host + ":" + session.getPeerPort(), peer(session).orElseThrow()));
        return verdict(refusal);
    }

    /** The session of a server: one that somebody else has dialled. */
    @Override
    public Option<Throwable> verifyServerSession(String host, SSLSession session) {
        handshakes.succeed(session);
        return verdict(refusal(session));
    }

    private Option<Throwable> verdict(Optional<String> refusal) {
        refusal.ifPresent(refusals::warn);
        return refusal.<Option<Throwable>>map(why -> Option.apply(new SecurityException(why)))
                .orElseGet(Option::empty);
    }

    private Optional<String> refusal(SSLSession session) {
        Optional<Identity> peer = peer(session);
        if (peer.isEmpty()) {
            return Optional.of("refused a certificate that is made out to nobody, by a name urn:balsa:KIND:NAME");
        }
        boolean client = peer.get().kind() == Identity.Kind.ADMIN;
        boolean served = client && credentials.identity().kind() == Identity.Kind.NODE;
        return served || peer.get().kind() == Identity.Kind.NODE
                ? Optional.empty()
                : Optional.of("refused the certificate of " + peer.get() + ", which is good for HTTP only");
    }

    private static Optional<Identity> peer(SSLSession session) {
        try {
            return Identity.of((X509Certificate) session.getPeerCertificates()[0]);
        } catch (SSLPeerUnverifiedException nobody) {
            return Optional.empty();
        }
    }
}
