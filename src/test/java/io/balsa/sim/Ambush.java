package io.balsa.sim;

import io.balsa.model.NodeId;
import io.balsa.protocol.InstallSnapshot;
import io.balsa.sim.SimNetwork.Parcel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Trouble that waits for its moment: what comes at any time hardly ever meets it. */
final class Ambush implements SimNetwork.Tap {
    private static final int LOOKS = 400;
    private static final Duration LONGEST = Duration.ofMillis(2500);
    private static final int SLOWEST_WORD = 400;

    private final Cluster cluster;
    private final World world;
    private final Schedule schedule;
    private final Crowd crowd;
    private final Weather usual;
    private final Map<NodeId, Integer> chunks = new TreeMap<>();
    private final Map<NodeId, Integer> wholes = new TreeMap<>();
    private Duration undisturbedUntil = Duration.ZERO;

    Ambush(Cluster cluster, Schedule schedule, Crowd crowd, Weather usual) {
        this.cluster = cluster;
        this.world = cluster.world();
        this.schedule = schedule;
        this.crowd = crowd;
        this.usual = usual;
        world.network().alsoTap(this);
    }

    @Override
    public void leaves(Parcel parcel) {}

    /** Who has got how many chunks of snapshots. */
    @Override
    public void arrives(Parcel parcel) {
        if (parcel.message() instanceof InstallSnapshot.Request chunk) {
            chunks.merge(parcel.route().to(), 1, Integer::sum);
            wholes.merge(parcel.route().to(), chunk.done() ? 1 : 0, Integer::sum);
        }
    }

    /** Whether nothing else should come now. */
    boolean isUndisturbed() {
        return cluster.now().compareTo(undisturbedUntil) < 0;
    }

    void lay(Trouble trouble, Server victim, SplittableRandom random) {
        if (random.nextInt(4) > 0) {
            undisturbedUntil = cluster.now().plus(LONGEST);
        }
        switch (trouble) {
            case LATECOMER -> latecomer(victim, random);
            case OVERTAKEN -> overtaken(victim, random);
            case UNHEARD -> unheard(victim, random);
            case SCHISM -> schism(random);
            case COMEBACK -> comeback(random);
            default -> throw new AssertionError(trouble + " comes at any time");
        }
    }

    /**
     * One server hears nothing until the others have dropped what it lacks. As soon as it has got some chunks of a
     * snapshot, something befalls it, its disk or the leader that sends.
     */
    private void latecomer(Server late, SplittableRandom random) {
        note(late.id() + " is away, and the others take snapshots");
        others(late.id()).forEach(other -> world.network().cutBoth(late.id(), other));
        leading().forEach(leader -> crowd.flood(cluster.server(leader), random));
        snapshots(others(late.id()), random, 3 + random.nextInt(8));
        schedule.later(random, 400, 2000, () -> {
            world.network().heal();
            int enough = chunks.getOrDefault(late.id(), 0) + 1 + random.nextInt(4);
            note(late.id() + " is back");
            schedule.when(() -> chunks.getOrDefault(late.id(), 0) >= enough, random, LOOKS, () -> meet(late, random));
        });
    }

    private void meet(Server late, SplittableRandom random) {
        note(late.id() + " is in the middle of a snapshot");
        if (random.nextBoolean()) {
            late.drive().hang(Duration.ofMillis(20 + random.nextInt(800)).toNanos());
        }
        if (random.nextBoolean()) {
            snapshots(servers(), random, 4);
        }
        switch (random.nextInt(5)) {
            case 0 -> depose(random);
            case 1 -> {
                depose(random);
                schedule.later(random, 300, 900, () -> depose(random));
            }
            case 2 -> {
                Optional<NodeId> anyone = Optional.empty();
                cluster.servers().forEach(server -> cluster.members().operator().transfer(server, anyone));
                note("the leader is asked to hand over");
            }
            case 3 -> {
                late.crashProcess();
                schedule.later(random, 1, 800, () -> boot(late));
            }
            default -> {}
        }
    }

