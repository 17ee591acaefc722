package io.balsa.http.health;

import io.balsa.protocol.reply.AdminReply.Peer;
import io.balsa.protocol.reply.AdminReply.Status;
import io.balsa.trace.RaftEvent;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Judges what a node says of itself, and what was heard from it. */
public final class Health {
    private final Duration silence;
    private final long maxLag;
    private volatile boolean full;

    /**
     * @param silence for so long a leader that is not heard still counts as heard
     * @param maxLag so many entries may be committed and not yet applied
     */
    public Health(Duration silence, long maxLag) {
        this.silence = silence;
        this.maxLag = maxLag;
    }

    /**
     * One thing that must be so.
     *
     * @param name leader, applied or storage
     * @param detail why it is, or is not
     */
    public record Check(String name, boolean ok, String detail) {}

    /** Remembers what the node only says once. */
    public void hear(RaftEvent event) {
        if (event instanceof RaftEvent.StorageFull storage) {
            full = storage.full();
        }
    }

    /** Whether its disk has no room for more of the log. */
    public boolean isFull() {
        return full;
    }

    /** All that a node must be to be of use. */
    public List<Check> checks(Status status) {
        return List.of(leader(status), applied(status), storage());
    }

    private Check leader(Status status) {
        Optional<String> leader = status.leader();
        if (leader.isEmpty()) {
            return new Check("leader", false, "no leader is known");
        }
        String id = leader.get();
        if (id.equals(status.node())) {
            return new Check(
                    "leader", status.quorum(), "it leads, and hears " + (status.quorum() ? "a" : "no") + " majority");
        }
        long contact = status.peers().stream()
                .filter(peer -> peer.node().equals(id))
                .mapToLong(Peer::lastContactMs)
                .findFirst()
                .orElse(-1);
        boolean heard = contact >= 0 && contact <= silence.toMillis();
        String when = contact < 0 ? "not been heard yet" : "been heard " + contact + " ms ago";
        return new Check("leader", heard, "the leader " + id + " has " + when);
    }

    private Check applied(Status status) {
        long lag = Math.max(0, status.commitIndex() - status.applied());
        return new Check(
                "applied", lag <= maxLag, lag + " entries are committed and not applied, of at most " + maxLag);
    }

    private Check storage() {
        return new Check("storage", !full, full ? "the disk has no room for more of the log" : "the disk has room");
    }
}
