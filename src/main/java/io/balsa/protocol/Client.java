package io.balsa.protocol;

import io.balsa.protocol.reply.ClientReply;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Where a client wants its answers.
 *
 * @param ref for small answers
 * @param bulk for answers above {@link #SMALL} bytes, on a path that is listed in {@code large-message-destinations}
 */
public record Client(ActorRef<ClientReply> ref, ActorRef<ClientReply> bulk) {
    /** The largest message, in bytes, that may share a connection with heartbeats. */
    public static final int SMALL = 64 * 1024;

    /** Sends an answer of about {@code bytes} bytes. */
    public void answer(ClientReply reply, long bytes) {
        (bytes > SMALL ? bulk : ref).tell(reply);
    }

    public void answer(ClientReply reply) {
        ref.tell(reply);
    }
}
