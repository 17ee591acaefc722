package io.balsa.config.access;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * What stands in the files of {@code raft.tls}, read and found fit for use.
 *
 * @param keys one's own
 * @param trust who is believed
 * @param certificate one's own
 * @param identity who it is made out to
 */
public record KeyFiles(
        List<KeyManager> keys, X509ExtendedTrustManager trust, X509Certificate certificate, Identity identity) {
    private static final String KEYS = "raft.tls.key-store";
    private static final String TRUST = "raft.tls.trust-store";
    private static final String PASSWORD = "raft.tls.password-file";
    private static final String MAKE = "; bin/certs.sh makes one, see security.md";

    /** Kinds of alternative names (RFC 5280, 4.2.1.6). */
    private static final int DNS = 2;

    private static final int IP = 7;
    private static final String LITERAL = "[0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*";

    /** Of a certificate that is not judged by how it is used. */
    private static final String ANY_EXCHANGE = "UNKNOWN";

    /**
     * Reads the files.
     *
     * @throws UnusableFileException when one is missing, unreadable, or no others would believe the certificate
     */
    public static KeyFiles read(TlsSettings settings) {
        char[] password = password(settings.passwordFile());
        try {
            KeyStore keys = open(KEYS, settings.keyStore(), password);
            KeyStore trust = open(TRUST, settings.trustStore(), password);
            X509ExtendedTrustManager authorities = authorities(settings, trust);
            X509Certificate certificate = certificate(settings, keys, authorities);
            Identity identity = Identity.of(certificate)
                    .orElseThrow(() -> new UnusableFileException(
                            KEYS,
                            settings.keyStore(),
                            "holds a certificate without exactly one name of the form urn:balsa:KIND:NAME" + MAKE));
            KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
            factory.init(keys, password);
            return new KeyFiles(List.of(factory.getKeyManagers()), authorities, certificate, identity);
        } catch (GeneralSecurityException unusable) {
            throw new UnusableFileException(KEYS, settings.keyStore(), "cannot be used: " + unusable.getMessage());
        } finally {
            Arrays.fill(password, ' ');
        }
    }

    /** Whether those who dial this host will find the certificate to be that of who is there (RFC 6125). */
    public boolean isFor(String host) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names != null
                    && names.stream().anyMatch(name -> switch ((Integer) name.get(0)) {
                        case DNS -> isName(name.get(1).toString(), host);
                        case IP -> isAddress(name.get(1).toString(), host);
                        default -> false;
                    });
        } catch (CertificateParsingException malformed) {
            return false;
        }
    }

    private static boolean isName(String name, String host) {
        boolean wild = name.startsWith("*.") && host.indexOf('.') > 0;
        return wild
                ? name.substring(1).equalsIgnoreCase(host.substring(host.indexOf('.')))
                : name.equalsIgnoreCase(host);
    }

    /** There are many ways to write an address of IPv6; and a name must not be looked up. */
    private static boolean isAddress(String address, String host) {
        try {
            return host.matches(LITERAL) && InetAddress.getByName(host).equals(InetAddress.getByName(address));
        } catch (UnknownHostException noAddress) {
            return false;
        }
    }

    private static char[] password(Path file) {
        try {
            List<String> lines = Files.readAllLines(required(PASSWORD, file));
            if (lines.isEmpty() || lines.get(0).isBlank()) {
                throw new UnusableFileException(
                        PASSWORD, file, "is empty; its first line is the password of both stores");
            }
            return lines.get(0).strip().toCharArray();
        } catch (NoSuchFileException absent) {
            throw new UnusableFileException(PASSWORD, file, "is not there" + MAKE);
        } catch (IOException unreadable) {
            throw new UnusableFileException(PASSWORD, file, "cannot be read: " + unreadable.getMessage());
        }
    }

    private static Path required(String key, Path file) {
        if (file.toString().isEmpty()) {
            throw new UnusableFileException(key, file, "must name a file when TLS is on" + MAKE);
        }
        return file;
    }

    private static KeyStore open(String key, Path file, char[] password) throws GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(required(key, file))) {
            store.load(in, password);
            return store;
        } catch (NoSuchFileException absent) {
            throw new UnusableFileException(key, file, "is not there" + MAKE);
        } catch (IOException wrong) {
            boolean locked = wrong.getCause() instanceof GeneralSecurityException;
            String reason =
                    locked ? "does not open with the password in " + PASSWORD : "is no PKCS12 store that can be read";
            throw new UnusableFileException(key, file, reason);
        }
    }

    private static X509ExtendedTrustManager authorities(TlsSettings settings, KeyStore trust)
            throws GeneralSecurityException {
        boolean empty = true;
        for (String alias : Collections.list(trust.aliases())) {
            empty &= !trust.isCertificateEntry(alias);
        }
        if (empty) {
            throw new UnusableFileException(
                    TRUST, settings.trustStore(), "holds no certificate of an authority" + MAKE);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(trust);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager found) {
                return found;
            }
        }
        throw new GeneralSecurityException("this Java has no trust manager for X.509");
    }

    /** One's own, of which others would think the same. */
    private static X509Certificate certificate(
            TlsSettings settings, KeyStore keys, X509ExtendedTrustManager authorities) throws GeneralSecurityException {
        X509Certificate[] chain = chain(settings, keys);
        try {
            chain[0].checkValidity();
            authorities.checkClientTrusted(chain, ANY_EXCHANGE);
            authorities.checkServerTrusted(chain, ANY_EXCHANGE);
            return chain[0];
        } catch (CertificateExpiredException expired) {
            throw new UnusableFileException(
                    KEYS,
                    settings.keyStore(),
                    "holds a certificate that has expired at " + chain[0].getNotAfter() + MAKE);
        } catch (CertificateNotYetValidException early) {
            throw new UnusableFileException(
                    KEYS,
                    settings.keyStore(),
                    "holds a certificate that is valid from " + chain[0].getNotBefore() + " on; is the clock right?");
        } catch (CertificateException unbelievable) {
            throw new UnusableFileException(
                    KEYS,
                    settings.keyStore(),
                    "holds a certificate that nobody believes who has this " + TRUST + ": "
                            + unbelievable.getMessage());
        }
    }

    private static X509Certificate[] chain(TlsSettings settings, KeyStore keys) throws GeneralSecurityException {
        for (String alias : Collections.list(keys.aliases())) {
            if (keys.isKeyEntry(alias) && keys.getCertificateChain(alias) != null) {
                return Arrays.stream(keys.getCertificateChain(alias))
                        .map(X509Certificate.class::cast)
                        .toArray(X509Certificate[]::new);
            }
        }
        throw new UnusableFileException(KEYS, settings.keyStore(), "holds no key with a certificate" + MAKE);
    }
}
