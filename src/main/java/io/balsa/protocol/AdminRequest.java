package io.balsa.protocol;

import org.apache.pekko.actor.typed.ActorRef;

/** What operators ask of a server, about that server alone. */
public sealed interface AdminRequest extends RaftMessage {
    Target target();

    long request();

    ActorRef<AdminReply> replyTo();

    /** Answered by {@link AdminReply.Status}, in any role. */
    record GetStatus(Target target, long request, ActorRef<AdminReply> replyTo) implements AdminRequest {}

    /**
     * A page of this server's own log, committed or not; answered by {@link AdminReply.LogPage}.
     *
     * @param from the first index wanted
     * @param to the last index wanted; the page may end earlier
     */
    record GetLog(Target target, long request, ActorRef<AdminReply> replyTo, long from, long to)
            implements AdminRequest {}
}
