package io.balsa.trace;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The trace of a live server. Events are put into a bounded queue and written by a thread of this trace's own, so that
 * the server never waits for this disk; what finds the queue full is dropped and counted.
 *
 * <p>A file that cannot be written stops the recording and nothing else: a server is not worth less without its trace.
 */
public final class TraceFile implements Trace {
    /** How long a server that ends waits for its last events to be written. */
    private static final Duration FAREWELL = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(TraceFile.class);

    private final Path path;
    private final Fields origin;
    private final Bounds bounds;
    private final long began = System.nanoTime();
    private final Queue<Stamped> queue = new ConcurrentLinkedQueue<>();
    private final AtomicLong waiting = new AtomicLong();
    private final Thread writer = new Thread(this::write, "raft-trace");
    private volatile boolean over;
    private boolean begun;
    private long dropped;

    /**
     * @param fileBytes how long the file may get
     * @param queueBytes how much memory what waits to be written may keep from being freed
     */
    public record Bounds(long fileBytes, long queueBytes) {}

    private record Stamped(long nanos, TraceEvent event) {}

    /**
     * The file is opened when there is something to write.
     *
     * @param origin whose trace it is, for the header
     */
    public TraceFile(Path path, Fields origin, Bounds bounds) {
        this.path = path;
        this.origin = origin.with(
                "began", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
        this.bounds = bounds;
        writer.setDaemon(true);
    }

    /** Only for the one actor whose trace it is. */
    @Override
    public void record(TraceEvent event) {
        if (over) {
            return;
        }
        boolean last = event.happening().isLast();
        if (waiting.get() + event.bytes() > bounds.queueBytes() && !last) {
            dropped++;
            return;
        }
        if (dropped > 0) {
            put(TraceEvent.of(event.node(), new Happening.Dropped(dropped)));
            dropped = 0;
        }
        put(event);
        if (!begun) {
            begun = true;
            writer.start();
        }
        LockSupport.unpark(writer);
        if (last) {
            awaitWriter();
        }
    }

    private void put(TraceEvent event) {
        waiting.addAndGet(event.bytes());
        queue.add(new Stamped(System.nanoTime() - began, event));
    }

    private void awaitWriter() {
        try {
            writer.join(FAREWELL.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void write() {
        try (JsonLines lines = JsonLines.open(path, bounds.fileBytes(), origin)) {
            LOG.info("recording to {}", path);
            while (!over) {
                next(lines);
            }
        } catch (IOException | RuntimeException failed) {
            LOG.error("raft.trace.file {}: {}; nothing more is recorded", path, failed.toString());
        }
        over = true;
        queue.clear();
    }

    private void next(JsonLines lines) throws IOException {
        Stamped next = queue.poll();
        if (next == null) {
            lines.flush();
            LockSupport.park(this);
            return;
        }
        waiting.addAndGet(-next.event().bytes());
        boolean written = lines.write(next.nanos(), next.event());
        if (!written) {
            lines.writeFull(next.nanos());
            LOG.warn("{} is as long as raft.trace.max-size allows; nothing more is recorded", path);
        }
        over = !written || next.event().happening().isLast();
    }
}
