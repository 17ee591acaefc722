package io.balsa.http.event;

import io.balsa.trace.RaftEvent;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * The newest events of a node, so many and no more. Readers fetch what is behind the last one they have, at their own
 * pace: nothing is kept for a reader, and one that was too slow is told that it has missed some.
 *
 * <p>Events are numbered from 1 in each life of a process, and the life is part of the number that readers see: what
 * one process has told says nothing about where to go on with another.
 */
public final class EventRing {
    private final String life;
    private final int capacity;
    private final ArrayDeque<Numbered> events = new ArrayDeque<>();
    private final Map<Long, CompletableFuture<Batch>> waiting = new LinkedHashMap<>();
    private long readers;
    private long last;
    private boolean closed;

    /**
     * @param life distinguishes this process from those before, and those of other nodes
     * @param capacity how many events it keeps, 1 and up
     */
    public EventRing(String life, int capacity) {
        this.life = life;
        this.capacity = capacity;
    }

    /**
     * An event with its place.
     *
     * @param name in camelCase
     * @param fields for {@link io.balsa.show.Json}
     */
    public record Numbered(long number, String name, Map<String, Object> fields) {}

    /**
     * What there is behind a place.
     *
     * @param missed whether some events are there no longer, or the place was none of this life
     * @param events in order; empty when nothing has come for a while
     * @param place to go on from
     * @param over whether there will be no more
     */
    public record Batch(boolean missed, List<Numbered> events, long place, boolean over) {}

    /** Takes an event; called by one thread at a time. */
    public void add(RaftEvent event) {
        List<CompletableFuture<Batch>> told;
        Batch batch;
        synchronized (this) {
            last++;
            Map<String, Object> fields = EventFields.of(event);
            fields.put("time", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
            Numbered numbered = new Numbered(last, EventFields.name(event), fields);
            events.add(numbered);
            if (events.size() > capacity) {
                events.remove();
            }
            batch = new Batch(false, List.of(numbered), last, false);
            told = takeWaiting();
        }
        told.forEach(reader -> reader.complete(batch));
    }

    /** Tells all readers that it is over. */
    public void close() {
        List<CompletableFuture<Batch>> told;
        synchronized (this) {
            closed = true;
            told = takeWaiting();
        }
        told.forEach(reader -> reader.complete(new Batch(false, List.of(), 0, true)));
    }

    /** All that there is. */
    public synchronized List<Numbered> all() {
        return List.copyOf(events);
    }

    /** The place of an event as readers see it. */
    public String id(long number) {
        return life + "-" + number;
    }

    /** Behind the newest event. */
    public synchronized long end() {
        return last;
    }

    /** Before the oldest event that is kept. */
    public synchronized long beginning() {
        return events.isEmpty() ? last : events.element().number() - 1;
    }

    /** The place that a reader has named; empty when it is none of this life. */
    public synchronized Optional<Long> place(String id) {
        String prefix = life + "-";
        if (!id.startsWith(prefix)) {
            return Optional.empty();
        }
        try {
            long number = Long.parseLong(id.substring(prefix.length()));
            return number >= 0 && number <= last ? Optional.of(number) : Optional.empty();
        } catch (NumberFormatException foreign) {
            return Optional.empty();
        }
    }

    /**
     * What is behind a place: at once when there is something, else as soon as there is.
     *
     * @param patience after so long without anything the answer is empty
     */
    public CompletionStage<Batch> after(long place, Duration patience) {
        CompletableFuture<Batch> reader = new CompletableFuture<>();
        long ticket;
        synchronized (this) {
            if (closed) {
                return CompletableFuture.completedFuture(new Batch(false, List.of(), place, true));
            }
            if (place < last) {
                return CompletableFuture.completedFuture(behind(place));
            }
            ticket = ++readers;
            waiting.put(ticket, reader);
        }
        reader.completeOnTimeout(new Batch(false, List.of(), place, false), patience.toMillis(), TimeUnit.MILLISECONDS);
        return reader.whenComplete((batch, failure) -> forget(ticket));
    }

    private Batch behind(long place) {
        List<Numbered> behind = new ArrayList<>();
        events.stream().filter(event -> event.number() > place).forEach(behind::add);
        return new Batch(behind.get(0).number() > place + 1, behind, last, false);
    }

    private List<CompletableFuture<Batch>> takeWaiting() {
        List<CompletableFuture<Batch>> taken = List.copyOf(waiting.values());
        waiting.clear();
        return taken;
    }

    private synchronized void forget(long ticket) {
        waiting.remove(ticket);
    }

    /** How many wait for an event. */
    synchronized int waiting() {
        return waiting.size();
    }
}
