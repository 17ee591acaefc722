package io.balsa.protocol;

import io.balsa.protocol.reply.AdminReply;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/** What operators ask one server: how it is, what it has, and if it leads, to let another lead. */
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

    /** Has this server take a snapshot of its own state now (§7); answered by {@link AdminReply.SnapshotTaken}. */
    record TriggerSnapshot(Target target, long request, ActorRef<AdminReply> replyTo) implements AdminRequest {}

    /** Asks which snapshots this server has; answered by {@link AdminReply.Snapshots}. */
    record ListSnapshots(Target target, long request, ActorRef<AdminReply> replyTo) implements AdminRequest {}

    /**
     * Has the leader give its office to another voter (thesis §3.10); answered by {@link AdminReply.Transferred}.
     *
     * @param to who is to lead next; whoever is best placed when empty
     */
    record Transfer(Target target, long request, ActorRef<AdminReply> replyTo, Optional<String> to)
            implements AdminRequest {}
}
