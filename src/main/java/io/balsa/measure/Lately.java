package io.balsa.measure;

import java.time.Duration;

/** How many values came in the last one to two minutes, their mean and the largest of them. */
final class Lately {
    private static final long WINDOW = Duration.ofMinutes(1).toNanos();

    private final Window[] windows = {new Window(), new Window()};

    /** Values of one minute. */
    private static final class Window {
        private long number = Long.MIN_VALUE;
        private long count;
        private long sum;
        private long largest;

        private void begin(long newNumber) {
            if (number != newNumber) {
                number = newNumber;
                count = 0;
                sum = 0;
                largest = 0;
            }
        }
    }

    /**
     * @param now monotonic, nanoseconds
     */
    synchronized void add(long now, long value) {
        long number = Math.floorDiv(now, WINDOW);
        Window window = windows[Math.floorMod(number, 2)];
        window.begin(number);
        window.count++;
        window.sum += value;
        window.largest = Math.max(window.largest, value);
    }

    synchronized Measures.Recent read(long now) {
        long number = Math.floorDiv(now, WINDOW);
        long count = 0;
        long sum = 0;
        long largest = 0;
        for (Window window : windows) {
            if (window.number == number || window.number == number - 1) {
                count += window.count;
                sum += window.sum;
                largest = Math.max(largest, window.largest);
            }
        }
        return new Measures.Recent(count, count == 0 ? 0 : sum / count, largest);
    }
}
