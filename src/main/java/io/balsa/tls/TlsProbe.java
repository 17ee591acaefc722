package io.balsa.tls;

import io.balsa.config.PeerAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Finds out, for somebody who gets no answer, whether one side speaks TLS and the other does not, which neither can
 * see: to each the other only hangs up. It opens connections of its own, over which nothing is said.
 */
public final class TlsProbe {
    /** Believes anybody, as it is to learn no more than that there is somebody to believe. */
    private static final X509TrustManager ANYBODY = new X509TrustManager() {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String exchange) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String exchange) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    };

    private final boolean tls;
    private final int patienceMillis;

    /**
     * @param tls whether this side speaks TLS
     * @param patience how long one server may take to answer
     */
    public TlsProbe(boolean tls, Duration patience) {
        this.tls = tls;
        this.patienceMillis = Math.toIntExact(patience.toMillis());
    }

    /** What to do about it, if it is so with one of these; empty when it is not, or nobody is there. */
    public Optional<String> advice(Collection<String> addresses) {
        return addresses.stream()
                .map(PeerAddress::parse)
                .flatMap(server -> advice(server).stream())
                .findFirst();
    }

    private Optional<String> advice(PeerAddress server) {
        try {
            boolean theirs = speaksTls(server);
            if (theirs == tls) {
                return Optional.empty();
            }
            return Optional.of(
                    theirs
                            ? server.hostAndPort()
                                    + " speaks TLS and this client does not: set raft.tls.enabled = on and "
                                    + "its files in the configuration that --config names"
                            : server.hostAndPort()
                                    + " speaks no TLS and this client does: set raft.tls.enabled = off if "
                                    + "the nodes go without");
        } catch (IOException nobodyThere) {
            return Optional.empty();
        }
    }

    private boolean speaksTls(PeerAddress server) throws IOException {
        try (Socket connection = new Socket()) {
            String host = server.host().replaceAll("[\\[\\]]", "");
            connection.connect(new InetSocketAddress(host, server.port()), patienceMillis);
            connection.setSoTimeout(patienceMillis);
            return shakesHands(connection, host);
        }
    }

    private static boolean shakesHands(Socket connection, String host) throws IOException {
        try (SSLSocket secure =
                (SSLSocket) context().getSocketFactory().createSocket(connection, host, connection.getPort(), true)) {
            secure.startHandshake();
            return true;
        } catch (SocketTimeoutException busyOrStopped) {
            throw busyOrStopped;
        } catch (IOException hungUp) {
            return false;
        }
    }

    private static SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(null, new TrustManager[] {ANYBODY}, new SecureRandom());
            return context;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
