package io.balsa.sim;

import io.balsa.Consistency;
import io.balsa.model.Configuration;
import io.balsa.model.EntryId;
import io.balsa.model.NodeId;
import io.balsa.protocol.ClientRequest;
import io.balsa.protocol.reply.ClientReply;
import io.balsa.role.Observer.Inspection;
import io.balsa.sim.World.Tuning;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A cluster of unchanged servers in one thread and virtual time, and the words to direct it with. Each verb runs the
 * cluster just as far as it says; in between no time passes. What must always hold is checked after every event.
 *
 * <p>A play is its seed and its verbs, and is the same each time.
 */
public final class Cluster {
    public static final NodeId S1 = NodeId.of("S1");
    public static final NodeId S2 = NodeId.of("S2");
    public static final NodeId S3 = NodeId.of("S3");
    public static final NodeId S4 = NodeId.of("S4");
    public static final NodeId S5 = NodeId.of("S5");

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final World world;
    private final Map<NodeId, Server> servers = new TreeMap<>();
    private final Properties properties;
    private final Promises promises;
    private final Sight sight;
    private final Stage stage = new Stage();
    private final SimClient client;
    private final Roster roster;
    private final Map<Long, ClientReply> answers = new TreeMap<>();
    private final Map<String, Long> places = new TreeMap<>();

    private Cluster(World world, Collection<NodeId> ids, Collection<NodeId> spares) {
        this.world = world;
        Configuration configuration = World.configuration(ids);
        Set<NodeId> all = new TreeSet<>(ids);
        all.addAll(spares);
        this.properties = new Properties(configuration, all);
        this.promises = new Promises(servers::get, properties);
        Server.Cast cast = new Server.Cast(servers::get, properties);
        ids.forEach(id -> servers.put(id, new Server(world, id, configuration, cast)));
        spares.forEach(id -> servers.put(id, new Server(world, id, configuration, cast).spare()));
        this.sight = new Sight(world, servers, properties);
        this.client = new SimClient("client", world, servers.keySet(), reply -> answers.put(reply.request(), reply));
        world.play().cast(id -> Optional.ofNullable(servers.get(id)).map(Server::view));
        this.roster = new Roster(this, new Operator(world, servers.keySet()));
        world.network().rule(stage);
        world.network().alsoTap(parcel -> world.play().leaves(parcel));
        world.network().alsoTap(promises);
        world.network().alsoTap(new Offices(servers::get, properties));
        world.runtime().afterEvery(() -> properties.check(world.runtime().lastHost(), servers.values()));
    }

    /** A cluster of these servers, all started, nobody elected yet. */
    public static Cluster of(NodeId... ids) {
        return seeded(1, ids);
    }

    /** As {@link #of(NodeId...)}, with another course of random choices. */
    public static Cluster seeded(long seed, NodeId... ids) {
        return in(World.of(seed, Tuning.ORDINARY), Arrays.asList(ids), List.of())
                .boot();
    }

    /** A cluster whose servers have not been started, so that their disks can be laid out first. */
    public static Cluster stopped(NodeId... ids) {
        return in(World.of(1, Tuning.ORDINARY), Arrays.asList(ids), List.of());
    }

    /** As {@link #of}, with more servers that are not started before they join. */
    public static Cluster withSpares(List<NodeId> ids, NodeId... spares) {
        return in(World.of(1, Tuning.ORDINARY), ids, Arrays.asList(spares)).boot();
    }

    /** With more servers that are not started before they join. */
    static Cluster in(World world, Collection<NodeId> ids, Collection<NodeId> spares) {
        return new Cluster(world, ids, spares);
    }

    /** What an operator does about the members. */
    public Roster members() {
        return roster;
    }

    Sight sight() {
        return sight;
    }

    /** Lays out a stopped server's disk: its current term, and a log whose entries have these terms. */
    public Cluster log(NodeId id, long currentTerm, long... terms) {
        servers.get(id).layOut(currentTerm, Solo.entries(EntryId.NONE, terms));
        return this;
    }

    World world() {
        return world;
    }

    Properties properties() {
        return properties;
    }

    Promises promises() {
        return promises;
    }

