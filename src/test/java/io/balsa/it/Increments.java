package io.balsa.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.client.Connection;
import io.balsa.client.OutcomeUnknownException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Clients that add one to the same number again and again, and count what they were told. */
final class Increments implements AutoCloseable {
    private final AtomicLong done = new AtomicLong();
    private final AtomicLong unknown = new AtomicLong();
    private final ExecutorService pool;
    private volatile boolean over;

    private Increments(int clients) {
        pool = Executors.newFixedThreadPool(clients);
    }

    static Increments of(Connection connection, String key, int clients) {
        Increments increments = new Increments(clients);
        byte[] command = KeyValueClient.increment(key);
        for (int i = 0; i < clients; i++) {
            increments.pool.execute(() -> increments.run(connection, command));
        }
        return increments;
    }

    /** Waits until so many more were acknowledged. */
    void awaitMore(int count) throws Exception {
        long wanted = done.get() + count;
        Patience.await(count + " more increments", () -> done.get() >= wanted);
    }

    /** Returns when nothing is under way any more. */
    void stop() throws InterruptedException {
        over = true;
        pool.shutdown();
        assertThat(pool.awaitTermination(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
    }

    /** Nothing acknowledged is missing, and nothing was added twice. */
    void checkAgainst(long sum) {
        assertThat(sum).isBetween(done.get(), done.get() + unknown.get());
    }

    @Override
    public void close() {
        over = true;
        pool.shutdownNow();
    }

    private void run(Connection connection, byte[] command) {
        while (!over) {
            try {
                connection.submit(command).toCompletableFuture().join();
                done.incrementAndGet();
            } catch (CompletionException e) {
                unknown.addAndGet(e.getCause() instanceof OutcomeUnknownException ? 1 : 0);
            }
        }
    }
}
