package io.balsa.measure;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;

/** How often things of each kind came, since the start. Any thread may count, and any may read. */
public final class Tally<K> {
    private final ConcurrentMap<K, LongAdder> counts = new ConcurrentHashMap<>();

    /** Another one has come. */
    public void count(K kind) {
        LongAdder count = counts.get(kind);
        (count == null ? counts.computeIfAbsent(kind, first -> new LongAdder()) : count).increment();
    }

    /** How many have come; 0 for a kind of which none has. */
    public long of(K kind) {
        LongAdder count = counts.get(kind);
        return count == null ? 0 : count.sum();
    }
}
