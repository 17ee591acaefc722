package io.balsa.config;

import io.balsa.model.Configuration;
import io.balsa.model.NodeId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Everything a server is told by its configuration, validated; {@code reference.conf} has a line of why for each key.
 *
 * @param clusterId {@code raft.cluster-id}
 * @param group {@code raft.group}
 * @param nodeId {@code raft.node-id}
 * @param bootstrap {@code raft.peers}, all of them voters: counts only when the data folder is empty
 * @param dataDir {@code raft.data-dir}/node-id/group
 */
public record Settings(
        String clusterId,
        String group,
        NodeId nodeId,
        Configuration bootstrap,
        Path dataDir,
        Timing timing,
        Storage storage,
        Replication replication,
        Limits limits,
        Sessions sessions,
        Snapshots snapshots,
        Subscriptions subscriptions,
        Membership membership,
        Tracing tracing) {

    /** What a server without a log takes for the configuration: of nobody, if others are to tell it. */
    public Configuration first() {
        return membership.join() ? Configuration.NONE : bootstrap;
    }

    /** The address under which this server's peers reach it. */
    public String address() {
        return bootstrap.members().get(nodeId);
    }

    /**
     * @param heartbeat {@code raft.heartbeat-interval}: how often an idle leader speaks
     * @param electionMin {@code raft.election-timeout.min}
     * @param electionMax {@code raft.election-timeout.max}, exclusive
     * @param hello {@code raft.link.hello-interval}: how often servers greet each other
     * @param probe {@code raft.link.probe-interval}: how often a quiet link is tried
     * @param firstWord {@code raft.link.first-word-timeout}: before that, one never heard is not called silent
     * @param clockDriftPercent {@code raft.read.clock-drift-percent}: what a clock may gain or lose
     */
    public record Timing(
            Duration heartbeat,
            Duration electionMin,
            Duration electionMax,
            Duration hello,
            Duration probe,
            Duration firstWord,
            int clockDriftPercent) {
        /** A leader that is heard again only after so long was nearly given up. */
        public Duration lateAfter() {
            return Duration.ofNanos(electionMin.toNanos() / 5 * 4);
        }

        /**
         * How long a leader may serve reads after it began a round that a majority has answered (thesis §6.4.1).
         *
         * <p>Each of that majority has promised to elect nobody for {@code electionMin} on its own clock, from a moment
         * after the leader's message was sent. With clocks that run at rates from 1 − d to 1 + d, the promise lasts at
         * least {@code electionMin / (1 + d)} of real time, and a lease of length L lasts at most {@code L / (1 - d)};
         * so {@code L ≤ electionMin × (1 - d) / (1 + d)}.
         */
        public Duration lease() {
            return electionMin.multipliedBy(100L - clockDriftPercent).dividedBy(100L + clockDriftPercent);
        }

        /** What a clock that loses as much as it may shows after so much time. */
        public Duration onSlowestClock(Duration span) {
            return span.multipliedBy(100L - clockDriftPercent).dividedBy(100);
        }

        /** A link is quiet when nothing was heard for this long. */
        public Duration quietAfter() {
            Duration fourHeartbeats = Duration.ofNanos(4 * heartbeat.toNanos());
            Duration twoHellos = Duration.ofNanos(2 * hello.toNanos());
            return fourHeartbeats.compareTo(twoHellos) > 0 ? fourHeartbeats : twoHellos;
        }
    }

    /**
     * @param sync {@code raft.storage.sync}: off only for measurements
     * @param segmentBytes {@code raft.storage.segment-size}
     * @param reuseBytes {@code raft.storage.reuse-size}
     * @param tailBytes {@code raft.storage.tail-size}: how many bytes of the newest entries stay in memory
     * @param maxUnsyncedBytes {@code raft.storage.max-unsynced}: how far memory may be ahead of the disk
     * @param fullRetry {@code raft.storage.full-retry-interval}: how often a full disk is tried again
     */
    public record Storage(
            boolean sync,
            int segmentBytes,
            long reuseBytes,
            long tailBytes,
            long maxUnsyncedBytes,
            Duration fullRetry) {}

    /**
     * @param maxBatchBytes {@code raft.replication.max-batch-size}: of one AppendEntries, unless one entry is larger
     * @param maxInFlight {@code raft.replication.max-in-flight}: AppendEntries on their way to one follower
     * @param maxInFlightEntries {@code raft.replication.max-in-flight-entries}: entries on their way to one follower
     * @param maxInFlightBytes {@code raft.replication.max-in-flight-size}: their bytes
     * @param maxInFlightTotal {@code raft.replication.max-in-flight-total}: bytes on their way to all followers
     */
    public record Replication(
            int maxBatchBytes, int maxInFlight, int maxInFlightEntries, long maxInFlightBytes, long maxInFlightTotal) {}

    /**
     * @param maxCommandBytes {@code raft.max-command-size}
     * @param maxPendingBytes {@code raft.max-pending}: commands accepted by a leader and not yet applied
     * @param maxPendingReads {@code raft.max-pending-reads}: query messages accepted by a server and not yet answered
     */
    public record Limits(int maxCommandBytes, long maxPendingBytes, int maxPendingReads) {}

    /**
     * @param max {@code raft.session.max}: open sessions of the whole cluster
     * @param window {@code raft.session.window}: sequences a session may use above the lowest it still asks for
     * @param expireAfter {@code raft.session.expire-after}: of log time, from one command of a session to the next
     * @param maxReplyBytes {@code raft.session.max-replies}: kept for all sessions together
     */
    public record Sessions(int max, int window, Duration expireAfter, long maxReplyBytes) {}

    /**
     * @param maxLogBytes {@code raft.snapshot.max-log-size}: bytes applied since the last snapshot that make one due
     * @param maxLogEntries {@code raft.snapshot.max-log-entries}: entries applied since then that make one due
     * @param retainBytes {@code raft.snapshot.retain-size}: of the log, kept for slow followers
     * @param retainEntries {@code raft.snapshot.retain-entries}: entries a snapshot includes and the log keeps
     * @param keep {@code raft.snapshot.keep}: snapshots on disk
     * @param chunkBytes {@code raft.snapshot.chunk-size}: of one InstallSnapshot
     * @param maxInFlight {@code raft.snapshot.max-in-flight}: InstallSnapshots on their way to one follower
     * @param retry {@code raft.snapshot.retry-interval}: how long after a failed one the next is tried
     * @param writeRate {@code raft.snapshot.write-rate}: bytes a second of one that is written while commands go on
     */
    public record Snapshots(
            long maxLogBytes,
            long maxLogEntries,
            long retainBytes,
            long retainEntries,
            int keep,
            int chunkBytes,
            int maxInFlight,
            Duration retry,
            long writeRate) {}

    /**
     * @param max {@code raft.subscription.max}: subscribers of one server
     * @param windowBytes {@code raft.subscription.window}: unconfirmed bytes on their way to one subscriber
     * @param timeout {@code raft.subscription.timeout}: a subscriber that confirms nothing for so long is dropped
     */
    public record Subscriptions(int max, int windowBytes, Duration timeout) {}

    /**
     * @param join {@code raft.join}: whether the server belongs to a cluster only when that says so
     * @param priority {@code raft.priority}: how much it is preferred as a leader; 0 never stands by itself
     * @param catchUpRounds {@code raft.membership.catch-up-rounds}: after so many it is too slow to be promoted
     * @param catchUpTimeout {@code raft.membership.catch-up-timeout}: for all of them
     * @param maxStrangers {@code raft.membership.max-strangers}: links to servers that are no members
     */
    public record Membership(
            boolean join, int priority, int catchUpRounds, Duration catchUpTimeout, int maxStrangers) {}

    /**
     * @param file {@code raft.trace.file}: where this server's events are recorded, if they are
     * @param maxBytes {@code raft.trace.max-size}: how long that file may get
     * @param queueBytes {@code raft.trace.max-queue}: bytes of events that wait to be written
     */
    public record Tracing(Optional<Path> file, long maxBytes, long queueBytes) {}
}
