package io.balsa.role;

import io.balsa.config.Settings;
import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import io.balsa.protocol.AppendEntries;
import io.balsa.protocol.InstallSnapshot;
import io.balsa.protocol.Rpc;
import io.balsa.role.snapshot.Installation;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * What a leader knows of one follower: {@code nextIndex} and {@code matchIndex} (Figure 2), and what is on its way.
 *
 * <p>While probing, only empty requests are sent, until one finds where the logs agree; then a single request with
 * entries; and when that has been taken, entries follow each other without waiting, up to a window.
 */
final class Progress {
    private final Deque<Sent> inFlight = new ArrayDeque<>();
    private long bytesInFlight;
    private long entriesInFlight;
    private long nextIndex;
    private long matchIndex;
    private boolean probing;
    private boolean taking = true;
    private boolean fetching;
    private long bulkUpTo;
    private long bulkSince;
    private long round;
    private long lastHeard;
    private boolean owing;
    private Optional<Installation> installation = Optional.empty();
    private Optional<Long> storage = Optional.empty();
    private Optional<Long> dismissed = Optional.empty();

    /** One request with entries. */
    private record Sent(long last, long entries, long bytes) {}

    /** Begins optimistically: the follower's log may well end where the leader's does. */
    Progress(long nextIndex, long now) {
        this.nextIndex = nextIndex;
        this.lastHeard = now;
    }

    long nextIndex() {
        return nextIndex;
    }

    long matchIndex() {
        return matchIndex;
    }

    long round() {
        return round;
    }

    long lastHeard() {
        return lastHeard;
    }

    int inFlight() {
        return inFlight.size();
    }

    long bytesInFlight() {
        return bytesInFlight;
    }

    boolean isProbing() {
        return probing;
    }

    boolean isFetching() {
        return fetching;
    }

    void fetching(boolean underWay) {
        fetching = underWay;
    }

    /**
     * Whether entries may be sent now: one request always, and more as long as the follower takes them and what is on
     * its way keeps to its bounds. The request that goes beyond a bound of bytes or entries is still sent.
     *
     * @param crowded whether what is on its way to all followers is as much as may be
     */
    boolean hasRoom(Settings.Replication bounds, boolean crowded) {
        if (probing || fetching || inFlight.isEmpty()) {
            return !probing && !fetching;
        }
        return taking
                && !crowded
                && inFlight.size() < bounds.maxInFlight()
                && entriesInFlight < bounds.maxInFlightEntries()
                && bytesInFlight < bounds.maxInFlightBytes();
    }

    /** Whether entries on the way may be overtaken by small messages, on another connection. */
    boolean isBulkUnderWay() {
        return bulkUpTo > matchIndex;
    }

    /**
     * Whether large entries have been on their way for so long, and nothing of them has arrived, that they must be
     * taken for lost: no refusal tells of them, because meanwhile nothing is asked for that comes after them.
     */
    boolean isBulkOverdue(Duration patience, long now) {
        return isBulkUnderWay() && now - bulkSince > patience.toNanos();
    }

    /** The snapshot that is on its way, if there is one (§7). */
    Optional<Installation> installation() {
        return installation;
    }

    /** The follower needs what the leader's log no longer holds. */
    void install(Installation begun) {
        installation = Optional.of(begun);
    }

    /** The snapshot is gone, or the follower needs it no longer. */
    void endInstallation() {
        installation = Optional.empty();
    }

    /** The follower has answered a chunk. */
    void heardOf(InstallSnapshot.Response response, long now) {
        lastHeard = now;
        installation
                .filter(one -> one.snapshot().equals(response.snapshot()))
                .ifPresent(one -> one.answered(response, now));
    }

    /** The follower has everything up to the last entry of a snapshot on its disk; late answers take nothing back. */
    void installed(EntryId last) {
        if (last.index() >= nextIndex) {
            probe();
            probing = false;
            nextIndex = last.index() + 1;
        }
        matchIndex = Math.max(matchIndex, last.index());
        nextIndex = Math.max(nextIndex, matchIndex + 1);
    }

    void sent(Entries batch) {
        nextIndex = batch.last().index() + 1;
        inFlight.addLast(new Sent(batch.last().index(), batch.count(), batch.bytes()));
        bytesInFlight += batch.bytes();
        entriesInFlight += batch.count();
    }

    /** As {@link #sent}, on the connection for large messages. */
    void sentInBulk(Entries batch, long now) {
        if (!isBulkUnderWay()) {
            bulkSince = now;
        }
        bulkUpTo = batch.last().index();
        sent(batch);
    }

    /**
     * Sends no entries until the follower has answered again, and then not many until it has taken some: it may have no
     * room, and every request behind the first would be refused and sent once more, as fast as the network carries.
     */
    void probe() {
        probing = true;
        taking = false;
        inFlight.clear();
        bytesInFlight = 0;
        entriesInFlight = 0;
        bulkUpTo = 0;
    }

    /** The data folder that all this is known of, once the follower has answered. */
    Optional<Long> storage() {
        return storage;
    }

    /** Whether an answer comes from another data folder than those before, of which all this says nothing. */
    boolean isOfAnotherFolder(Rpc.Response response) {
        return storage.filter(known -> known != response.sender().storage()).isPresent();
    }

    /** Notes when the follower ceased to be a member, or that it is one. */
    void dismissed(Optional<Long> since) {
        dismissed = since.map(now -> dismissed.orElse(now));
    }

    Optional<Long> dismissed() {
        return dismissed;
    }

    /** Any answer shows that the follower follows, and up to which round. */
    void heard(AppendEntries.Response response, long now) {
        storage = Optional.of(response.sender().storage());
        lastHeard = now;
        round = Math.max(round, response.round());
    }

    /** Whether it has begun to owe an answer to this round; told once, until it has answered. */
    boolean beginsToOwe(long heartbeat) {
        boolean owed = owing;
        owing = round < heartbeat;
        return owing && !owed;
    }

    /** The follower's log holds what the request asked for. Late answers never take anything back. */
    void accepted(AppendEntries.Response response) {
        if (response.matchIndex() > matchIndex) {
            matchIndex = response.matchIndex();
            bulkSince = lastHeard;
            taking = !probing;
        }
        while (!inFlight.isEmpty() && inFlight.peekFirst().last() <= matchIndex) {
            Sent arrived = inFlight.removeFirst();
            bytesInFlight -= arrived.bytes();
            entriesInFlight -= arrived.entries();
        }
        if (probing) {
            probing = false;
            nextIndex = Math.max(matchIndex, response.previous().index()) + 1;
        }
        nextIndex = Math.max(nextIndex, matchIndex + 1);
    }

    /** Whether a refusal answers what was last believed, not something long settled. */
    boolean concerns(AppendEntries.Response refusal) {
        long previous = refusal.previous().index();
        return probing ? previous == nextIndex - 1 : previous > matchIndex && previous < nextIndex;
    }

    /** Goes back to behind {@code agreeing}, the newest entry on which the two logs may still agree. */
    void refused(AppendEntries.Response refusal, EntryId agreeing) {
        long below = Math.min(agreeing.index() + 1, refusal.previous().index());
        probe();
        nextIndex = Math.max(below, matchIndex + 1);
    }
}
