package io.balsa.machine;

import io.balsa.model.Entries;
import io.balsa.protocol.ClientRequest;
import io.balsa.protocol.Subscription;
import io.balsa.protocol.reply.ClientReply;
import io.balsa.protocol.reply.ClientReply.Reason;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/** One subscriber: what it gets next, and what is on its way and not confirmed. */
final class Feed {
    private static final byte[] NOTHING = new byte[0];

    private final ClientRequest.Subscribe request;
    private final ActorRef<Subscription.Processed> confirmTo;
    private final int window;
    private final Deque<Parcel> onTheWay = new ArrayDeque<>();
    private int bytesOnTheWay;
    private long next;
    private boolean waitsForRoom;
    private boolean asked;
    private int silence;
    private boolean reading;

    /** Entries that were sent together. */
    private record Parcel(long last, int bytes) {}

    /**
     * @param window bytes that may be on their way at once, except for a single larger entry
     */
    Feed(ClientRequest.Subscribe request, int window, ActorRef<Subscription.Processed> confirmTo) {
        this.request = request;
        this.window = window;
        this.confirmTo = confirmTo;
        this.next = request.from();
    }

    ActorRef<Subscription.Deliver> subscriber() {
        return request.subscriber();
    }

    /** The index of the entry that it gets next. */
    long next() {
        return next;
    }

    /** How many more bytes may be sent now; none while the next entry waits for what is on its way to be confirmed. */
    int room() {
        return waitsForRoom ? 0 : window - bytesOnTheWay;
    }

    /** Sends as many of these entries as follow what it has, and as the window allows. */
    void send(Entries entries, long commitIndex) {
        Entries rest = entries.from(next);
        while (!rest.isEmpty() && rest.first().index() == next) {
            Entries parcel = rest.limitedTo(Math.min(Subscriptions.PARCEL_BYTES, Math.max(1, room())));
            if (parcel.bytes() > room() && !onTheWay.isEmpty()) {
                waitsForRoom = true;
                return;
            }
            onTheWay.addLast(new Parcel(parcel.last().index(), parcel.bytes()));
            bytesOnTheWay += parcel.bytes();
            next = parcel.last().index() + 1;
            deliver(parcel.toByteArray(), commitIndex);
            rest = rest.from(next);
        }
    }

    /** Sends nothing but a sign of life, which is to be confirmed like entries. */
    void greet(long commitIndex) {
        asked = true;
        deliver(NOTHING, commitIndex);
    }

    /** The subscriber lives, and has done with everything up to {@code index}. */
    void confirm(long index) {
        asked = false;
        silence = 0;
        while (!onTheWay.isEmpty() && onTheWay.peekFirst().last() <= index) {
            bytesOnTheWay -= onTheWay.removeFirst().bytes();
            waitsForRoom = false;
        }
    }

    /** Whether it owes a confirmation. */
    boolean isOwing() {
        return asked || !onTheWay.isEmpty();
    }

    /** For how many ticks, this one included, it has owed one. */
    int countSilence() {
        return ++silence;
    }

    boolean isReading() {
        return reading;
    }

    void reading(boolean isReading) {
        reading = isReading;
    }

    void reject(Reason reason) {
        request.client().answer(new ClientReply.Rejected(request.request(), reason, Optional.empty()));
    }

    private void deliver(byte[] block, long commitIndex) {
        request.subscriber().tell(new Subscription.Deliver(block, commitIndex, confirmTo));
    }
}
