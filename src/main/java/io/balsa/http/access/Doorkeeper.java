package io.balsa.http.access;

import io.balsa.config.HttpSettings;
import io.balsa.config.access.Identity;
import io.balsa.config.access.TokenFile;
import io.balsa.config.access.UnusableFileException;
import io.balsa.tls.FileWatch;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.headers.TlsSessionInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks who sends a request, by token or by certificate, and whether he may. Used by many threads. */
public final class Doorkeeper {
    private static final String SCHEME = "Bearer ";
    private static final Logger LOG = LoggerFactory.getLogger(Doorkeeper.class);

    private final HttpSettings.Access access;
    private final Optional<FileWatch> watch;
    private TokenFile tokens;

    /**
     * @throws UnusableFileException when the file of tokens cannot be used
     */
    public Doorkeeper(HttpSettings.Access access) {
        this.access = access;
        this.watch = access.tokens().map(file -> new FileWatch(access.reload(), file));
        this.tokens = access.tokens().map(TokenFile::read).orElse(null);
    }

    /**
     * @param who sends the request, as far as that is known
     * @param kind what follows from it
     * @param why it is not admitted, for people
     */
    public record Verdict(Optional<Identity> who, Kind kind, String why) {}

    /** What may be done with a request. */
    public enum Kind {
        /** He may. */
        ADMITTED,
        /** Nobody knows who he is. */
        UNKNOWN,
        /** He is known, and may not. */
        FORBIDDEN
    }

    /**
     * @param least who may; empty for everybody
     */
    public Verdict judge(HttpRequest request, Optional<Identity.Kind> least) {
        if (least.isEmpty() || !access.asks()) {
            return new Verdict(Optional.empty(), Kind.ADMITTED, "");
        }
        Optional<String> header = request.getHeader("Authorization").map(HttpHeader::value);
        Optional<Identity> who = header.isPresent() ? byToken(header.get()) : byCertificate(request);
        if (who.isEmpty() && (header.isPresent() || isAsked(least.get()))) {
            return new Verdict(who, Kind.UNKNOWN, reason(header.isPresent()));
        }
        if (!isAsked(least.get()) || who.orElseThrow().kind().compareTo(least.get()) >= 0) {
            return new Verdict(who, Kind.ADMITTED, "");
        }
        String role = Identity.word(least.get());
        return new Verdict(who, Kind.FORBIDDEN, who.get() + " may not do this; it takes the role " + role);
    }

    /** Reading is free, unless it is not. */
    private boolean isAsked(Identity.Kind least) {
        return least != Identity.Kind.READ || access.readers();
    }

    private String reason(boolean shown) {
        if (shown) {
            return "the token is not known here; send Authorization: Bearer TOKEN with one of raft.http.token-file";
        }
        return access.tokens().isPresent()
                ? "send Authorization: Bearer TOKEN with one of raft.http.token-file"
                : "show a certificate of this cluster; bin/certs.sh client makes one";
    }

    private Optional<Identity> byToken(String header) {
        boolean bearer = header.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
        return bearer && access.tokens().isPresent()
                ? tokens().owner(header.substring(SCHEME.length()).strip())
                : Optional.empty();
    }

    private synchronized TokenFile tokens() {
        if (watch.filter(FileWatch::hasChanged).isPresent()) {
            try {
                tokens = TokenFile.read(access.tokens().orElseThrow());
                LOG.info("the tokens have been read anew");
            } catch (UnusableFileException unusable) {
                LOG.error("the tokens stay as they were: {}", unusable.getMessage());
            }
        }
        return tokens;
    }

    /** Pekko adds this header itself; one of that name that somebody sends is of another class. */
    private static Optional<Identity> byCertificate(HttpRequest request) {
        return request.getHeader(TlsSessionInfo.class)
                .map(TlsSessionInfo::getSession)
                .flatMap(Doorkeeper::peer);
    }

    private static Optional<Identity> peer(SSLSession session) {
        try {
            return Identity.of((X509Certificate) session.getPeerCertificates()[0]);
        } catch (SSLPeerUnverifiedException nobody) {
            return Optional.empty();
        }
    }
}
