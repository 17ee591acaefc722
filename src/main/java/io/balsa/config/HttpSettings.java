package io.balsa.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a node serves HTTP.
 *
 * @param enabled {@code raft.http.enabled}
 * @param host {@code raft.http.host}: where it listens
 * @param port {@code raft.http.port}, or what stands for 0
 * @param limits of what one client may cost
 * @param readyMaxLag {@code raft.http.ready-max-lag}: entries committed and not yet applied by a node that is ready
 * @param courtesy {@code raft.http.courtesy}: whether {@code GET /req} appends
 * @param access who may do what
 * @param embedded {@code raft.http.embedded}: whether a node within another program serves it too
 * @param peers {@code raft.http.peers}: where members serve HTTP, by name, as {@code HOST:PORT}
 */
public record HttpSettings(
        boolean enabled,
        String host,
        int port,
        Limits limits,
        long readyMaxLag,
        boolean courtesy,
        Access access,
        boolean embedded,
        Map<String, String> peers) {
    private static final Pattern ADDRESS = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+):(\\d{1,5})");

    /** How far the port is from the one of the node's own address, if nobody says which it is. */
    private static final int DISTANCE = 1000;

    private static final int LAST_PORT = 65_535;
    private static final Pattern LOOPBACK =
            Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[?(::1|0:0:0:0:0:0:0:1)]?", Pattern.CASE_INSENSITIVE);

    /**
     * @param bodyBytes {@code raft.http.max-body-size}
     * @param headerBytes {@code raft.http.max-header-size}: of the target, and of one field of the head
     * @param headers {@code raft.http.max-headers}: fields of the head
     * @param depth {@code raft.http.max-depth}: objects and lists within one another, of a body
     * @param connections {@code raft.http.max-connections}
     * @param eventStreams {@code raft.http.max-event-streams}: of those connections
     * @param events {@code raft.http.event-buffer}: how many of the newest are kept
     * @param bodyTimeout {@code raft.http.body-timeout}: until a body has come
     * @param idleTimeout {@code raft.http.idle-timeout}: of a connection on which nothing moves
     */
    public record Limits(
            int bodyBytes,
            int headerBytes,
            int headers,
            int depth,
            int connections,
            int eventStreams,
            int events,
            Duration bodyTimeout,
            Duration idleTimeout) {}

    /**
     * @param tls {@code raft.http.tls}: whether it is HTTPS, with the files of {@code raft.tls}
     * @param tokens {@code raft.http.token-file}: who may do what, if there is one
     * @param reload {@code raft.http.token-reload-interval}: how often at most it is looked at
     * @param readers {@code raft.http.protect-reads}: whether those who read must say who they are too
     * @param anybody {@code raft.http.anybody-on-the-network-may-do-anything}
     */
    public record Access(boolean tls, Optional<Path> tokens, Duration reload, boolean readers, boolean anybody) {
        /** Whether anybody is asked who he is: there is a way to say it. */
        public boolean asks() {
            return tls || tokens.isPresent();
        }
    }

    /** Whether nobody can reach it but from this host. */
    public boolean isLoopback() {
        return LOOPBACK.matcher(host).matches();
    }

    /** The port beside the one of the node's own address: above it, or below when there is none above. */
    public static int beside(int port) {
        return port + DISTANCE <= LAST_PORT ? port + DISTANCE : port - DISTANCE;
    }

    /** Whether a text is {@code HOST:PORT}. */
    static boolean isAddress(String text) {
        Matcher parts = ADDRESS.matcher(text);
        return parts.matches() && Integer.parseInt(parts.group(2)) <= LAST_PORT;
    }

    /** The same with another port in the place of 0. */
    HttpSettings at(int newPort) {
        return new HttpSettings(enabled, host, newPort, limits, readyMaxLag, courtesy, access, embedded, peers);
    }
}
