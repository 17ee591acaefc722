package io.balsa.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a server is reached: {@code pekko://SYSTEM@HOST:PORT/user/raft}.
 *
 * @param system the name of its actor system
 * @param host what its peers dial; an IPv6 address stands in brackets
 * @param port 1 to 65535
 */
public record PeerAddress(String system, String host, int port) {
    /** What an address looks like, for error messages. */
    static final String FORM = "pekko://SYSTEM@HOST:PORT/user/raft";

    private static final Pattern SHAPE = Pattern.compile(
            "pekko://([A-Za-z0-9][A-Za-z0-9_-]*)@(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+):(\\d{1,5})/user/raft");

    /**
     * @throws IllegalArgumentException when it is no such address; the message completes "ADDRESS …"
     */
    public static PeerAddress parse(String address) {
        Matcher parts = SHAPE.matcher(address);
        if (!parts.matches()) {
            throw new IllegalArgumentException("is not an address of the form " + FORM);
        }
        int port = Integer.parseInt(parts.group(3));
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("has port " + port + ", which must be from 1 to 65535");
        }
        String host = parts.group(2);
        if (host.equals("0.0.0.0") || host.equals("[::]")) {
            throw new IllegalArgumentException("names no host that peers can dial. "
                    + "To listen on all interfaces, set pekko.remote.artery.bind.hostname");
        }
        return new PeerAddress(parts.group(1), host, port);
    }

    /** Whether it is the address of a server. */
    public static boolean isOne(String address) {
        try {
            return !parse(address).host().isEmpty();
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }

    /** The host without the brackets of IPv6, as sockets want it. */
    public String bareHost() {
        return host.replaceAll("[\\[\\]]", "");
    }

    /** Host and port, which no two servers may share. */
    public String hostAndPort() {
        return host + ":" + port;
    }
}
