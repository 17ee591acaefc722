package io.balsa.sim;

import io.balsa.config.Settings;
import io.balsa.model.NodeId;
import io.balsa.sim.Reduction.Calm;
import io.balsa.sim.World.Tuning;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * The kinds of trouble one run gets into. Each seed turns a random part of them on, so that rare combinations are not
 * always drowned by the loudest (swarm testing).
 */
record Faults(
        int servers,
        Weather weather,
        Duration slowestSync,
        Duration slowestApply,
        Tuning tuning,
        List<Trouble> troubles,
        boolean drifting,
        boolean largeCommands,
        boolean patrons,
        boolean freezing,
        boolean watched,
        boolean contested,
        boolean preferences) {

    private static final int MOST_SERVERS = 7;

    /**
     * In every sixth aimed world leases are contested: whoever reads by them is always there, the clocks differ as much
     * as they may, and elections follow fast on a leader's silence.
     */
    static Faults drawn(SplittableRandom random, Profile profile) {
        return new Faults(
                random.nextInt(4) == 0 ? 5 : 3,
                weather(random),
                Duration.ofMillis(random.nextBoolean() ? 0 : 1L << random.nextInt(6)),
                Duration.ofMillis(random.nextInt(4) == 0 ? 1L << random.nextInt(4) : 0),
                tuning(random, profile),
                troubles(random, profile),
                random.nextInt(2) == 0,
                random.nextInt(8) == 0,
                random.nextBoolean(),
                random.nextBoolean(),
                random.nextInt(3) == 0,
                profile.isAimed() && (random.nextInt(6) == 0 || profile == Profile.LEASES),
                profile.isAimed() && random.nextInt(4) == 0);
    }

    /** Three of four clusters take snapshots, most of them of a few entries each. */
    private static Tuning tuning(SplittableRandom random, Profile profile) {
        boolean tight = random.nextBoolean();
        boolean loose = profile.isAimed() && random.nextInt(3) == 0;
        Tuning tuning = loose ? Tuning.LOOSE : tight ? Tuning.TIGHT : Tuning.ORDINARY;
        if (random.nextInt(4) == 0 && profile != Profile.SNAPSHOTS) {
            return tuning;
        }
        return tuning.withSnapshots(new Settings.Snapshots(
                1L << random.nextInt(10, 20),
                random.nextInt(10, 300),
                random.nextInt(3) * 4096L,
                1 + random.nextInt(40),
                1 + random.nextInt(3),
                profile.isAimed() && random.nextInt(4) == 0 ? 64 * 1024 : 1 << random.nextInt(6, 12),
                1 + random.nextInt(4),
                Duration.ofMillis(200),
                Long.MAX_VALUE));
    }

    /** Damage takes a server out for good, which may be one too many when others leave: never both in one run. */
    private static List<Trouble> troubles(SplittableRandom random, Profile profile) {
        List<Trouble> drawn = new ArrayList<>(Arrays.stream(Trouble.values())
                .filter(trouble -> profile.isAimed() || !trouble.isAimed())
                .filter(trouble -> random.nextInt(5) < 2 && profile.allows(trouble))
                .toList());
        List<Trouble> ofMembers = List.of(Trouble.REFORM, Trouble.LOST_DISK);
        if (drawn.contains(Trouble.BIT_FLIP) && !Collections.disjoint(drawn, ofMembers)) {
            drawn.removeAll(random.nextInt(4) == 0 ? ofMembers : List.of(Trouble.BIT_FLIP));
        }
        return List.copyOf(drawn);
    }

    /** Servers that are not members from the beginning, if any may become one. */
    List<NodeId> spares() {
        List<NodeId> spares = new ArrayList<>();
        for (int i = servers + 1; i <= MOST_SERVERS && troubles.contains(Trouble.REFORM); i++) {
            spares.add(NodeId.of("S" + i));
        }
        return spares;
    }

    /** The same without some of it. */
    Faults without(Set<Calm> calm) {
        return new Faults(
                servers,
                weather.without(calm),
                calm.contains(Calm.SLOW_DISKS) ? Duration.ZERO : slowestSync,
                calm.contains(Calm.SLOW_MACHINES) ? Duration.ZERO : slowestApply,
                tuning,
                troubles,
                drifting && !calm.contains(Calm.DRIFT),
                largeCommands && !calm.contains(Calm.LARGE_COMMANDS),
                patrons && !calm.contains(Calm.PATRONS),
                freezing,
                watched && !calm.contains(Calm.ONLOOKER),
                contested && !calm.contains(Calm.CONTESTED_LEASES),
                preferences && !calm.contains(Calm.PREFERENCES));
    }

    private static Weather weather(SplittableRandom random) {
        double loss = random.nextBoolean() ? 0 : random.nextDouble(0.15);
        double duplication = random.nextBoolean() ? 0 : random.nextDouble(0.2);
        Duration jitter = Duration.ofMillis(1 + random.nextInt(15));
        double stragglers = random.nextBoolean() ? 0 : 0.03;
        return new Weather(loss, duplication, Duration.ofMillis(1), jitter, stragglers, Duration.ofMillis(400));
    }

    List<NodeId> ids() {
        List<NodeId> ids = new ArrayList<>();
        for (int i = 1; i <= servers; i++) {
            ids.add(NodeId.of("S" + i));
        }
        return ids;
    }
}
