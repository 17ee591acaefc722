package io.balsa.role.snapshot;

import io.balsa.model.EntryId;
import io.balsa.protocol.InstallSnapshot;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;

/**
 * A snapshot on its way to one follower (Figure 13), in chunks that follow each other up to a window. What is lost is
 * sent again from where the follower says it is.
 */
public final class Installation {
    private final EntryId snapshot;
    private final Deque<Long> inFlight = new ArrayDeque<>();
    private long acknowledged;
    private long next;
    private long heard;
    private boolean reading;
    private boolean complete;
    private boolean paused;

    /**
     * @param snapshot its last included entry
     * @param now monotonic time in nanoseconds
     */
    public Installation(EntryId snapshot, long now) {
        this.snapshot = snapshot;
        this.heard = now;
    }

    public EntryId snapshot() {
        return snapshot;
    }

    /** Bytes that the follower has. */
    public long acknowledged() {
        return acknowledged;
    }

    /** Chunks on their way. */
    public int inFlight() {
        return inFlight.size();
    }

    /** Where the next chunk to be read begins; none while nothing is to be read. */
    public OptionalLong next(int window) {
        boolean wanted = !reading && !complete && !paused && inFlight.size() < window;
        return wanted ? OptionalLong.of(next) : OptionalLong.empty();
    }

    /** The chunk at {@link #next} is being read. */
    public void read() {
        reading = true;
    }

    /** Whether a chunk that was read is still to be sent; it is sent then. */
    public boolean send(long offset, int bytes, boolean done) {
        reading = false;
        if (offset != next || paused || complete) {
            return false;
        }
        next = offset + bytes;
        complete = done;
        inFlight.addLast(next);
        return true;
    }

    /** The follower says how much it has. */
    public void answered(InstallSnapshot.Response answer, long now) {
        if (answer.state() == InstallSnapshot.State.TAKEN && answer.offset() > acknowledged) {
            heard = now;
            acknowledged = answer.offset();
            next = Math.max(next, acknowledged);
            while (!inFlight.isEmpty() && inFlight.peekFirst() <= acknowledged) {
                inFlight.removeFirst();
            }
        } else if (answer.state() == InstallSnapshot.State.MISSED && !paused) {
            heard = now;
            goBack(answer.offset());
            paused = true;
        }
    }

    /** A heartbeat's time has passed: what was missed is sent again, and what nobody has answered for too long. */
    public void tick(Duration patience, long now) {
        paused = false;
        if (now - heard > patience.toNanos()) {
            heard = now;
            goBack(acknowledged);
        }
    }

    private void goBack(long offset) {
        acknowledged = offset;
        next = offset;
        complete = false;
        inFlight.clear();
    }
}
