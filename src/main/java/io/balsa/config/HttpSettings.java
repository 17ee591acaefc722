package io.balsa.config;

import java.time.Duration;

/**
 * How a node serves HTTP.
 *
 * @param enabled {@code raft.http.enabled}
 * @param host {@code raft.http.host}: where it listens
 * @param port {@code raft.http.port}, or what stands for 0
 * @param limits of what one client may cost
 * @param readyMaxLag {@code raft.http.ready-max-lag}: entries committed and not yet applied by a node that is ready
 * @param courtesy {@code raft.http.courtesy}: whether {@code GET /req} appends
 */
public record HttpSettings(boolean enabled, String host, int port, Limits limits, long readyMaxLag, boolean courtesy) {
    /** How far the port is from the one of the node's own address, if nobody says which it is. */
    private static final int DISTANCE = 1000;

    private static final int LAST_PORT = 65_535;

    /**
     * @param bodyBytes {@code raft.http.max-body-size}
     * @param headerBytes {@code raft.http.max-header-size}: of the target, and of one field of the head
     * @param connections {@code raft.http.max-connections}
     * @param eventStreams {@code raft.http.max-event-streams}: of those connections
     * @param events {@code raft.http.event-buffer}: how many of the newest are kept
     * @param bodyTimeout {@code raft.http.body-timeout}: until a body has come
     * @param idleTimeout {@code raft.http.idle-timeout}: of a connection on which nothing moves
     */
    public record Limits(
            int bodyBytes,
            int headerBytes,
            int connections,
            int eventStreams,
            int events,
            Duration bodyTimeout,
            Duration idleTimeout) {}

    /** The port beside the one of the node's own address: above it, or below when there is none above. */
    static int beside(int port) {
        return port + DISTANCE <= LAST_PORT ? port + DISTANCE : port - DISTANCE;
    }

    /** The same with another port in the place of 0. */
    HttpSettings at(int newPort) {
        return new HttpSettings(enabled, host, newPort, limits, readyMaxLag, courtesy);
    }
}
