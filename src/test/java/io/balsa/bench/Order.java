package io.balsa.bench;

import io.balsa.cli.load.ClosedLoop;
import io.balsa.cli.load.Load;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.IntFunction;

/**
 * A load to be run.
 *
 * @param inFlight commands in flight of all clients together; 0 for a load at a fixed rate
 * @param rate commands per second; 0 for a load with so many in flight
 * @param size bytes of each command
 */
record Order(int inFlight, int rate, int size, int clients, Duration duration) {

    static Order parse(String line) {
        String[] words = line.split(" ", 5);
        int[] numbers = new int[words.length];
        for (int i = 0; i < words.length; i++) {
            numbers[i] = Integer.parseInt(words[i]);
        }
        return new Order(numbers[0], numbers[1], numbers[2], numbers[3], Duration.ofMillis(numbers[4]));
    }

    /** As {@link #parse} reads it. */
    String line() {
        return inFlight + " " + rate + " " + size + " " + clients + " " + duration.toMillis();
    }

    void describe(Row row) {
        row.put("size", size).put("clients", clients);
        if (rate > 0) {
            row.put("note", "rate " + rate);
        } else {
            row.put("k", inFlight);
        }
    }

    /**
     * Runs it.
     *
     * @param send has the client with this number, counted from 0, send a command
     */
    Load run(IntFunction<? extends CompletionStage<?>> send) {
        if (rate > 0) {
            return new OpenLoop(rate, duration).run(number -> send.apply((int) (number % clients)));
        }
        ClosedLoop loops = ClosedLoop.lasting(duration);
        for (int loop = 0; loop < inFlight; loop++) {
            int client = loop % clients;
            loops.start(() -> send.apply(client));
        }
        return loops.finish();
    }
}
