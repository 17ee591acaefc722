package io.balsa.sim;

import io.balsa.model.Configuration;
import io.balsa.model.NodeId;
import io.balsa.sim.Plan.Strike;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** Carries out what a {@link Plan} has in store, until the trouble is over. */
final class Strikes {
    private static final Weather CLOGGED =
            new Weather(0, 0, Duration.ofMillis(500), Duration.ofMillis(2000), 0, Duration.ZERO);

    /** So many milliseconds, and some more than an election takes at least. */
    private static final int SLOWEST_ANSWER = 400;

    private final World world;
    private final Cluster cluster;
    private final Plan plan;
    private final Crowd crowd;
    private final Tally tally;
    private final Reforms reforms;
    private SplittableRandom random = new SplittableRandom(0);
    private final Schedule schedule;
    private final Ambush ambush;

    Strikes(Cluster cluster, Plan plan, Crowd crowd, Tally tally) {
        this.world = cluster.world();
        this.cluster = cluster;
        this.plan = plan;
        this.crowd = crowd;
        this.tally = tally;
        this.reforms = new Reforms(cluster);
        this.schedule = new Schedule(world);
        this.ambush = new Ambush(cluster, schedule, crowd, plan.faults().weather());
    }

    /** From now on, what the plan says happens at its times. */
    void begin() {
        for (Strike strike : plan.strikes()) {
            world.runtime().after(strike.at().toNanos(), () -> carryOut(strike));
        }
    }

