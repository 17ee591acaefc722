package io.balsa.client.link;

import io.balsa.protocol.Client;
import io.balsa.protocol.RaftMessage;
import io.balsa.protocol.link.Link;
import java.time.Duration;

/**
 * One server as a client sees it. While it answers it is sent what there is; while it does not, it is only probed, at a
 * low rate: a connection that is not fed is given up and dialled anew.
 */
public final class Endpoint {
    /** After so much silence it must answer a probe before it is sent anything else: it may have been restarted. */
    static final long IDLE = Duration.ofSeconds(10).toNanos();

    /** How often a server that answers is asked who leads, at first; later at longer and longer intervals. */
    static final long ASK = Duration.ofMillis(20).toNanos();

    /** So often it is asked before the intervals grow: most elections are over by then. */
    private static final int ASKED_OFTEN = 10;

    private static final int MOST_DOUBLINGS = 3;

    /** Whoever was not asked for so long is asked as often as at first. */
    private static final long CALM = Duration.ofSeconds(1).toNanos();

    /** Pauses between the first probes of a silent server; the last one is repeated. */
    private static final long[] PROBE = {
        Duration.ofMillis(100).toNanos(),
        Duration.ofMillis(150).toNanos(),
        Duration.ofMillis(450).toNanos(),
        Duration.ofMillis(700).toNanos()
    };

    /** Longer than all pauses between probes together, so that the longest of them is part of it. */
    private static final long BETWEEN_NAMES = Duration.ofSeconds(3).toNanos();

    private final String address;
    private final Link link;
    private boolean answering;
    private boolean foreign;
    private long heardAt = Long.MIN_VALUE;
    private boolean probed;
    private long probedAt;
    private boolean named;
    private long namedAt;
    private int unanswered;
    private int asked;

    Endpoint(String address, Link link) {
        this.address = address;
        this.link = link;
    }

    public String address() {
        return address;
    }

    /** Whether it lives in this actor system. */
    public boolean isLocal() {
        return link instanceof LocalLink;
    }

    /** Whether messages sent now are likely to arrive. */
    public boolean answers(long now) {
        return !foreign && (isLocal() || (answering && now - heardAt < IDLE));
    }

    /** When it was last heard; the least of all numbers before that. */
    public long heardAt() {
        return heardAt;
    }

    public void heard(long now) {
        answering = true;
        heardAt = now;
        unanswered = 0;
    }

    /** Whether it belongs to another cluster: then it is as good as none. */
    public void foreign(boolean other) {
        foreign = other;
    }

    public boolean isForeign() {
        return foreign;
    }

    /** It should have said something by now. */
    public void fellSilent() {
        answering = false;
    }

    /**
     * Another has just named it as the leader: somebody hears it. Was it silent, it has just been restarted, and is
     * probed again as often as at first; not each time it is named, for a dead connection ends only when it is quiet.
     */
    void named(long now) {
        if (!answers(now) && (!named || now - namedAt >= BETWEEN_NAMES)) {
            named = true;
            namedAt = now;
            unanswered = 0;
        }
    }

    /** Sends {@code message} of about {@code bytes} bytes, at full rate; only to a server that answers. */
    public void send(RaftMessage message, long bytes) {
        if (bytes > Client.SMALL) {
            link.bulk(message);
        } else {
            link.tell(message);
        }
    }

    /** Whether enough time has passed for another {@link #probe}. */
    public boolean mayBeProbed(long now) {
        return !probed || now - probedAt >= pause(now);
    }

    /** Sends a small question, in a way that fits how well the server is reached. */
    public void probe(RaftMessage question, long now) {
        asked = probed && now - probedAt < CALM ? asked + 1 : 0;
        probed = true;
        probedAt = now;
        unanswered++;
        if (answers(now)) {
            link.tell(question);
        } else {
            link.probe(question);
        }
    }

    private long pause(long now) {
        boolean calm = answers(now) || unanswered == 0;
        return calm
                ? ASK << Math.min(Math.max(asked - ASKED_OFTEN, 0), MOST_DOUBLINGS)
                : PROBE[Math.min(unanswered, PROBE.length) - 1];
    }

    @Override
    public String toString() {
        return address;
    }
}
