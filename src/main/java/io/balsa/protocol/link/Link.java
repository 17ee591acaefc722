package io.balsa.protocol.link;

import io.balsa.protocol.RaftMessage;

/**
 * The way to one server, which may lose, delay and reorder; nothing it is given is ever answered by it.
 *
 * <p>Between processes three ways over Artery, in the simulator a link with faults. Within a process there is but one
 * way.
 */
public interface Link {
    /** Sends a small message on the connection that heartbeats use. */
    void tell(RaftMessage message);

    /** Sends a large message on a connection of its own, so that heartbeats never queue behind it. */
    default void bulk(RaftMessage message) {
        tell(message);
    }

    /** Sends a small message in a way that also reaches a server whose last incarnation was shut down. */
    default void probe(RaftMessage message) {
        tell(message);
    }

    /** What the peer is to show with all it says; 0 where nobody needs to prove who he is. */
    default long pass() {
        return 0;
    }

    /** Whether what is sent here reaches nobody but the peer, because its certificate was seen at the other end. */
    default boolean isProven() {
        return false;
    }
}
