package io.balsa.role;

import io.balsa.config.Settings;
import io.balsa.model.Configuration;
import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import io.balsa.model.NodeId;
import io.balsa.protocol.AppendEntries;
import io.balsa.protocol.Client;
import io.balsa.protocol.InstallSnapshot;
import io.balsa.protocol.Local;
import io.balsa.protocol.LogRead;
import io.balsa.role.read.Lease;
import io.balsa.role.snapshot.Installation;
import java.time.Duration;
import java.util.Comparator;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToLongFunction;

/** A leader's side of §5.3: which entries go to which follower, and what their answers add up to. */
final class Replication {
    private static final byte[] NOTHING = {};

    private final Node node;
    private final long term;
    private final NavigableMap<NodeId, Progress> followers = new TreeMap<>();
    private final Lease lease;

    /** What has been on its way for longer is taken for lost. */
    private final Duration patience;

    private Batch newest = Batch.of(Entries.EMPTY);

    /** Where the log ended when {@link #newest} was made. */
    private long newestEnd;

    private long round;
    private long heartbeat;

    /** What one message carries. */
    private record Batch(Entries entries, byte[] block) {
        static Batch of(Entries entries) {
            return new Batch(entries, entries.toByteArray());
        }
    }

    Replication(Node node) {
        this.node = node;
        this.lease = new Lease(node.clock().timing().lease());
        this.patience = node.clock().timing().electionMax().multipliedBy(2);
        this.term = node.currentTerm();
        follow();
    }

    /**
     * Follows the newest configuration, committed or not (§6). Whoever is in it no longer is told all the same, until
     * an election timeout after the others have agreed.
     */
    void follow() {
        Configuration configuration = node.log().configuration();
        configuration.members().keySet().stream()
                .filter(member -> !member.equals(node.id()))
                .forEach(member -> followers.computeIfAbsent(member, anew -> begin()));
        long now = node.clock().now();
        followers.forEach((follower, progress) ->
                progress.dismissed(configuration.isMember(follower) ? Optional.empty() : Optional.of(now)));
        if (node.log().configurationIndex() <= node.commitIndex()) {
            Duration farewell = node.clock().timing().electionMax();
            followers.values().removeIf(progress -> progress.dismissed()
                    .filter(since -> !node.clock().isWithin(farewell, since))
                    .isPresent());
        }
    }

    private Progress begin() {
        return new Progress(node.log().last().index() + 1, node.clock().now());
    }

    NavigableMap<NodeId, Progress> followers() {
        return followers;
    }

    long round() {
        return round;
    }

    /** Sends every follower what it lacks and has room for. */
    void replicate() {
        followers.keySet().forEach(this::replicate);
    }

    /** What the rounds that were answered allow without another one. */
    Lease lease() {
        return lease;
    }

    /** Begins a new confirmation round: an empty request to all, at once. */
    void confirmLeadership() {
        round++;
        lease.begin(round, node.clock().now());
        followers.keySet().forEach(this::sendEmpty);
    }

    /** What is due at every heartbeat: a look at who has not answered the one before, and a new round. */
    void heartbeat() {
        followers.forEach(this::noteAnswer);
        confirmLeadership();
        heartbeat = round;
    }

    /** Takes an answer in; the caller looks at what it changed. */
    void onResponse(AppendEntries.Response response) {
        Progress progress = followers.get(response.from());
        if (progress == null) {
            return;
        }
        if (progress.isOfAnotherFolder(response)) {
            progress = begin();
            followers.put(response.from(), progress);
        }
        progress.heard(response, node.clock().now());
        if (response.success()) {
            progress.accepted(response);
            replicate(response.from());
        } else if (progress.concerns(response)) {
            progress.refused(response, node.log().lastNotAbove(response.hint()));
            sendEmpty(response.from());
        }
    }