    /** The trouble ends: all routes carry, disks and machines are quick, all servers run. */
    void end() {
        schedule.end();
        world.network().heal();
        world.network().weather(Weather.CALM);
        world.slowDisks(Duration.ZERO);
        world.slowMachines(Duration.ZERO);
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

    private void carryOut(Strike strike) {
        random = new SplittableRandom(strike.seed());
        Server victim = cluster.server(anyone());
        boolean ofClients = strike.trouble() == Trouble.OVERLOAD || strike.trouble() == Trouble.CLIENT_DIES;
        if (schedule.isOver() || ambush.isUndisturbed() || (!victim.isUp() && !ofClients)) {
            return;
        }
        tally.add(strike.trouble().name(), 1);
        note("strike " + strike.number());
        strike(strike.trouble(), victim);
    }

    private void strike(Trouble trouble, Server victim) {
        switch (trouble) {
            case PARTITION -> partition();
            case ONE_WAY -> silence(new Route(victim.id(), anyone()));
            case BRIDGE -> bridge(victim.id());
            case FLAPPING -> flap(new Route(victim.id(), anyone()), 4 + random.nextInt(8));
            case CLOG -> clog(new Route(victim.id(), anyone()));
            case COUP -> coup();
            case CRASH, POWER_CUT -> crash(victim, trouble == Trouble.POWER_CUT);
            case PAUSE ->
                victim.pauseFor(Duration.ofMillis(10 + random.nextInt(2000)).toNanos());
            case FULL_DISK -> fill(victim);
            case FAILED_SYNC -> breakDisk(victim, "sync", victim.drive()::failNextSync);
            case FAILED_WRITE -> breakDisk(victim, "write", victim.drive()::failNextWrite);
            case FAILED_READ -> breakDisk(victim, "read", victim.drive()::failNextRead);
            case NO_SPACE -> breakDisk(victim, "write (no space)", victim.drive()::fillBeforeNextWrite);
            case HANGING_SYNC -> hang(victim);
            case BIT_FLIP -> flip(victim);
            case TRANSFER -> transfer();
            case SNAPSHOT -> snapshot(victim);
            case OVERLOAD -> crowd.flood(random);
            case CLIENT_DIES -> crowd.oneDies(random);
            case REFORM -> reform();
            case LOST_DISK -> note(reforms.loseDisk(random));
            default -> ambush.lay(trouble, victim, random);
        }
    }

    /** Now and then those who lose their vote are cut off as soon as anybody goes by the joint configuration. */
    private void reform() {
        note(reforms.change(random));
        if (random.nextInt(3) == 0) {
            SplittableRandom own = random.split();
            schedule.when(() -> joint().isPresent(), own, 400, () -> divide(joint().orElseThrow(), own));
        }
    }

    private Optional<Configuration> joint() {
        return cluster.servers().stream()
                .map(server -> cluster.members().seenBy(server.id()))
                .filter(Configuration::isJoint)
                .findFirst();
    }

    private void divide(Configuration joint, SplittableRandom own) {
        random = own;
        NodeId[] side = joint.outgoing().stream()
                .filter(id -> !joint.voters().contains(id))
                .toArray(NodeId[]::new);
        note("partition " + List.of(side) + " in " + joint);
        cluster.partition(side);
        later(800, 2500, this::heal);
    }

    Reforms reforms() {
        return reforms;
    }

    private void partition() {
        NodeId[] side = ids().stream().filter(id -> random.nextBoolean()).toArray(NodeId[]::new);
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
        later(200, 3000, () -> {
            boolean waits = server.foundNoRoom();
            server.disk().full(false);
            if (waits) {
                restart(server);
            }
        });
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

    /** A bit turns over on the disk of a minority; the server must notice before anybody else does. */
    private void flip(Server server) {
        long struck = cluster.servers().stream().filter(Server::isRotten).count();
        if (2 * (struck + 1) < cluster.servers().size() && !server.isRotten()) {
            server.crashProcess();
            note("bit rot on " + server.id() + ": " + server.rot(random));
            later(1, 1500, () -> restart(server));
        }
    }

    private void transfer() {
        NodeId heir = anyone();
        cluster.servers().forEach(server -> cluster.members().operator().transfer(server, Optional.of(heir)));
        note("the leader is asked to hand over to " + heir);
        if (random.nextInt(3) == 0) {
            later(1, 40, this::deafen);
        }
    }

    /** Whoever leads is heard, and hears nobody: not of who comes after it either. */
    private void deafen() {
        note(leading() + " is deaf");
        toLeaders().forEach(world.network()::cut);
        later(200, 1500, this::heal);
    }

    /** What the others say takes longer to come to the leader; then they no longer hear it. */
    private void coup() {
        Duration delay = Duration.ofMillis(random.nextBoolean() ? 1 : 1 + random.nextInt(SLOWEST_ANSWER));
        Weather slow = new Weather(0, 0, delay, Duration.ofMillis(2), 0, Duration.ZERO);
        note("it takes " + delay.toMillis() + " ms to " + leading() + ", who will not be heard");
        List<Route> slowed = toLeaders();
        slowed.forEach(route -> world.network().weather(route, slow));
        boolean bothWays = random.nextBoolean();
        later(1, SLOWEST_ANSWER, () -> {
            note(slowed + " is cut, " + (bothWays ? "both ways" : "the other way"));
            slowed.stream().filter(route -> bothWays).forEach(world.network()::cut);
            slowed.forEach(route -> world.network().cut(route.back()));
        });
        later(SLOWEST_ANSWER + 300, SLOWEST_ANSWER + 1500, () -> {
            slowed.forEach(route -> world.network().weather(route, plan.faults().weather()));
            heal();
        });
    }

    private List<NodeId> leading() {
        return ids().stream()
                .filter(id -> cluster.properties().mirror(id).isLeading())
                .toList();
    }

    private List<Route> toLeaders() {
        return leading().stream()
                .flatMap(leader ->
                        ids().stream().filter(other -> !other.equals(leader)).map(other -> new Route(other, leader)))
                .toList();
    }

    private void snapshot(Server server) {
        note(server.id() + " is asked for a snapshot");
        cluster.members().operator().snapshot(server);
    }

    /** The bridge is heard by all, and those on its two sides by it alone. */
    private void bridge(NodeId bridge) {
        NodeId[] side = ids().stream()
                .filter(id -> !id.equals(bridge) && random.nextBoolean())
                .toArray(NodeId[]::new);
        note(bridge + " is the bridge between " + List.of(side) + " and the others");
        for (NodeId one : side) {
            ids().stream()
                    .filter(id -> !id.equals(bridge) && !List.of(side).contains(id))
                    .forEach(other -> world.network().cutBoth(one, other));
        }
        later(300, 3000, this::heal);
    }

    private void flap(Route route, int times) {
        world.network().cut(route);
        world.network().cut(route.back());
        note(route + " is cut both ways, " + times + " more times");
        SplittableRandom own = random;
        later(20, 250, () -> {
            heal();
            if (times > 0) {
                random = own;
                later(20, 250, () -> flap(route, times - 1));
            }
        });
    }

    private void clog(Route route) {
        note(route + " is clogged");
        world.network().weather(route, CLOGGED);
        later(200, 2500, () -> world.network().weather(route, plan.faults().weather()));
    }

    /** Kills one server, now and then some or all of them at once. */
    private void crash(Server victim, boolean power) {
        int how = random.nextInt(8);
        Stream<Server> some = cluster.servers().stream().filter(server -> random.nextBoolean());
        for (Server server : how == 0 ? cluster.servers() : how == 1 ? some.toList() : List.of(victim)) {
            crashOne(server, power);
        }
    }

    private void crashOne(Server server, boolean power) {
        if (!server.isUp() || random.nextBoolean()) {
            goDown(server, power);
            return;
        }
        SplittableRandom own = random.split();
        Runnable crash = () -> {
            if (!schedule.isOver()) {
                random = own;
                goDown(server, power);
            }
        };
        switch (random.nextInt(8)) {
            case 0 -> {
                note(server.id() + " will go down while it overwrites something");
                server.drive().dieAtOverwrite(crash);
            }
            case 1, 2, 3 -> {
                note(server.id() + " will go down between two syncs");
                server.drive().dieAtSync(1 + random.nextInt(6), crash);
            }
            default -> {
                note(server.id() + " will go down in the middle of a sync");
                server.drive().interruptNextSync(crash);
            }
        }
    }

    private void goDown(Server server, boolean power) {
        boolean powerGoesToo =
                random.nextInt(4) == 0 && plan.faults().troubles().contains(Trouble.POWER_CUT);
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

    private List<NodeId> ids() {
        return cluster.servers().stream()
                .filter(server -> !server.isSpare())
                .map(Server::id)
                .toList();
    }

    private NodeId anyone() {
        return ids().get(random.nextInt(ids().size()));
    }

    private void later(int fromMillis, int toMillis, Runnable action) {
        schedule.later(random, fromMillis, toMillis, action);
    }

    private void note(String what) {
        world.play().note(() -> what);
    }
}
