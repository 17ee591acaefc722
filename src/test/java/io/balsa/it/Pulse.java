package io.balsa.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.client.Connection;
import io.balsa.client.OutcomeUnknownException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** A client that adds one to a number, over and over, each time when it has the answer; and when it had them. */
final class Pulse implements AutoCloseable {
    private final Connection connection;
    private final String key;
    private final Thread thread = new Thread(this::beat, "pulse");
    private final List<Beat> beats = new ArrayList<>();
    private long unknown;
    private volatile boolean over;

    /** One that was acknowledged: when it was asked for and when it was answered, ns. */
    private record Beat(long asked, long answered) {}

    private Pulse(Connection connection, String key) {
        this.connection = connection;
        this.key = key;
    }

    /**
     * @param connection of its own; closed with it
     */
    static Pulse start(Connection connection, String key) {
        Pulse pulse = new Pulse(connection, key);
        pulse.thread.start();
        return pulse;
    }

    /** Waits until so many more were acknowledged. */
    void awaitMore(int count) throws Exception {
        int wanted = count() + count;
        Patience.await(count + " more beats", () -> count() >= wanted);
    }

    /** The longest time without an acknowledgement that began or ended between two moments, ms. */
    synchronized long longestGapMillis(long from, long to) {
        long longest = 0;
        for (int i = 1; i < beats.size(); i++) {
            long before = beats.get(i - 1).answered();
            long after = beats.get(i).answered();
            if (after > from && before < to) {
                longest = Math.max(longest, after - before);
            }
        }
        return TimeUnit.NANOSECONDS.toMillis(longest);
    }

    /** How long those took that were asked for between two moments, µs. */
    synchronized List<Long> micros(long from, long to) {
        return beats.stream()
                .filter(beat -> beat.asked() > from && beat.asked() < to)
                .map(beat -> TimeUnit.NANOSECONDS.toMicros(beat.answered() - beat.asked()))
                .toList();
    }

    /** The figure that so many percent of all figures do not exceed. */
    static long percentile(List<Long> figures, double percent) {
        List<Long> sorted = figures.stream().sorted().toList();
        return sorted.get((int) Math.ceil(sorted.size() * percent / 100) - 1);
    }

    /** Ends it; nothing acknowledged is missing then, and nothing was added twice. */
    void endAndVerify() throws Exception {
        over = true;
        thread.join();
        String sum = new KeyValueClient(connection).get(key).orElse("0");
        assertThat(Long.parseLong(sum)).isBetween((long) count(), count() + unknown);
    }

    @Override
    public void close() {
        over = true;
        connection.close();
    }

    private synchronized int count() {
        return beats.size();
    }

    private void beat() {
        byte[] command = KeyValueClient.increment(key);
        while (!over) {
            long asked = System.nanoTime();
            try {
                KeyValueClient.join(connection.submit(command));
                add(new Beat(asked, System.nanoTime()));
            } catch (CompletionException e) {
                unknown += e.getCause() instanceof OutcomeUnknownException ? 1 : 0;
            }
        }
    }

    private synchronized void add(Beat beat) {
        beats.add(beat);
    }
}