    /** Takes an answer to a chunk in (Figure 13). */
    void onResponse(InstallSnapshot.Response response) {
        Progress progress = followers.get(response.from());
        if (progress == null) {
            return;
        }
        if (progress.isOfAnotherFolder(response)) {
            return; // what that one held says nothing of the one that is there now, or will be
        }
        progress.heardOf(response, node.clock().now());
        if (response.state() == InstallSnapshot.State.INSTALLED) {
            progress.installed(response.snapshot());
            progress.endInstallation(); // should it need more that is compacted by now, a newer one begins
        }
        replicate(response.from());
    }

    /** A heartbeat's time has passed since the last: chunks that were missed, or are overdue, are sent again. */
    void resume() {
        long now = node.clock().now();
        for (Progress progress : followers.values()) {
            progress.installation().ifPresent(one -> one.tick(patience, now));
        }
    }

    /** A chunk has been read for a follower. */
    void onChunkRead(Local.ChunkRead chunk) {
        Progress progress = followers.get(chunk.follower());
        boolean wanted = progress != null
                && progress.installation()
                        .filter(one -> one.snapshot().equals(chunk.snapshot()))
                        .isPresent();
        if (!wanted) {
            return;
        }
        Installation installation = progress.installation().get();
        if (chunk.data().isEmpty()) {
            progress.endInstallation(); // a newer one has taken its place on the disk: from the next heartbeat on
            return;
        }
        if (installation.send(chunk.offset(), chunk.data().get().length, chunk.done())) {
            sendChunk(chunk, chunk.data().get());
        }
        replicate(chunk.follower());
    }

    private void sendChunk(Local.ChunkRead chunk, byte[] data) {
        int checksum = InstallSnapshot.checksum(data);
        boolean bulk = data.length > Client.SMALL;
        node.peers()
                .feed(
                        chunk.follower(),
                        self -> new InstallSnapshot.Request(
                                self, term, chunk.snapshot(), chunk.offset(), data, checksum, chunk.done()),
                        bulk);
    }

    /** Older entries have been read for a follower. */
    void onFetched(Local.Fetched fetched) {
        Progress progress = followers.get(fetched.follower());
        if (progress == null || !progress.isFetching()) {
            return;
        }
        progress.fetching(false);
        boolean wanted = !fetched.entries().isEmpty()
                && !progress.isProbing()
                && fetched.epoch() == node.log().epoch()
                && progress.nextIndex() >= node.log().firstIndex()
                && fetched.entries().first().index() == progress.nextIndex();
        if (wanted) {
            send(fetched.follower(), progress, Batch.of(fetched.entries()));
            replicate(fetched.follower());
        }
    }

    /** The highest index on the synced disks of a quorum, the leader's own among them (§5.3, §5.4.2). */
    long replicatedIndex() {
        return reached(Progress::matchIndex, node.log().durable().index());
    }

    /** The newest round that a quorum has answered. */
    long confirmedRound() {
        long confirmed = reached(Progress::round, round);
        lease.confirm(confirmed);
        return confirmed;
    }

    /** The last moment at which a quorum had been heard. */
    long quorumHeard() {
        return reached(Progress::lastHeard, node.clock().now());
    }

    /** The members that are up, and have answered this leader within an election timeout; itself included. */
    Set<NodeId> heard() {
        Set<NodeId> heard = new TreeSet<>(followers.keySet());
        Duration recently = node.clock().timing().electionMax();
        heard.removeIf(follower -> node.peers().isQuiet(follower)
                || !node.clock().isWithin(recently, followers.get(follower).lastHeard()));
        heard.add(node.id());
        return heard;
    }

    /** The voter that is best placed to lead next: heard, and the furthest along. */
    Optional<NodeId> successor() {
        Configuration configuration = node.log().configuration();
        return followers.keySet().stream()
                .filter(follower -> configuration.voters().contains(follower))
                .filter(follower -> !node.peers().isQuiet(follower))
                .max(Comparator.comparingLong(
                        (NodeId follower) -> followers.get(follower).matchIndex()));
    }

