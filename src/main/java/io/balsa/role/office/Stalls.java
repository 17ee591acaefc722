package io.balsa.role.office;

import java.time.Duration;
import java.util.Optional;

/**
 * Notices that a leader limps: its disk has synced nothing for an election timeout although there is something to sync,
 * or its process has stood still for as long. Then another should lead; commands commit without this disk, but every
 * one of them waits for the slowest of the others, and clients for this process.
 *
 * <p>Kept over all roles of a server, so that two that both limp do not pass the office to and fro: after each time it
 * waits twice as long before it gives its office up for this reason again. Moments are nanoseconds on its own monotonic
 * clock.
 */
public final class Stalls {
    private static final int MOST_DOUBLINGS = 6;

    private final long heartbeat;
    private final long patience;
    private long levelAt;
    private long tickedAt;
    private Optional<String> disk = Optional.empty();
    private Optional<String> process = Optional.empty();
    private long processAt;
    private int times;
    private long yieldedAt;

    /**
     * @param heartbeat how often {@link #tick} should come
     * @param patience how long disk or process may stand still
     */
    public Stalls(Duration heartbeat, Duration patience) {
        this.heartbeat = heartbeat.toNanos();
        this.patience = patience.toNanos();
    }

    /** This server leads from now on. */
    public void elected(long now) {
        levelAt = now;
        tickedAt = now;
        disk = Optional.empty();
        process = Optional.empty();
    }

    /** The disk has synced something. */
    public void synced(long now) {
        levelAt = now;
        disk = Optional.empty();
    }

    /**
     * The heartbeat's timer has gone off.
     *
     * @param level whether there is nothing left to sync
     */
    public void tick(long now, boolean level) {
        long late = now - tickedAt - heartbeat;
        if (late > patience) {
            processAt = now;
            process = Optional.of("its process stood still for " + late / 1_000_000 + " ms");
        }
        tickedAt = now;
        if (level) {
            synced(now);
        } else if (now - levelAt > patience + Math.max(0, late)) {
            disk = Optional.of("its disk has synced nothing for " + (now - levelAt) / 1_000_000 + " ms");
        }
    }

    /** Why the office should be given up now, if it should. */
    public Optional<String> reason(long now) {
        return isReluctant(now)
                ? Optional.empty()
                : disk.or(() -> process.filter(late -> now - processAt < 4 * patience));
    }

    /** Whether it is the disk that stands still. */
    public boolean isOfDisk() {
        return disk.isPresent();
    }

    /** It was tried to give the office up, with whatever success. */
    public void yielded(long now) {
        times = now - yieldedAt > patience << (MOST_DOUBLINGS + 1) ? 1 : times + 1;
        yieldedAt = now;
        process = Optional.empty();
    }

    private boolean isReluctant(long now) {
        return times > 0 && now - yieldedAt < patience << Math.min(times, MOST_DOUBLINGS);
    }
}
