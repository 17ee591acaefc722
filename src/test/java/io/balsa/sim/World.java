package io.balsa.sim;

import io.balsa.config.Settings;
import io.balsa.model.Configuration;
import io.balsa.model.NodeId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** What all servers and clients of one run stand on: the runtime, the actor system, the network, the seed. */
final class World {
    static final String CLUSTER = "simulated";
    static final String GROUP = "main";

    private final SimRuntime runtime = SimRuntime.INSTANCE;
    private final SimSystem system;
    private final SimNetwork network;
    private final SplittableRandom random;
    private final Play play;
    private Tuning tuning;
    private long forceNanos;
    private double drift;

    private World(long seed, Tuning tuning) {
        this.tuning = tuning;
        SplittableRandom root = new SplittableRandom(seed);
        system = SimSystem.fresh(root.nextLong());
        network = new SimNetwork(runtime, new Wire(system.actors()), root.nextLong());
        random = root;
        play = new Play(runtime);
    }

    /** An empty world. */
    static World of(long seed, Tuning tuning) {
        return new World(seed, tuning);
    }

    /** Settings that plays and runs choose; small sizes make the log spill, roll and page early. */
    record Tuning(int segmentBytes, long tailBytes, int maxBatchBytes, int maxInFlight) {
        static final Tuning ORDINARY = new Tuning(64 * 1024, 64 * 1024, 16 * 1024, 4);
        static final Tuning TIGHT = new Tuning(4 * 1024, 1024, 512, 3);
        static final Tuning ONE_BY_ONE = new Tuning(64 * 1024, 64 * 1024, 1, 1);
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

    /** From now on the clocks of processes run faster or slower by up to this share. */
    void driftingClocks(double share) {
        drift = share;
    }

    /** How much faster than time the clock of the next process runs. */
    double nextClockRate() {
        return drift == 0 ? 1 : 1 + random.nextDouble(-drift, drift);
    }

    static String address(NodeId node) {
        return "pekko://sim/user/" + node;
    }

    static Configuration configuration(Collection<NodeId> nodes) {
        TreeMap<NodeId, String> members = new TreeMap<>();
        nodes.forEach(node -> members.put(node, address(node)));
        return Configuration.of(members);
    }

    Settings settings(NodeId node, Configuration bootstrap) {
        return new Settings(
                CLUSTER,
                GROUP,
                node,
                bootstrap,
                Path.of("/simulated", node.name()),
                new Settings.Timing(
                        Duration.ofMillis(50),
                        Duration.ofMillis(300),
                        Duration.ofMillis(600),
                        Duration.ofMillis(300),
                        Duration.ofMillis(700)),
                new Settings.Storage(true, tuning.segmentBytes(), tuning.tailBytes(), 64 * 1024, Duration.ofSeconds(1)),
                new Settings.Replication(tuning.maxBatchBytes(), tuning.maxInFlight()),
                new Settings.Limits(1024 * 1024, 256 * 1024, 100),
                new Settings.Sessions(16, 64),
                new Settings.Subscriptions(8, 16 * 1024, Duration.ofSeconds(5)));
    }
}
