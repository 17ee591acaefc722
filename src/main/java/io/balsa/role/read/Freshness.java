package io.balsa.role.read;

/**
 * How old a server's state is: everything that was committed anywhere by a certain moment stands in its log up to a
 * certain index, and is committed here. Moments are nanoseconds on the server's own monotonic clock.
 */
public final class Freshness {
    private boolean known;
    private long since;
    private long index;

    /** All that was committed at {@code moment} stands at or below {@code readIndex}, which is committed here. */
    public void prove(long moment, long readIndex) {
        if (!known || moment > since) {
            known = true;
            since = moment;
            index = readIndex;
        }
    }

    /** Whether the state at {@link #index} was the newest less than {@code nanos} ago. */
    public boolean isWithin(long nanos, long now) {
        return known && now - since < nanos;
    }

    /** What must be applied for the state to be as fresh as this says. */
    public long index() {
        return index;
    }

    /** Milliseconds since the state was certainly the newest; the largest number when it never was. */
    public long ageMillis(long now) {
        return known ? (now - since) / 1_000_000 : Long.MAX_VALUE;
    }
}
