package io.balsa.client.delivery;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Calls that wait to be sent, by kind and in order. What has queued up goes together, and nothing waits for more. */
public final class Outbox {
    /** The bytes of one message, unless a single call is larger; with what encoding adds it stays below 64 KiB. */
    static final int BATCH_BYTES = 60 * 1024;

    /** What one call adds to a message besides its bytes, at most. */
    static final int ENCODING = 8;

    /** What a command has around it as an entry of the log: a full message makes one batch for followers, not two. */
    private static final int ENTRY = 48;

    private final Map<Call.Kind, Deque<Call>> waiting = new EnumMap<>(Call.Kind.class);

    public Outbox() {
        for (Call.Kind kind : Call.Kind.values()) {
            waiting.put(kind, new ArrayDeque<>());
        }
    }

    public void add(Call call) {
        waiting.get(call.kind()).addLast(call);
    }

    /** Puts calls back that were sent but certainly not carried out; they go before those that wait. */
    void putBack(List<Call> calls) {
        for (int i = calls.size() - 1; i >= 0; i--) {
            waiting.get(calls.get(i).kind()).addFirst(calls.get(i));
        }
    }

    public boolean has(Call.Kind kind) {
        return !waiting.get(kind).isEmpty();
    }

    boolean isEmpty() {
        return waiting.values().stream().allMatch(Collection::isEmpty);
    }

    /** Takes what fits into one message; at least one call if any waits, and no more than {@code most}. */
    public List<Call> take(Call.Kind kind, long most) {
        Deque<Call> queue = waiting.get(kind);
        List<Call> batch = new ArrayList<>(Math.min(queue.size(), 256));
        int around = kind == Call.Kind.COMMAND ? ENTRY : ENCODING;
        long bytes = 0;
        while (!queue.isEmpty() && batch.size() < most) {
            bytes += queue.peekFirst().bytes().length + around;
            if (bytes > BATCH_BYTES && !batch.isEmpty()) {
                break;
            }
            batch.add(queue.removeFirst());
        }
        return batch;
    }

    /** Takes those whose time is up. */
    List<Call> takeExpired(long now) {
        List<Call> expired = new ArrayList<>();
        for (Deque<Call> queue : waiting.values()) {
            while (!queue.isEmpty() && queue.peekFirst().deadline() <= now) {
                expired.add(queue.removeFirst());
            }
        }
        return expired;
    }

    public List<Call> takeAll() {
        return takeExpired(Long.MAX_VALUE);
    }
}