    Server server(NodeId id) {
        return servers.get(id);
    }

    Collection<NodeId> ids() {
        return servers.keySet();
    }

    Collection<Server> servers() {
        return servers.values();
    }

    /** Starts all servers that do not run. */
    public Cluster boot() {
        servers.values().stream().filter(server -> !server.isUp()).forEach(Server::boot);
        world.runtime().drain();
        return this;
    }

    /**
     * Lets this server's election timer be the one that goes off, until it leads and all that can hear it follow it.
     * New entries of its log, the no-op first, stay with it until a later verb says whom they reach.
     */
    public Cluster elect(NodeId id) {
        stage.only(id);
        servers.keySet().forEach(peer -> stage.reach(new Route(id, peer), sight.lastCommon(id, peer)));
        until(() -> sight.leads(id), id + " is elected");
        long term = inspect(id).currentTerm();
        until(() -> sight.followers(id, term).containsAll(sight.reachable(id)), "all follow " + id);
        stage.anyone();
        return this;
    }

    /** Hands a command to the leader, which takes it into its log and onto its disk. */
    public Cluster submit(String word) {
        submitTo(leader(), word);
        NodeId leader = leader();
        world.runtime().runFor(Duration.ofMillis(2));
        until(() -> inspect(leader).durable().equals(inspect(leader).last()), leader + " has \"" + word + "\" on disk");
        places.put(word, inspect(leader).last().index());
        return this;
    }

    /** Hands a command to any server; the number under which it is answered. */
    public long submitTo(NodeId server, String word) {
        long request = client.nextRequest();
        byte[][] commands = {word.getBytes(StandardCharsets.UTF_8)};
        client.send(
                servers.get(server), to -> new ClientRequest.Submit(SimClient.TARGET, request, to, 0, 0, 0, commands));
        return request;
    }

    /** Sends a query to any server; the number under which it is answered. */
    public long query(NodeId server, Consistency consistency, Duration... maxAge) {
        long request = client.nextRequest();
        long age = maxAge.length == 0 ? ClientRequest.Query.ANY_AGE : maxAge[0].toMillis();
        client.send(
                servers.get(server),
                to -> new ClientRequest.Query(SimClient.TARGET, request, to, consistency, age, new byte[1][0]));
        return request;
    }

    /** A new session, opened through the leader. */
    public long openSession() {
        long request = client.nextRequest();
        client.send(servers.get(leader()), to -> new ClientRequest.OpenSession(SimClient.TARGET, request, to));
        return ((ClientReply.SessionOpened) awaitAnswer(request)).session();
    }

    /** Has the leader execute the command of a session that has this serial number. */
    public ClientReply.Submitted submitAs(long session, long sequence, String word) {
        long request = client.nextRequest();
        byte[][] commands = {word.getBytes(StandardCharsets.UTF_8)};
        client.send(
                servers.get(leader()),
                to -> new ClientRequest.Submit(SimClient.TARGET, request, to, session, sequence, 0, commands));
        return (ClientReply.Submitted) awaitAnswer(request);
    }

    /** Hears every message of this kind that any server sends from now on. */
    public <T> Cluster onEach(Class<T> kind, Consumer<T> listener) {
        world.network().alsoTap(parcel -> {
            if (kind.isInstance(parcel.message())) {
                listener.accept(kind.cast(parcel.message()));
            }
        });
        return this;
    }

    /** What a request was answered, so far. */
    public Optional<ClientReply> answer(long request) {
        return Optional.ofNullable(answers.get(request));
    }

    /** Runs until the request is answered. */
    public ClientReply awaitAnswer(long request) {
        until(() -> answers.containsKey(request), "request " + request + " is answered");
        return answers.get(request);
    }

    /** The leader's log so far gets to these servers, onto their disks and no further. */
    public Cluster reachesOnly(NodeId... ids) {
        NodeId leader = leader();
        long last = inspect(leader).last().index();
        for (NodeId id : ids) {
            stage.reach(new Route(leader, id), last);
        }
        for (NodeId id : ids) {
            until(() -> sight.holdsAsFarAs(leader, id, last), id + " holds entry " + last);
        }
        return acknowledge();
    }

