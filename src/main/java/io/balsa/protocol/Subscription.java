package io.balsa.protocol;

import io.balsa.model.Entries;
import io.balsa.protocol.reply.ClientReply;
import org.apache.pekko.actor.typed.ActorRef;

/** The stream of committed entries to a subscriber: in order, without gaps, never more than its window ahead. */
public final class Subscription {
    private Subscription() {}

    /**
     * Committed entries, the first of which follows the last one delivered before.
     *
     * <p>An empty delivery says that the subscription has begun, or, about once a second when there is nothing to tell,
     * that it is still there; it is to be confirmed like any other. A subscriber that hears nothing for the timeout
     * should subscribe again elsewhere.
     *
     * @param block see {@link #entries()}
     * @param commitIndex how far the log is committed on this server; more may be on its way
     * @param feed where to confirm
     */
    public record Deliver(byte[] block, long commitIndex, ActorRef<Processed> feed) {
        public Entries entries() {
            return Entries.decode(block);
        }
    }

    /**
     * The subscriber has done with all entries up to {@code index} (0 for none yet) and may be sent more. One that does
     * not confirm within {@code raft.subscription.timeout} is dropped, and told so with {@link ClientReply.Reason#BUSY}
     * in case it can hear; it may subscribe again after what it has processed.
     */
    public record Processed(long index, ActorRef<Deliver> subscriber) {}
}
