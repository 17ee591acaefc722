package io.balsa.config.access;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who a certificate is made out to, by a name among its subject alternative names: {@code urn:balsa:node:node-1}, or
 * {@code urn:balsa:admin:alice}.
 */
public record Identity(Kind kind, String name) {
    private static final Pattern FORM = Pattern.compile("urn:balsa:(node|admin|write|read):([A-Za-z0-9._-]{1,64})");
    private static final String OURS = "urn:balsa:";

    /** Of a general name that is a URI (RFC 5280). */
    private static final int URI = 6;

    /** What one may be; each may do what those before it may. */
    public enum Kind {
        /** A client, by HTTP, which may read. */
        READ,
        /** A client, by HTTP, which may read and write, but not change the cluster. */
        WRITE,
        /** A client, which may do everything. */
        ADMIN,
        /** Speaks for one node of the cluster, and may do all that an administrator may. */
        NODE
    }

    /** Empty when it has no such name, or several: nobody is two. */
    public static Optional<Identity> of(X509Certificate certificate) {
        List<String> names = names(certificate);
        if (names.size() != 1) {
            return Optional.empty();
        }
        Matcher name = FORM.matcher(names.get(0));
        return name.matches() ? Optional.of(of(name.group(1), name.group(2))) : Optional.empty();
    }

    static Identity of(String kind, String name) {
        return new Identity(kind(kind), name);
    }

    /** {@code admin} for an administrator. */
    public static String word(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private static Kind kind(String word) {
        return switch (word) {
            case "node" -> Kind.NODE;
            case "admin" -> Kind.ADMIN;
            case "write" -> Kind.WRITE;
            default -> Kind.READ;
        };
    }

    private static List<String> names(X509Certificate certificate) {
        try {
            Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            return all == null
                    ? List.of()
                    : all.stream()
                            .filter(name -> name.get(0).equals(URI))
                            .map(name -> String.valueOf(name.get(1)))
                            .filter(name -> name.startsWith(OURS))
                            .toList();
        } catch (CertificateParsingException unreadable) {
            return List.of();
        }
    }

    /** {@code node node-1}. */
    @Override
    public String toString() {
        return word(kind) + " " + name;
    }
}
