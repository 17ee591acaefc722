package io.balsa.client.delivery;

import io.balsa.client.link.Endpoint;
import io.balsa.protocol.Client;
import io.balsa.protocol.ClientRequest;
import io.balsa.protocol.Target;
import io.balsa.protocol.reply.ClientReply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A request that is sent until it is answered or its time is up, possibly several times and to several servers.
 *
 * <p>Remembers whether any attempt may have been carried out: only if each was turned away may one say that it was not.
 */
public abstract class Parcel {
    /** An attempt without an answer for so long is lost, although its server speaks; twice as long the next time. */
    private static final long LOST = Duration.ofSeconds(1).toNanos();

    private static final int MOST_DOUBLINGS = 4;

    private final long deadline;
    private final List<Long> requests = new ArrayList<>(1);
    private Optional<Endpoint> addressee = Optional.empty();
    private boolean waiting = true;
    private boolean doubtful;
    private int unanswered;
    private long sentAt;

    /** Numbers under which a request is known to both sides, and where its answer goes. */
    public record Label(Target target, long request, Client client) {}

    Parcel(long deadline) {
        this.deadline = deadline;
    }

    /** The message to send, the same at every attempt but for its label. */
    abstract ClientRequest message(Label label);

    /** About how large the message is. */
    abstract long bytes();

    /** Whether any server will do, not only the leader. */
    boolean isForAnyone() {
        return false;
    }

    /** A server that may answer it, in general, could not. */
    void turnedAway() {}

    /**
     * Takes an answer other than a rejection.
     *
     * @return false if it is none to this request
     */
    abstract boolean answered(ClientReply reply);

    abstract void refuse(Outcome.Refusal refusal, String reason);

    /** Ends it without an answer: unavailable if no attempt can have been carried out, else unknown. */
    abstract void giveUp(String reason);

    /** The same in smaller parts, to be sent instead; none if it cannot be divided. */
    List<Parcel> split() {
        return List.of();
    }

    final long deadline() {
        return deadline;
    }

    final boolean isWaiting() {
        return waiting;
    }

    /** Whether an attempt may have been carried out, or still be. */
    final boolean mayBeDone() {
        return doubtful || unanswered > 0;
    }

    final int attempts() {
        return requests.size();
    }

    final List<Long> requests() {
        return requests;
    }

    final boolean isWith(Endpoint endpoint) {
        return !waiting && addressee.equals(Optional.of(endpoint));
    }

    final long sentAt() {
        return sentAt;
    }

    final void sent(long request, Endpoint endpoint, long now) {
        requests.add(request);
        addressee = Optional.of(endpoint);
        waiting = false;
        unanswered++;
        sentAt = now;
    }

    /** An attempt was answered; if it was a rejection that leaves its fate open, that stays a doubt. */
    final void close(boolean doubt) {
        unanswered--;
        doubtful |= doubt;
    }

    /** It was answered in a way that nobody understands. */
    final void doubt() {
        doubtful = true;
    }

    /** Whether it was sent to a server in this actor system, to and from which nothing is lost. */
    final boolean isLocal() {
        return addressee.map(Endpoint::isLocal).orElse(false);
    }

    /** It must be sent again; earlier attempts may still be answered. */
    final void recall() {
        waiting = true;
    }

    /** It is part of a whole that was sent before: what may have been done with that may have been done with it. */
    final void inherit(Parcel whole) {
        doubtful = whole.mayBeDone();
    }

    /** Whether the last attempt has had time enough. */
    final boolean isLost(long now) {
        int doublings = Math.min(requests.size() - 1, MOST_DOUBLINGS);
        return !waiting && now - sentAt >= LOST << doublings;
    }
}