    private void noteAnswer(NodeId follower, Progress progress) {
        if (progress.beginsToOwe(heartbeat)) {
            Duration silence = Duration.ofMillis(node.clock().millisSince(progress.lastHeard()));
            node.recorder().heartbeatUnanswered(follower, silence);
        }
    }

    private long reached(ToLongFunction<Progress> figure, long own) {
        return node.log()
                .configuration()
                .quorumReached(member -> member.equals(node.id())
                        ? own
                        : followers.containsKey(member) ? figure.applyAsLong(followers.get(member)) : Long.MIN_VALUE);
    }

    private void replicate(NodeId follower) {
        Progress progress = followers.get(follower);
        boolean lost = progress.isBulkOverdue(patience, node.clock().now());
        if (lost || node.peers().isQuiet(follower)) {
            progress.probe();
        }
        if (progress.nextIndex() < node.log().firstIndex()) {
            install(follower, progress);
            return;
        }
        progress.endInstallation();
        Settings.Replication bounds = node.settings().replication();
        while (progress.nextIndex() <= node.log().last().index() && progress.hasRoom(bounds, isCrowded())) {
            Batch batch = batch(progress.nextIndex());
            if (batch.entries().isEmpty()) {
                progress.fetching(true);
                node.fetch(follower, progress.nextIndex());
            } else {
                send(follower, progress, batch);
            }
        }
    }

    /** Followers that are equally far are sent the same bytes. */
    private Batch batch(long from) {
        long end = node.log().last().index();
        if (newest.entries().first().index() != from || newestEnd != end) {
            newest = Batch.of(
                    node.log().batch(from, node.settings().replication().maxBatchBytes()));
            newestEnd = end;
        }
        return newest;
    }

    /** Whether as much is on its way to all followers together as may be. */
    private boolean isCrowded() {
        long bytes = 0;
        for (Progress progress : followers.values()) {
            bytes += progress.bytesInFlight();
        }
        return bytes >= node.settings().replication().maxInFlightTotal();
    }

    /** Sends the newest snapshot to a follower that needs entries which are compacted (§7), chunk by chunk. */
    private void install(NodeId follower, Progress progress) {
        if (node.peers().isQuiet(follower)) {
            return;
        }
        if (progress.installation().isEmpty()) {
            EntryId newest = node.snapshots().last();
            node.context().getLog().info("{} sends {} its snapshot up to {}", node.id(), follower, newest);
            progress.install(new Installation(newest, node.clock().now()));
        }
        Installation installation = progress.installation().orElseThrow();
        installation.next(node.settings().snapshots().maxInFlight()).ifPresent(offset -> {
            installation.read();
            int bytes = node.settings().snapshots().chunkBytes();
            EntryId snapshot = installation.snapshot();
            node.parts()
                    .reader()
                    .tell(new LogRead.Chunk(
                            follower, snapshot, offset, bytes, node.context().getSelf()));
        });
    }

    private void send(NodeId follower, Progress progress, Batch batch) {
        EntryId previous = node.log().idAt(progress.nextIndex() - 1);
        byte[] block = batch.block();
        // What follows a large message takes its way too: on the other connection it would come first and be refused.
        boolean bulk = block.length > Client.SMALL || progress.isBulkUnderWay();
        node.peers()
                .feed(
                        follower,
                        self -> new AppendEntries.Request(self, term, previous, block, node.commitIndex(), round),
                        bulk);
        if (bulk) {
            progress.sentInBulk(batch.entries(), node.clock().now());
        } else {
            progress.sent(batch.entries());
        }
    }

    /** A heartbeat, a probe and a confirmation round are one and the same message. */
    private void sendEmpty(NodeId follower) {
        Progress progress = followers.get(follower);
        long wanted = progress.isBulkUnderWay() ? progress.matchIndex() : progress.nextIndex() - 1;
        long index = Math.max(wanted, node.log().base().index());
        EntryId previous = node.log().idAt(index);
        long commit = Math.min(node.commitIndex(), index);
        node.peers().tell(follower, self -> new AppendEntries.Request(self, term, previous, NOTHING, commit, round));
    }
}
