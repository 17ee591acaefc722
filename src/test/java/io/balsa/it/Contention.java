package io.balsa.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.client.Connection;
import io.balsa.history.Linearizability;
import io.balsa.history.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** Clients that contend for a few keys until it is over, and the judgement of what they were told. */
final class Contention implements AutoCloseable {
    /** Keys are given up after a while: the search takes the longer the more there was on one. */
    private static final int TURNS_PER_GENERATION = 800;

    private static final int KEYS = 5;

    private final List<Connection> connections;
    private final ExecutorService pool = Executors.newCachedThreadPool();
    private final List<Future<List<Contender.Note>>> running = new ArrayList<>();
    private final AtomicInteger turns = new AtomicInteger();
    private final AtomicBoolean over = new AtomicBoolean();

    /**
     * Begins at once.
     *
     * @param connections shared by the clients in turn; closed with this
     */
    Contention(List<Connection> connections, int clients) {
        this.connections = List.copyOf(connections);
        for (int i = 0; i < clients; i++) {
            Connection connection = connections.get(i % connections.size());
            Contender contender = new Contender("c" + i, connection, this::nextKey);
            running.add(pool.submit(() -> contender.contend(over::get)));
        }
    }

    /** Ends the contention; all that was done, and what the clients were told. */
    List<Contender.Note> end() throws Exception {
        over.set(true);
        List<Contender.Note> notes = new ArrayList<>();
        for (Future<List<Contender.Note>> client : running) {
            notes.addAll(client.get(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS));
        }
        return notes;
    }

    /** What the clients were told fits some order in which one operation was done at a time. */
    static void judge(List<Contender.Note> notes) {
        Map<String, List<Operation>> histories = notes.stream()
                .collect(Collectors.groupingBy(
                        Contender.Note::key, Collectors.mapping(Contender.Note::operation, Collectors.toList())));
        assertThat(histories).allSatisfy((key, history) -> assertThat(Linearizability.holds(history))
                .as("%s is linearizable: %s", key, history)
                .isTrue());
    }

    @Override
    public void close() {
        over.set(true);
        pool.shutdownNow();
        connections.forEach(Connection::close);
    }

    private String nextKey() {
        int turn = turns.getAndIncrement();
        return "r" + turn / TURNS_PER_GENERATION + "-" + turn % KEYS;
    }
}
