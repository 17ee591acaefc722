package io.balsa.config;

import com.typesafe.config.ConfigOrigin;
import java.time.Duration;
import java.util.Optional;

/** Judges whether values that are each allowed go together. A value that could not be read is left out. */
final class Agreement {
    private static final String HEARTBEAT = "raft.heartbeat-interval";
    private static final String ELECTION_MIN = "raft.election-timeout.min";
    private static final String ELECTION_MAX = "raft.election-timeout.max";
    private static final String HELLO = "raft.link.hello-interval";
    private static final String PROBE = "raft.link.probe-interval";
    private static final String COMMAND = "raft.max-command-size";
    private static final String BATCH = "raft.replication.max-batch-size";
    private static final String CHUNK = "raft.snapshot.chunk-size";
    private static final String PENDING = "raft.max-pending";
    private static final String UNSYNCED = "raft.storage.max-unsynced";
    private static final String IDLE = "pekko.remote.artery.advanced.stop-idle-outbound-after";
    private static final String LARGE_FRAME = "pekko.remote.artery.advanced.maximum-large-frame-size";

    /** What a message adds to the command it carries: paths, class names, ids; generously. */
    private static final long ENVELOPE = 16 * 1024;

    private final Reading reading;

    private Agreement(Reading reading) {
        this.reading = reading;
    }

    static void check(Reading reading, Settings settings) {
        Agreement agreement = new Agreement(reading);
        agreement.timing(settings.timing());
        agreement.links(settings.timing());
        agreement.sizes(settings);
    }

    /** Both ports of a node are on one host. */
    static void check(Reading reading, Settings settings, HttpSettings http) {
        boolean same = PeerAddress.isOne(String.valueOf(settings.address()))
                && PeerAddress.parse(settings.address()).port() == http.port();
        if (same && http.enabled()) {
            reading.reject("raft.http.port", "is the port of the node's own address in raft.peers");
        }
        Agreement.doors(reading, http);
        HttpSettings.Limits of = http.limits();
        Agreement agreement = new Agreement(reading);
        agreement.few("raft.http.max-event-streams", of.eventStreams(), "raft.http.max-connections", of.connections());
    }

    /** Nobody opens a cluster to the whole network by one word. */
    private static void doors(Reading reading, HttpSettings http) {
        HttpSettings.Access access = http.access();
        boolean open = !http.isLoopback() && !access.asks() && !access.anybody();
        if (http.enabled() && open && reading.usable("raft.http.host", "raft.http.tls", "raft.http.token-file")) {
            reading.reject(
                    "raft.http.host",
                    "lets everybody on the network write and change the members. Name a raft.http.token-file, or set"
                            + " raft.http.tls = on, or"
                            + " raft.http.anybody-on-the-network-may-do-anything = on if that is what you want");
        }
        if (access.readers() && !access.asks() && reading.usable("raft.http.protect-reads")) {
            reading.reject("raft.http.protect-reads", "needs a raft.http.token-file, or raft.http.tls = on");
        }
    }

    private void few(String key, int count, String other, int limit) {
        if (count > limit && reading.usable(key, other)) {
            Optional<ConfigOrigin> place = reading.origin(key).or(() -> reading.origin(other));
            reading.add(place, key + " " + count + " must be at most " + other + " (" + limit + ")");
        }
    }

    private void timing(Settings.Timing timing) {
        Value min = new Value(ELECTION_MIN, timing.electionMin());
        boolean often = timing.heartbeat().multipliedBy(3).compareTo(timing.electionMin()) <= 0;
        demand(often, new Value(HEARTBEAT, timing.heartbeat()), "at most a third of", min);
        boolean range = timing.electionMax().compareTo(timing.electionMin()) > 0;
        demand(range, new Value(ELECTION_MAX, timing.electionMax()), "more than", min);
    }

    /** A link in use must not count as idle, and a dead one must be left alone long enough to count as idle. */
    private void links(Settings.Timing timing) {
        Duration limit = reading.read(IDLE, Kind.DURATION);
        Value idle = new Value(IDLE, limit);
        demand(timing.hello().compareTo(limit) < 0, new Value(HELLO, timing.hello()), "less than", idle);
        demand(timing.probe().compareTo(limit) > 0, new Value(PROBE, timing.probe()), "more than", idle);
    }

    private void sizes(Settings settings) {
        long frame = reading.read(LARGE_FRAME, Kind.SIZE);
        long command = settings.limits().maxCommandBytes();
        fits(COMMAND, command, frame);
        fits(CHUNK, settings.snapshots().chunkBytes(), frame);
        fits(BATCH, settings.replication().maxBatchBytes(), frame);
        holds(PENDING, settings.limits().maxPendingBytes(), command);
        holds(UNSYNCED, settings.storage().maxUnsyncedBytes(), command);
    }

    private void fits(String key, long bytes, long frame) {
        String room = "at least " + Kind.showSize(ENVELOPE) + " less than";
        demand(bytes + ENVELOPE <= frame, new Value(key, bytes), room, new Value(LARGE_FRAME, frame));
    }

    private void holds(String key, long bytes, long command) {
        demand(bytes >= command, new Value(key, bytes), "at least", new Value(COMMAND, command));
    }

    private void demand(boolean fulfilled, Value value, String relation, Value other) {
        if (!fulfilled && reading.usable(value.key(), other.key())) {
            String rule = " must be " + relation + " " + other.key() + " (" + other.shown() + ")";
            Optional<ConfigOrigin> place = reading.origin(value.key()).or(() -> reading.origin(other.key()));
            reading.add(place, value.key() + " " + value.shown() + rule);
        }
    }

    private record Value(String key, Object value) {
        String shown() {
            return value instanceof Duration duration ? Kind.showDuration(duration) : Kind.showSize((Long) value);
        }
    }
}
