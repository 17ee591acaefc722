package io.balsa.sim;

import io.balsa.config.Settings;
import io.balsa.model.Configuration;
import io.balsa.model.NodeId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** What all servers and clients of one run stand on: the runtime, the actor system, the network, the seed. */
final class World {
    static final String CLUSTER = "simulated";
    static final String GROUP = "main";
    static final int LARGEST_COMMAND = 1024 * 1024;

    /** No client of a run sends more in one request. */
    static final int LARGEST_REQUEST = 256 * 1024;

    private final SimRuntime runtime = SimRuntime.INSTANCE;
    private final SimSystem system;
    private final SimNetwork network;
    private final SplittableRandom random;
    private final Play play;
    private Tuning tuning;
    private long forceNanos;
    private long applyNanos;
    private double drift;
    private boolean freezesMachines;
    private boolean contested;
    private boolean preferences;

    private World(long seed, Tuning tuning) {
        this.tuning = tuning;
        SplittableRandom root = new SplittableRandom(seed);
        system = SimSystem.fresh(root.nextLong());
        network = new SimNetwork(runtime, new Wire(system.actors()), root.nextLong());
        random = root;
        play = new Play(runtime);
        network.onLoss(play::loses);
    }

    /** An empty world. */
    static World of(long seed, Tuning tuning) {
        return new World(seed, tuning);
    }

    /** Settings that plays and runs choose; small sizes make the log spill, roll and page early. */
    record Tuning(
            int segmentBytes,
            long tailBytes,
            int maxBatchBytes,
            int maxInFlight,
            int maxPendingBytes,
            int maxPendingReads,
            int sessions,
            Settings.Snapshots snapshots) {
        /** No snapshots. */
        private static final Settings.Snapshots NEVER = new Settings.Snapshots(
                Long.MAX_VALUE, Long.MAX_VALUE, 0, 0, 2, 64 * 1024, 4, Duration.ofSeconds(1), Long.MAX_VALUE);

        static final Tuning ORDINARY = new Tuning(64 * 1024, 64 * 1024, 16 * 1024, 4, 256 * 1024, 100, 16, NEVER);
        static final Tuning TIGHT = new Tuning(4 * 1024, 1024, 512, 3, 2 * 1024, 20, 6, NEVER);
        static final Tuning LOOSE = new Tuning(2 * 1024, 4 * 1024, 4 * 1024, 8, 64 * 1024, 100, 16, NEVER);
        static final Tuning ONE_BY_ONE = new Tuning(64 * 1024, 64 * 1024, 1, 1, 256 * 1024, 100, 16, NEVER);

        /** The same, and a snapshot whenever so many entries were applied. */
        Tuning withSnapshots(Settings.Snapshots limits) {
            return new Tuning(
                    segmentBytes,
                    tailBytes,
                    maxBatchBytes,
                    maxInFlight,
                    maxPendingBytes,
                    maxPendingReads,
                    sessions,
                    limits);
        }
    }

    SimRuntime runtime() {
        return runtime;
    }

    SimSystem system() {
        return system;
    }

    SimNetwork network() {
        return network;
    }

    SplittableRandom random() {
        return random;
    }

    Play play() {
        return play;
    }

    /** How long every sync takes from now on, at most. */
    void slowDisks(Duration force) {
        forceNanos = force.toNanos();
    }

    /** The time of the next sync. */
    long nextForceNanos() {
        return forceNanos == 0 ? 0 : random.nextLong(forceNanos);
    }

    /** How long every command takes to apply from now on, at most. */
    void slowMachines(Duration apply) {
        applyNanos = apply.toNanos();
    }

    /** The time that the next command takes to apply. */
    long nextApplyNanos() {
        return applyNanos == 0 ? 0 : random.nextLong(applyNanos);
    }

    /** From now on the clocks of processes run faster or slower by up to this share. */
    void driftingClocks(double share) {
        drift = share;
    }

    /** From now on state machines can be held fast while they go on, or cannot. */
    void freezingMachines(boolean freeze) {
        freezesMachines = freeze;
    }

    boolean freezesMachines() {
        return freezesMachines;
    }

    /** From now on every clock runs as wrong as it may, more of them fast, and elections follow each other fast. */
    void contestedLeases(boolean contest) {
        contested = contest;
    }

    /** From now on some servers are to lead rather than others. */
    void preferences(boolean prefer) {
        preferences = prefer;
    }

    /** How much faster than time the clock of the next process runs: often as much as it can. */
    double nextClockRate() {
        if (drift == 0) {
            return 1;
        }
        if (contested) {
            return 1 + (random.nextInt(3) == 0 ? -drift : drift);
        }
        return 1 + (random.nextBoolean() ? random.nextDouble(-drift, drift) : random.nextBoolean() ? drift : -drift);
    }

    static String address(NodeId node) {
        return "pekko://sim@" + node + ":7000/user/raft";
    }

    static Configuration configuration(Collection<NodeId> nodes) {
        TreeMap<NodeId, String> members = new TreeMap<>();
        nodes.forEach(node -> members.put(node, address(node)));
        return Configuration.of(members);
    }

    private int priority(NodeId node) {
        return preferences ? 1 + Math.floorMod(node.name().hashCode(), 3) : 1;
    }

    /**
     * @param peers of the whole cluster; or the hosts of a server that is to join one
     */
    Settings settings(NodeId node, Configuration peers, boolean join) {
        return new Settings(
                CLUSTER,
                GROUP,
                node,
                peers,
                Path.of("/simulated", node.name()),
                new Settings.Timing(
                        Duration.ofMillis(50),
                        Duration.ofMillis(300),
                        Duration.ofMillis(contested ? 400 : 600),
                        Duration.ofMillis(300),
                        Duration.ofMillis(700),
                        Duration.ofSeconds(10),
                        10),
                storage(),
                new Settings.Replication(tuning.maxBatchBytes(), tuning.maxInFlight(), 200, 32 * 1024, 48 * 1024),
                new Settings.Limits(LARGEST_COMMAND, tuning.maxPendingBytes(), tuning.maxPendingReads()),
                new Settings.Sessions(
                        tuning.sessions(), 64, Duration.ofMillis(tuning.sessions() * 250L), tuning.sessions() * 512L),
                tuning.snapshots(),
                new Settings.Subscriptions(8, 16 * 1024, Duration.ofSeconds(5)),
                new Settings.Membership(join, priority(node), 5, Duration.ofSeconds(2), 4),
                new Settings.Tracing(Optional.empty(), 0, 0));
    }

    private Settings.Storage storage() {
        int segment = tuning.segmentBytes();
        return new Settings.Storage(true, segment, 4L * segment, tuning.tailBytes(), 64 * 1024, Duration.ofSeconds(1));
    }
}
