package io.balsa.sim;

import io.balsa.machine.Applier;
import io.balsa.model.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
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
    private static final double DRIFT = 0.1;
    private static final Weather CLOGGED =
            new Weather(0, 0, Duration.ofMillis(500), Duration.ofMillis(2000), 0, Duration.ZERO);

    private final World world;
    private final Cluster cluster;
    private final Faults faults;
    private final SplittableRandom random;
    private final History history = new History();
    private final List<Caller> callers = new ArrayList<>();
    private final Tally tally = new Tally();
    private boolean over;

    private Chaos(long seed, Profile profile) {
        Arrays.stream(Trouble.values()).forEach(kind -> tally.add(kind.name(), 0));
        faults = Faults.drawn(new SplittableRandom(seed), profile);
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
    static Outcome run(long seed, Profile profile) {
        Chaos chaos = new Chaos(seed, profile);
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
        world.driftingClocks(faults.drifting() ? DRIFT : 0);
        cluster.boot();
        callers.forEach(Caller::start);
        if (faults.largeCommands()) {
            callers.forEach(Caller::sendLarge);
        }
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
        for (Server server : cluster.servers()) {
            if (server.drive().hasFailed()) {
                server.crashProcess();
            }
            server.resume();
            server.drive().repair();
            server.disk().full(false);
        }
        cluster.boot();
        note("calm");
    }

    private void strike() {
        List<Trouble> troubles = faults.troubles();
        if (!troubles.isEmpty()) {
            strike(troubles.get(random.nextInt(troubles.size())));
        }
        later(50, 900, this::strike);
    }

    private void strike(Trouble trouble) {
        Server victim = cluster.server(anyone());
        if (!victim.isUp()) {
            return;
        }
        tally.add(trouble.name(), 1);
        switch (trouble) {
            case PARTITION -> partition();
            case ONE_WAY -> silence(new Route(victim.id(), anyone()));
            case BRIDGE -> bridge(victim.id());
            case FLAPPING -> flap(new Route(victim.id(), anyone()), 4 + random.nextInt(8));
            case CLOG -> clog(new Route(victim.id(), anyone()));
            case CRASH, POWER_CUT -> crash(victim, trouble == Trouble.POWER_CUT);
            case PAUSE ->
                victim.pauseFor(Duration.ofMillis(10 + random.nextInt(2000)).toNanos());
            case FULL_DISK -> fill(victim);
            case FAILED_SYNC -> breakDisk(victim, "sync", victim.drive()::failNextSync);
            case FAILED_WRITE -> breakDisk(victim, "write", victim.drive()::failNextWrite);
            case HANGING_SYNC -> hang(victim);
        }
    }

    private void partition() {
        NodeId[] side = faults.ids().stream().filter(id -> random.nextBoolean()).toArray(NodeId[]::new);
        note("partition " + List.of(side));
        cluster.partition(side);
        later(200, 2500, this::heal);
    }

    private void silence(Route route) {
        note(route + " is cut");
        world.network().cut(route);
        later(200, 2500, this::heal);
    }

    private void heal() {
        note("heal");
        world.network().heal();
    }

    private void fill(Server server) {
        note(server.id() + " has a full disk");
        server.disk().full(true);
        later(200, 3000, () -> server.disk().full(false));
    }

    private void breakDisk(Server server, String what, Runnable fault) {
        note("the next " + what + " of " + server.id() + " fails");
        fault.run();
        later(500, 3000, () -> restart(server));
    }

    private void hang(Server server) {
        long millis = random.nextLong(300, 1800);
        note("the next sync of " + server.id() + " takes " + millis + " ms longer");
        server.drive().hang(Duration.ofMillis(millis).toNanos());
    }

    /** The bridge is heard by all, and those on its two sides by it alone. */
    private void bridge(NodeId bridge) {
        NodeId[] side = faults.ids().stream()
                .filter(id -> !id.equals(bridge) && random.nextBoolean())
                .toArray(NodeId[]::new);
        note(bridge + " is the bridge between " + List.of(side) + " and the others");
        for (NodeId one : side) {
            faults.ids().stream()
                    .filter(id -> !id.equals(bridge) && !List.of(side).contains(id))
                    .forEach(other -> world.network().cutBoth(one, other));
        }
        later(300, 3000, this::heal);
    }

    private void flap(Route route, int times) {
        world.network().cut(route);
        world.network().cut(route.back());
        note(route + " is cut both ways, " + times + " more times");
        later(20, 250, () -> {
            heal();
            if (times > 0) {
                later(20, 250, () -> flap(route, times - 1));
            }
        });
    }

    private void clog(Route route) {
        note(route + " is clogged");
        world.network().weather(route, CLOGGED);
        later(200, 2500, () -> world.network().weather(route, faults.weather()));
    }

    /** Kills one server, now and then all of them at once. */
    private void crash(Server victim, boolean power) {
        boolean all = random.nextInt(8) == 0;
        for (Server server : all ? cluster.servers() : List.of(victim)) {
            crashOne(server, power);
        }
    }

    private void crashOne(Server server, boolean power) {
        boolean powerGoesToo = random.nextInt(4) == 0 && faults.troubles().contains(Trouble.POWER_CUT);
        if (!power) {
            server.crashProcess();
        }
        if (power || powerGoesToo) {
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
        judgeHashes();
    }

    /** Also of what no answer shows: the sessions and the replies they keep. */
    private void judgeHashes() {
        List<Applier.Hashed> hashes = new ArrayList<>();
        cluster.servers().forEach(server -> server.askHash(hashes::add));
        await(() -> hashes.size() == faults.servers(), "every server tells its state hash");
        if (new HashSet<>(hashes).size() != 1) {
            throw new Violation("State hashes", "they differ: " + hashes);
        }
        tally.add("hashes", hashes.size());
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

    private void note(String what) {
        world.play().note(() -> what);
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