    /**
     * One server gets a snapshot of what nobody but the leader knows to be committed, and its disk is slow; meanwhile
     * another leads, sends the entries themselves, and is long in hearing that they have arrived.
     */
    private void overtaken(Server late, SplittableRandom random) {
        List<NodeId> rest =
                others(late.id()).stream().filter(id -> !leading().contains(id)).toList();
        List<NodeId> leaders =
                others(late.id()).stream().filter(id -> !rest.contains(id)).toList();
        note(late.id() + " is away, and only " + leaders + " takes snapshots");
        others(late.id()).forEach(other -> world.network().cutBoth(late.id(), other));
        leaders.forEach(leader -> crowd.flood(cluster.server(leader), random));
        snapshots(leaders, random, 3 + random.nextInt(8));
        schedule.later(random, 400, 900, () -> {
            note(leaders + " is heard by nobody");
            leaders.forEach(leader -> rest.forEach(other -> world.network().cut(new Route(leader, other))));
            schedule.later(random, 20, 80, () -> snapshots(leaders, random, 0));
            schedule.later(random, 90, 200, () -> hear(late, leaders, random));
        });
        schedule.later(random, 3000, 4000, () -> {
            world.network().weather(usual);
            heal();
        });
    }

    private void hear(Server late, List<NodeId> leaders, SplittableRandom random) {
        note(leaders + " is heard by " + late.id() + " alone, whose disk is slow");
        leaders.forEach(leader -> world.network().heal(late.id(), leader));
        late.drive().hang(Duration.ofMillis(600 + random.nextInt(1600)).toNanos());
        int whole = wholes.getOrDefault(late.id(), 0);
        schedule.when(() -> wholes.getOrDefault(late.id(), 0) > whole, random, LOOKS, () -> {
            note("nobody hears " + leaders + ", and " + late.id() + " is slow to answer");
            Duration delay = Duration.ofMillis(1 + random.nextInt(SLOWEST_WORD / 2));
            Weather slow = new Weather(0, 0, delay, Duration.ofMillis(2), 0, Duration.ZERO);
            heal();
            others(late.id()).forEach(other -> world.network().weather(new Route(late.id(), other), slow));
            leaders.forEach(
                    leader -> others(leader).forEach(other -> world.network().cutBoth(leader, other)));
        });
    }

    /** Whoever leads ends, or is cut off, for a while. */
    private void depose(SplittableRandom random) {
        boolean crash = random.nextBoolean();
        for (NodeId leader : leading()) {
            if (crash) {
                cluster.server(leader).crashProcess();
                schedule.later(random, 100, 1500, () -> boot(cluster.server(leader)));
            } else {
                note(leader + " is cut off");
                others(leader).forEach(other -> world.network().cutBoth(leader, other));
                schedule.later(random, 300, 1500, this::heal);
            }
        }
    }

    /** Much is sent to one server, which takes it in and compacts it, unheard; then it comes once more. */
    private void unheard(Server follower, SplittableRandom random) {
        List<NodeId> leaders = leading();
        note(follower.id() + " is not heard by " + leaders + ", who says everything twice");
        Weather echoing = new Weather(0, 0.5, Duration.ofMillis(1), Duration.ofMillis(3), 0.5, Duration.ofMillis(300));
        for (NodeId leader : leaders) {
            world.network().cut(new Route(follower.id(), leader));
            world.network().weather(new Route(leader, follower.id()), echoing);
            crowd.flood(cluster.server(leader), random);
        }
        snapshots(List.of(follower.id()), random, 4);
        schedule.later(random, 30, 250, this::heal);
        schedule.later(
                random,
                500,
                900,
                () -> leaders.forEach(leader -> world.network().weather(new Route(leader, follower.id()), usual)));
    }

