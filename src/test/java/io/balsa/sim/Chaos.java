package io.balsa.sim;

import io.balsa.model.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/**
 * One run from one seed: clients work while servers crash, stand still and lose each other; then the trouble ends, and
 * the cluster must come back to life and agree (liveness), with everything it ever acknowledged.
 */
final class Chaos {
    private static final Duration TROUBLE = Duration.ofSeconds(12);
    private static final Duration TEN_ELECTION_TIMEOUTS = Duration.ofSeconds(6);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final World world;
    private final Cluster cluster;
    private final Faults faults;
    private final SplittableRandom random;
    private final History history = new History();
    private final List<Caller> callers = new ArrayList<>();
    private final Tally tally = new Tally();
    private boolean over;

    private Chaos(long seed) {
        List.of("partitions", "oneWay", "pauses", "crashes", "powerCuts").forEach(kind -> tally.add(kind, 0));
        faults = Faults.drawn(new SplittableRandom(seed));
        world = World.of(seed, faults.tuning());
        random = world.random().split();
        cluster = Cluster.in(world, faults.ids());
        for (int i = 1; i <= 3; i++) {
            callers.add(new Caller("c" + i, cluster, history, true));
        }
        callers.add(new Caller("c4", cluster, history, false));
    }

    /** What one run did, and the hash of all that happened in it. */
    record Outcome(Tally tally, long hash) {}

    /**
     * @throws Violation when anything happened that must not, with the last moments of the run
     */
    static Outcome run(long seed) {
        Chaos chaos = new Chaos(seed);
        try {
            chaos.play();
        } catch (AssertionError failure) {
            throw new Violation("seed " + seed + ", " + chaos.faults + "\n" + chaos.world.play(), failure);
        }
        return new Outcome(chaos.tally, chaos.world.runtime().trace().value());
    }

    private void play() {
        world.network().weather(faults.weather());
        world.slowDisks(faults.slowestSync());
        cluster.boot();
        callers.forEach(Caller::start);
        strike();
        cluster.runFor(TROUBLE);
        calm();
        cluster.runFor(TEN_ELECTION_TIMEOUTS);
        require(cluster.hasLeader(), "a leader within ten election timeouts");
        callers.forEach(Caller::close);
        await(() -> callers.stream().allMatch(Caller::isIdle), "every client gets its answer");
        await(cluster::isSettled, "all logs are equal");
        judge();
        count();
    }

    /** The trouble ends: all routes carry, disks are quick, all servers run. */
    private void calm() {
        over = true;
        world.network().heal();
        world.network().weather(Weather.CALM);
        world.slowDisks(Duration.ZERO);
        cluster.servers().forEach(Server::resume);
        cluster.boot();
        world.play().note(() -> "calm");
    }

    private void strike() {
        if (over) {
            return;
        }
        if (faults.partitions() && random.nextInt(3) == 0) {
            partition();
        } else if (faults.oneWay() && random.nextInt(3) == 0) {
            silence();
        } else if (faults.pauses() && random.nextInt(3) == 0) {
            pause();
        } else if (faults.crashes() && random.nextBoolean()) {
            crash(false);
        } else if (faults.powerCuts()) {
            crash(true);
        }
        later(50, 900, this::strike);
    }

    private void partition() {
        tally.add("partitions", 1);
        NodeId[] side = faults.ids().stream().filter(id -> random.nextBoolean()).toArray(NodeId[]::new);
        world.play().note(() -> "partition " + List.of(side));
        cluster.partition(side);
        later(200, 2500, this::heal);
    }

    private void silence() {
        tally.add("oneWay", 1);
        Route route = new Route(anyone(), anyone());
        world.play().note(() -> route + " is cut");
        world.network().cut(route);
        later(200, 2500, this::heal);
    }

    private void heal() {
        world.play().note(() -> "heal");
        world.network().heal();
    }

    private void pause() {
        tally.add("pauses", 1);
        Server server = cluster.server(anyone());
        if (server.isUp()) {
            server.pauseFor(Duration.ofMillis(10 + random.nextInt(2000)).toNanos());
        }
    }

    /** Kills one server, now and then all of them at once. */
    private void crash(boolean power) {
        NodeId victim = anyone();
        boolean all = random.nextInt(8) == 0;
        for (NodeId id : all ? faults.ids() : List.of(victim)) {
            crash(cluster.server(id), power);
        }
    }

    private void crash(Server server, boolean power) {
        if (!server.isUp()) {
            return;
        }
        tally.add(power ? "powerCuts" : "crashes", 1);
        if (power) {
            server.crashPower(random);
        } else {
            server.crashProcess();
        }
        boolean powerGoesToo = !power && faults.powerCuts() && random.nextInt(4) == 0;
        if (powerGoesToo) {
            server.crashPower(random);
        }
        later(1, 1500, () -> restart(server));
    }

    private void restart(Server server) {
        if (!server.isUp()) {
            server.boot();
        }
    }

    private void judge() {
        List<String> words =
                List.copyOf(cluster.servers().iterator().next().machine().words());
        for (Server server : cluster.servers()) {
            boolean same = server.machine().words().equals(words);
            require(same, server.id() + " has the same state as the others");
        }
        history.judge(words);
    }

    private void count() {
        SimNetwork.Traffic traffic = world.network().traffic();
        tally.add("events", world.runtime().events());
        tally.add("virtualSeconds", cluster.now().toSeconds());
        tally.add("elections", cluster.properties().elections());
        tally.add("votes", cluster.promises().votes());
        tally.add("appendAcks", cluster.promises().acknowledgements());
        tally.add("committed", cluster.properties().ledger().committed().size());
        tally.add("truncated", cluster.properties().truncations());
        tally.add("delivered", traffic.delivered);
        tally.add("lost", traffic.lost);
        tally.add("duplicated", traffic.duplicated);
        tally.add("cut", traffic.cut);
        tally.add("writes", history.acknowledgements());
        tally.add("reads", history.readCount());
        tally.add("refused", history.refusals());
        tally.add("retries", callers.stream().mapToLong(Caller::retries).sum());
    }

    private NodeId anyone() {
        return faults.ids().get(random.nextInt(faults.servers()));
    }

    private void later(int fromMillis, int toMillis, Runnable action) {
        Duration delay = Duration.ofMillis(fromMillis + random.nextInt(toMillis - fromMillis));
        world.runtime().after(delay.toNanos(), () -> {
            if (!over) {
                action.run();
            }
        });
    }

    private void await(BooleanSupplier condition, String what) {
        require(world.runtime().runUntil(condition, PATIENCE), what);
    }

    private void require(boolean holds, String what) {
        if (!holds) {
            throw new Violation("Liveness: " + what, cluster.toString());
        }
    }
}
