package io.balsa.role;

import io.balsa.config.Settings;
import io.balsa.model.Configuration;
import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import io.balsa.model.NodeId;
import io.balsa.protocol.AppendEntries;
import io.balsa.protocol.Client;
import io.balsa.protocol.Local;
import io.balsa.role.read.Lease;
import java.time.Duration;
import java.util.Comparator;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/** A leader's side of §5.3: which entries go to which follower, and what their answers add up to. */
final class Replication {
    private static final byte[] NOTHING = {};

    private final Node node;
    private final long term;
    private final NavigableMap<NodeId, Progress> followers = new TreeMap<>();
    private final Lease lease;
    private long round;
    private long heartbeat;

    Replication(Node node) {
        this.node = node;
        this.lease = new Lease(node.clock().timing().lease());
        this.term = node.currentTerm();
        long next = node.log().last().index() + 1;
        node.peers()
                .all()
                .forEach(link -> followers.put(
                        link.peer(), new Progress(next, node.clock().now())));
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
        progress.heard(response, node.clock().now());
        if (response.success()) {
            progress.accepted(response);
            replicate(response.from());
        } else if (progress.concerns(response)) {
            progress.refused(response, node.log().lastNotAbove(response.hint()));
            sendEmpty(response.from());
        }
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
                && fetched.entries().first().index() == progress.nextIndex();
        if (wanted) {
            send(fetched.follower(), progress, fetched.entries());
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

    /** The voter that is best placed to lead next: heard, and the furthest along. */
    Optional<NodeId> successor() {
        Configuration configuration = node.log().configuration();
        return followers.keySet().stream()
                .filter(configuration::isVoter)
                .filter(follower -> !node.peers().link(follower).isQuiet())
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
        Duration patience = node.clock().timing().electionMax().multipliedBy(2);
        boolean lost = progress.isBulkOverdue(patience, node.clock().now());
        if (lost || node.peers().link(follower).isQuiet()) {
            progress.probe();
        }
        Settings.Replication bounds = node.settings().replication();
        while (progress.nextIndex() <= node.log().last().index() && progress.hasRoom(bounds, isCrowded())) {
            Entries batch = node.log().batch(progress.nextIndex(), bounds.maxBatchBytes());
            if (batch.isEmpty()) {
                progress.fetching(true);
                node.fetch(follower, progress.nextIndex());
            } else {
                send(follower, progress, batch);
            }
        }
    }

    /** Whether as much is on its way to all followers together as may be. */
    private boolean isCrowded() {
        long bytes = 0;
        for (Progress progress : followers.values()) {
            bytes += progress.bytesInFlight();
        }
        return bytes >= node.settings().replication().maxInFlightTotal();
    }

    private void send(NodeId follower, Progress progress, Entries batch) {
        EntryId previous = node.log().idAt(progress.nextIndex() - 1);
        byte[] block = batch.toByteArray();
        // What follows a large message takes its way too: on the other connection it would come first and be refused.
        boolean bulk = block.length > Client.SMALL || progress.isBulkUnderWay();
        node.peers()
                .link(follower)
                .feed(self -> new AppendEntries.Request(self, term, previous, block, node.commitIndex(), round), bulk);
        if (bulk) {
            progress.sentInBulk(batch, node.clock().now());
        } else {
            progress.sent(batch);
        }
    }

    /** A heartbeat, a probe and a confirmation round are one and the same message. */
    private void sendEmpty(NodeId follower) {
        Progress progress = followers.get(follower);
        long index = progress.isBulkUnderWay() ? progress.matchIndex() : progress.nextIndex() - 1;
        EntryId previous = node.log().idAt(index);
        long commit = Math.min(node.commitIndex(), index);
        node.peers()
                .link(follower)
                .tell(self -> new AppendEntries.Request(self, term, previous, NOTHING, commit, round));
    }
}
