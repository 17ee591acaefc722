package io.balsa.tls;

import io.balsa.config.PeerAddress;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Finds out whether a server speaks TLS, for somebody whom nobody answers: when one side speaks it and the other does
 * not, each only sees that the other hangs up. It opens connections of its own, over which nothing is said. A server
 * without TLS logs an error about it, so ask only when there is no answer otherwise.
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

    private final int patienceMillis;

    /** How a server takes it when somebody begins to speak TLS. */
    public enum Verdict {
        /** It speaks it too. */
        TLS,
        /** It hangs up: it does not speak TLS, or has no time for it. */
        HANGS_UP,
        /** Nobody is there, or says anything. */
        SILENCE
    }

    /**
     * @param patience how long a server may take to accept the connection, and again to say something
     */
    public TlsProbe(Duration patience) {
        this.patienceMillis = Math.toIntExact(patience.toMillis());
    }

    public Verdict ask(PeerAddress server) {
        try (Socket connection = new Socket()) {
            connection.connect(new InetSocketAddress(server.bareHost(), server.port()), patienceMillis);
            connection.setSoTimeout(patienceMillis);
            return shakeHands(connection, server);
        } catch (IOException nobodyThere) {
            return Verdict.SILENCE;
        }
    }

    private static Verdict shakeHands(Socket connection, PeerAddress server) throws IOException {
        try (SSLSocket secure = (SSLSocket)
                context().getSocketFactory().createSocket(connection, server.bareHost(), server.port(), true)) {
            secure.startHandshake();
            return Verdict.TLS;
        } catch (SSLException refusal) {
            return isHangingUp(refusal) ? Verdict.HANGS_UP : Verdict.TLS;
        } catch (SocketTimeoutException silence) {
            return Verdict.SILENCE;
        } catch (SocketException reset) {
            return Verdict.HANGS_UP;
        }
    }

    /** Whoever refuses a handshake in the words of TLS speaks it. */
    private static boolean isHangingUp(SSLException refusal) {
        return refusal.getCause() instanceof EOFException || refusal.getCause() instanceof SocketException;
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
