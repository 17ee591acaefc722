package io.balsa.machine.snapshot;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A stream that takes no more than so many bytes a second: a large state written as fast as it can be takes processor
 * and disk from the commands that go on meanwhile. What is smaller than a burst is never held up.
 */
final class PacedStream extends FilterOutputStream {
    private static final long BURST = 1 << 20;

    /** For so long at most it does not notice that it is to hurry. */
    private static final long STEP = TimeUnit.MILLISECONDS.toNanos(20);

    private final long bytesPerSecond;
    private final BooleanSupplier hurried;
    private final long began = System.nanoTime();
    private long written;
    private long waitedAt;

    /**
     * Counts from now on.
     *
     * @param hurried asked now and then: whether nobody is left to be held up, but somebody waits for the end
     */
    PacedStream(OutputStream out, long bytesPerSecond, BooleanSupplier hurried) {
        super(out);
        this.bytesPerSecond = bytesPerSecond;
        this.hurried = hurried;
    }

    @Override
    public void write(int octet) throws IOException {
        out.write(octet);
        passed(1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
        passed(length);
    }

    private void passed(int bytes) {
        written += bytes;
        if (written - waitedAt >= BURST) {
            waitedAt = written;
            awaitTurn();
        }
    }

    private void awaitTurn() {
        long due = (long) ((double) written / bytesPerSecond * TimeUnit.SECONDS.toNanos(1));
        long left = due - (System.nanoTime() - began);
        while (left > 0 && !hurried.getAsBoolean()) {
            LockSupport.parkNanos(Math.min(left, STEP));
            left = due - (System.nanoTime() - began);
        }
    }
}