    /** The leader's newest entries stay with it. */
    public Cluster reachesNobody() {
        return acknowledge();
    }

    /** The leader's log up to this command gets to a server, onto its disk and no further. */
    public Cluster getsTo(NodeId id, String word) {
        NodeId leader = leader();
        long index = places.get(word);
        stage.reach(new Route(leader, id), index);
        until(() -> sight.holdsAsFarAs(leader, id, index), id + " holds \"" + word + "\"");
        return acknowledge();
    }

    /** Time for what was stored to be acknowledged. */
    private Cluster acknowledge() {
        return runFor(Duration.ofMillis(60));
    }

    /** Everything gets everywhere again, until all servers that run have the same log, committed and applied. */
    public Cluster settle() {
        stage.free();
        stage.anyone();
        until(sight::isSettled, "all logs are equal");
        return this;
    }

    /** Kills these processes ({@code kill -9}). */
    public Cluster crash(NodeId... ids) {
        for (NodeId id : ids) {
            servers.get(id).crashProcess();
            stage.free(id);
        }
        world.runtime().drain();
        return this;
    }

    /** Cuts the power of these servers: what they had not synced is lost, or not. */
    public Cluster crashPower(NodeId... ids) {
        for (NodeId id : ids) {
            servers.get(id).crashPower(world.random());
            stage.free(id);
        }
        world.runtime().drain();
        return this;
    }

    /** Starts crashed servers again, on their disks. */
    public Cluster restart(NodeId... ids) {
        for (NodeId id : ids) {
            servers.get(id).boot();
        }
        world.runtime().drain();
        return this;
    }

    /** Stops the process for a while, as SIGSTOP does. */
    public Cluster pause(NodeId id, Duration span) {
        servers.get(id).pauseFor(span.toNanos());
        return this;
    }

    /** These servers and the rest hear each other no longer. */
    public Cluster partition(NodeId... side) {
        Set<NodeId> one = new TreeSet<>(Arrays.asList(side));
        for (NodeId a : one) {
            servers.keySet().stream().filter(b -> !one.contains(b)).forEach(b -> world.network()
                    .cutBoth(a, b));
        }
        return this;
    }

    /** The first is no longer heard by the second; the other way it is. */
    public Cluster silence(NodeId from, NodeId to) {
        world.network().cut(new Route(from, to));
        return this;
    }

    public Cluster heal() {
        world.network().heal();
        return this;
    }

    public Cluster runFor(Duration span) {
        world.runtime().runFor(span);
        return this;
    }

    /** Runs until one server leads a majority. */
    public NodeId awaitLeader() {
        until(sight::hasLeader, "there is a leader");
        return sight.establishedLeader().orElseThrow();
    }

    /** Runs until the condition holds; fails when it does not within half a minute of virtual time. */
    public Cluster until(BooleanSupplier condition, String what) {
        if (!world.runtime().runUntil(condition, PATIENCE)) {
            throw new AssertionError("waited in vain until " + what + "; " + this + "\n" + world.play());
        }
        return this;
    }

    public Expectation expect(NodeId id) {
        world.runtime().drain();
        return new Expectation(this, servers.get(id));
    }

    /** The one that leads in the newest term. */
    public NodeId leader() {
        return sight.leader();
    }

    /** Virtual time since the play began. */
    public Duration now() {
        return Duration.ofNanos(world.runtime().nanos());
    }

    /** Deliveries, timers and disk completions since the play began. */
    public long events() {
        return world.runtime().events();
    }

    /** Syncs of all disks since the play began. */
    public long syncs() {
        return servers.values().stream()
                .mapToLong(server -> server.drive().syncs())
                .sum();
    }

    public long lastIndex(NodeId id) {
        return inspect(id).last().index();
    }

    public static String address(NodeId id) {
        return World.address(id);
    }

    public String roleOf(NodeId id) {
        return inspect(id).role();
    }

    public long term(NodeId id) {
        return inspect(id).currentTerm();
    }

    private Inspection inspect(NodeId id) {
        return sight.inspect(id);
    }

    @Override
    public String toString() {
        return sight.toString();
    }
}