    /** A leader that nobody hears takes on what will never be committed, and finds the others' log compacted. */
    private void schism(SplittableRandom random) {
        List<NodeId> deposed = leading();
        for (NodeId leader : deposed) {
            note(leader + " is cut off, and goes on taking commands");
            others(leader).forEach(other -> world.network().cutBoth(leader, other));
            crowd.flood(cluster.server(leader), random);
        }
        schedule.when(() -> !deposed.containsAll(leading()), random, LOOKS, () -> {
            List<NodeId> rest =
                    servers().stream().filter(id -> !deposed.contains(id)).toList();
            snapshots(rest, random, 2 + random.nextInt(8));
            schedule.later(random, 50, 1000, () -> {
                heal();
                deposed.stream().filter(id -> random.nextBoolean()).forEach(id -> tear(cluster.server(id), random));
            });
        });
        schedule.later(random, 2000, 3000, this::heal);
    }

    /** Its power goes when it has dropped something, or writes what takes its place; and once more when it is back. */
    private void tear(Server server, SplittableRandom random) {
        int syncs = 1 + random.nextInt(6);
        note(server.id() + " will lose its power at one of its next syncs");
        server.drive().dieAtSync(syncs, () -> {
            if (!schedule.isOver()) {
                server.crashPower(random);
                schedule.later(random, 1, 300, () -> {
                    boot(server);
                    schedule.later(random, 50, 600, () -> {
                        server.crashProcess();
                        boot(server);
                    });
                });
            }
        });
    }

    /**
     * A leader falls silent, and speaks again for a moment when the others are about to elect another, whose words are
     * slow: what they promised the old one must hold.
     */
    private void comeback(SplittableRandom random) {
        List<NodeId> away = leading();
        note(away + " is away for a moment");
        away.forEach(leader -> others(leader).forEach(other -> world.network().cutBoth(leader, other)));
        Duration delay = Duration.ofMillis(1 + random.nextInt(SLOWEST_WORD));
        Weather slow = new Weather(0, 0, delay, Duration.ofMillis(2), 0, Duration.ZERO);
        List<Route> slowed = servers().stream()
                .flatMap(from -> others(from).stream().map(to -> new Route(from, to)))
                .filter(route -> !away.contains(route.from()) && !away.contains(route.to()))
                .filter(route -> random.nextBoolean())
                .toList();
        slowed.forEach(route -> world.network().weather(route, slow));
        schedule.later(random, 200, 800, () -> {
            heal();
            schedule.later(random, 5, 100, () -> {
                note(away + " hears nobody");
                away.forEach(leader ->
                        others(leader).forEach(other -> world.network().cut(new Route(other, leader))));
            });
        });
        schedule.later(random, 1200, 2000, () -> {
            slowed.forEach(route -> world.network().weather(route, usual));
            heal();
        });
    }

    /** These are asked for snapshots, again and again. */
    private void snapshots(List<NodeId> ids, SplittableRandom random, int times) {
        ids.stream().map(cluster::server).filter(Server::isUp).forEach(server -> cluster.members()
                .operator()
                .snapshot(server));
        if (times > 0) {
            schedule.later(random, 20, 250, () -> snapshots(ids, random, times - 1));
        }
    }

    private void boot(Server server) {
        if (!server.isUp()) {
            server.boot();
        }
    }

    private void heal() {
        note("heal");
        world.network().heal();
    }

    private List<NodeId> leading() {
        return servers().stream()
                .filter(id -> cluster.properties().mirror(id).isLeading())
                .toList();
    }

    private List<NodeId> servers() {
        return cluster.servers().stream()
                .filter(server -> !server.isSpare())
                .map(Server::id)
                .toList();
    }

    private List<NodeId> others(NodeId one) {
        return servers().stream().filter(id -> !id.equals(one)).toList();
    }

    private void note(String what) {
        world.play().note(() -> what);
    }
}
