package io.balsa.it;

import io.balsa.tls.Authority;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** Somebody who opens a TLS connection to a port of this host, with whatever certificate he has. */
final class TlsCaller {
    /** Longer than a node takes to hang up. */
    private static final int PATIENCE_MILLIS = 700;

    private TlsCaller() {}

    /** Whether the other side keeps the connection open. */
    static boolean isHeard(int port, Path keys, Path trust) throws IOException {
        try (SSLSocket socket = open(port, keys, trust)) {
            socket.startHandshake();
            return socket.getInputStream().read() >= 0;
        } catch (SocketTimeoutException stillOpen) {
            return true;
        } catch (IOException hungUp) {
            return false;
        }
    }

    /** The serial number of the certificate that the other side shows. */
    static String serial(int port, Path keys, Path trust) throws IOException {
        try (SSLSocket socket = open(port, keys, trust)) {
            socket.setSoTimeout((int) Patience.LIMIT.toMillis());
            socket.startHandshake();
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                    .getSerialNumber()
                    .toString();
        }
    }

    private static SSLSocket open(int port, Path keys, Path trust) throws IOException {
        SSLSocket socket = (SSLSocket)
                context(keys, trust).getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    static SSLContext context(Path keys, Path trust) {
        try {
            KeyManagerFactory own = KeyManagerFactory.getInstance("PKIX");
            own.init(store(keys), Authority.PASSWORD.toCharArray());
            TrustManagerFactory believed = TrustManagerFactory.getInstance("PKIX");
            believed.init(store(trust));
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(own.getKeyManagers(), believed.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static KeyStore store(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, Authority.PASSWORD.toCharArray());
            return store;
        }
    }
}
