package io.balsa.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** Judges certificates as Java does, and says which it has refused and why, which Java keeps for itself. */
final class Believer extends X509ExtendedTrustManager {
    private final X509ExtendedTrustManager judge;
    private final Seldom refusals;

    Believer(X509ExtendedTrustManager judge, Seldom refusals) {
        this.judge = judge;
        this.refusals = refusals;
    }

    private interface Judgement {
        void pass() throws CertificateException;
    }

    private void tell(X509Certificate[] chain, String where, Judgement judgement) throws CertificateException {
        try {
            judgement.pass();
        } catch (CertificateException refusal) {
            String owner = chain.length == 0
                    ? "nobody"
                    : chain[0].getSubjectX500Principal().getName();
            refusals.warn("refused the certificate of " + owner + where + ": " + innermost(refusal));
            throw refusal;
        }
    }

    private static String innermost(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String exchange, SSLEngine engine)
            throws CertificateException {
        tell(chain, ", who connected", () -> judge.checkClientTrusted(chain, exchange, engine));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String exchange, SSLEngine engine)
            throws CertificateException {
        String where = " at " + engine.getPeerHost() + ":" + engine.getPeerPort();
        tell(chain, where, () -> judge.checkServerTrusted(chain, exchange, engine));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String exchange, Socket socket)
            throws CertificateException {
        tell(chain, ", who connected", () -> judge.checkClientTrusted(chain, exchange, socket));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String exchange, Socket socket)
            throws CertificateException {
        tell(chain, "", () -> judge.checkServerTrusted(chain, exchange, socket));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String exchange) throws CertificateException {
        tell(chain, ", who connected", () -> judge.checkClientTrusted(chain, exchange));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String exchange) throws CertificateException {
        tell(chain, "", () -> judge.checkServerTrusted(chain, exchange));
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return judge.getAcceptedIssuers();
    }
}
