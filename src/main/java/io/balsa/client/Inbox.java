package io.balsa.client;

import io.balsa.Applied;
import io.balsa.Consistency;
import io.balsa.client.delivery.Call;
import io.balsa.client.delivery.Errand;
import io.balsa.client.delivery.Freshness;
import io.balsa.client.delivery.Outbox;
import io.balsa.client.delivery.Outcome;
import io.balsa.config.ClientSettings;
import io.balsa.protocol.ClientRequest;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Where any number of threads hand their commands and queries to one {@link RaftClient}, without a lock.
 *
 * <p>Whoever puts the first one into the empty box wakes the client; those that come before it wakes up cost one
 * compare-and-set each, and no message. Bounded by the bytes of what is accepted and not yet answered.
 */
public final class Inbox {
    private static final Call CLOSED = new Call(Call.Kind.COMMAND, new byte[0], 0, outcome -> {});

    private final ClientSettings settings;
    private final LongSupplier nanos;
    private final long timeout;
    private final AtomicLong pendingBytes = new AtomicLong();
    private final AtomicReference<Call> newest = new AtomicReference<>();
    private volatile Runnable waker = () -> {};

    /**
     * @param nanos monotonic time in nanoseconds, the same as the client's
     */
    public Inbox(ClientSettings settings, LongSupplier nanos) {
        this.settings = settings;
        this.nanos = nanos;
        this.timeout = settings.timeout().toNanos();
    }

    /** Has a command applied exactly once; see {@link Connection#submit(byte[])}. */
    public CompletionStage<Applied> submit(byte[] command) {
        Promise<Applied> promise = new Promise<>();
        submit(command, promise);
        return promise;
    }

    /** Asks the state machine; see {@link Connection#query}. */
    public CompletionStage<byte[]> query(byte[] query, Consistency consistency) {
        return query(query, usual(consistency));
    }

    /** Asks the state machine; see {@link Connection#query}. */
    public CompletionStage<byte[]> query(byte[] query, Freshness freshness) {
        Promise<Applied> promise = new Promise<>();
        query(query, freshness, promise);
        return promise.thenApply(Applied::reply);
    }

    void submit(byte[] command, Consumer<? super Outcome<Applied>> answer) {
        if (command.length > settings.maxCommandBytes() + ClientRequest.ROOM) {
            answer.accept(tooLarge(command.length));
        } else {
            hand(new Call(Call.Kind.COMMAND, command, deadline(), answer));
        }
    }

    void query(byte[] query, Freshness freshness, Consumer<? super Outcome<Applied>> answer) {
        hand(new Call(freshness, query, deadline(), answer));
    }

    /** Who answers linearizable queries is a setting. */
    private Freshness usual(Consistency consistency) {
        return consistency == Consistency.LINEARIZABLE && settings.readsFromAny()
                ? Freshness.linearizableAnywhere()
                : Freshness.of(consistency);
    }

    /** Something that goes to the leader by itself, unless there is no room for it or it is too large. */
    <T> Optional<Errand<T>> errand(Errand.Text<T> text, Consumer<? super Outcome<T>> answer) {
        if (text.bytes() > settings.maxCommandBytes() + ClientRequest.ROOM) {
            answer.accept(tooLarge(text.bytes()));
            return Optional.empty();
        }
        long cost = text.bytes() + Call.OVERHEAD;
        if (!reserve(cost)) {
            answer.accept(busy());
            return Optional.empty();
        }
        return Optional.of(new Errand<>(deadline(), text, outcome -> {
            release(cost);
            answer.accept(outcome);
        }));
    }

    long deadline() {
        return nanos.getAsLong() + timeout;
    }

    /** From now on {@code newWaker} is run for the first call of each burst; what came before must be drained once. */
    void wakeBy(Runnable newWaker) {
        waker = newWaker;
    }

    /** Moves everything into the outbox, in the order in which it came. */
    void drainTo(Outbox outbox) {
        if (newest.get() != null && newest.get() != CLOSED) {
            pourInto(outbox, newest.getAndSet(null));
        }
    }

    /** As {@link #drainTo}, for the last time: what comes from now on is turned away. */
    void closeInto(Outbox outbox) {
        Call last = newest.getAndSet(CLOSED);
        if (last != CLOSED) {
            pourInto(outbox, last);
        }
    }

    /** Turns away all that it holds and all that comes: for a client that has ended without doing so. */
    public void close() {
        Outbox left = new Outbox();
        closeInto(left);
        for (Call call : left.takeAll()) {
            release(call.cost());
            call.answer(new Outcome.Unavailable<>("the client is closed"));
        }
    }

    /** Makes room for the cost of one more call; false when there is none. A single one is accepted, however large. */
    boolean reserve(long bytes) {
        long pending = pendingBytes.addAndGet(bytes);
        boolean room = pending <= settings.maxPendingBytes() || pending == bytes;
        if (!room) {
            release(bytes);
        }
        return room;
    }

    /** Calls of so many bytes in all have been answered. */
    void release(long bytes) {
        pendingBytes.addAndGet(-bytes);
    }

    /** Bytes of what is accepted and not yet answered. */
    public long pendingBytes() {
        return pendingBytes.get();
    }

    private void hand(Call call) {
        if (!reserve(call.cost())) {
            call.answer(busy());
            return;
        }
        Call before = push(call);
        if (before == null) {
            waker.run();
        } else if (before == CLOSED) {
            release(call.cost());
            call.answer(new Outcome.Unavailable<>("the client is closed"));
        }
    }

    private <T> Outcome<T> tooLarge(long bytes) {
        return new Outcome.Refused<>(
                Outcome.Refusal.TOO_LARGE,
                bytes + " bytes, more than raft.max-command-size " + settings.maxCommandBytes());
    }

    private <T> Outcome<T> busy() {
        return new Outcome.Unavailable<>(
                "busy: more than raft.client.max-pending " + settings.maxPendingBytes() + " bytes wait for an answer");
    }

    /** Returns the call that was put in before, none, or that nobody takes any more. */
    private Call push(Call call) {
        while (true) {
            Call before = newest.get();
            if (before == CLOSED) {
                return before;
            }
            call.before(before);
            if (newest.compareAndSet(before, call)) {
                return before;
            }
        }
    }

    /** The box holds the newest call first; turning the chain round costs no memory. */
    private static void pourInto(Outbox outbox, Call last) {
        Call oldest = null;
        Call call = last;
        while (call != null) {
            Call before = call.before();
            call.before(oldest);
            oldest = call;
            call = before;
        }
        while (oldest != null) {
            Call after = oldest.before();
            oldest.before(null);
            outbox.add(oldest);
            oldest = after;
        }
    }
}
