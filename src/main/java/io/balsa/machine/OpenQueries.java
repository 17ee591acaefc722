package io.balsa.machine;

import io.balsa.protocol.ClientRequest;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many queries a server has taken and not yet answered, and how large they are: those that wait for the leader to
 * be confirmed, and those that the {@link Applier} has in its mailbox. The server counts up, whoever answers counts
 * down.
 */
public final class OpenQueries {
    private final int most;
    private final long mostBytes;
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();

    /**
     * @param most messages at a time
     * @param mostBytes the queries in them together; the one that goes beyond is still taken
     */
    public OpenQueries(int most, long mostBytes) {
        this.most = most;
        this.mostBytes = mostBytes;
    }

    /** Whether no more may be taken. */
    public boolean isFull() {
        return count.get() >= most || bytes.get() >= mostBytes;
    }

    /** How many there are now. */
    public int count() {
        return count.get();
    }

    public void take(ClientRequest.Query query) {
        count.incrementAndGet();
        bytes.addAndGet(size(query));
    }

    /** It has been answered, in whatever way. */
    public void answered(ClientRequest.Query query) {
        count.decrementAndGet();
        bytes.addAndGet(-size(query));
    }

    private static long size(ClientRequest.Query query) {
        long size = 0;
        for (byte[] one : query.queries()) {
            size += one.length;
        }
        return size;
    }
}
