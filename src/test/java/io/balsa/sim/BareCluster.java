package io.balsa.sim;

import com.sun.management.ThreadMXBean;
import io.balsa.client.Inbox;
import io.balsa.client.RaftClient;
import io.balsa.config.ClientSettings;
import io.balsa.config.Settings;
import io.balsa.machine.NoState;
import io.balsa.model.Configuration;
import io.balsa.model.NodeId;
import io.balsa.protocol.RaftMessage;
import io.balsa.protocol.link.Link;
import io.balsa.role.Environment;
import io.balsa.role.NodeView;
import io.balsa.role.RaftNode;
import io.balsa.sim.SimDisk.Operation;
import io.balsa.sim.SimNetwork.Parcel;
import io.balsa.sim.World.Tuning;
import io.balsa.trace.Trace;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;

/**
 * Three unchanged servers and a client of theirs in one thread and virtual time, with nothing around them that checks
 * or remembers: what is left is their own work, and can be counted.
 */
final class BareCluster {
    private static final NodeId CLIENT = NodeId.of("client");
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration SYNC = Duration.ofMillis(1);
    private static final Tuning TUNING =
            new Tuning(8 * 1024 * 1024, 64 * 1024, 60 * 1024, 8, 1024 * 1024, 100, 16, Tuning.ORDINARY.snapshots());
    private static final ClientSettings SETTINGS =
            new ClientSettings(Duration.ofSeconds(5), 8, 1024 * 1024, World.LARGEST_COMMAND, 64, false);

    private final World world = World.of(1, TUNING);
    private final Configuration configuration = World.configuration(List.of(Cluster.S1, Cluster.S2, Cluster.S3));
    private final TreeMap<NodeId, Bare> servers = new TreeMap<>();
    private final Inbox inbox = new Inbox(SETTINGS, () -> world.runtime().nanos());
    private long answered;
    private long failed;

    /** One server: its process, its disk and where it is reached. */
    private static final class Bare {
        private final SimDisk disk = new SimDisk();
        private final NodeView view = new NodeView();
        private ActorRef<RaftMessage> ref;
    }

    /** The servers have elected a leader, and the client has a session with it. */
    BareCluster() {
        configuration.members().keySet().forEach(this::boot);
        world.system().boot(CLIENT.name(), this::client, ref -> {});
        until(() -> servers.values().stream().anyMatch(server -> server.view.isLeader()));
        run(1, 1);
    }

    /**
     * Has commands of 100 bytes carried out.
     *
     * @param inFlight so many at a time
     * @return what one of them has cost all servers and the client together
     */
    Cost run(int commands, int inFlight) {
        Cost.Sum before = sum();
        long end = answered + commands;
        for (int loop = 0; loop < inFlight; loop++) {
            submit(end - inFlight);
        }
        until(() -> answered == end);
        return sum().since(before).per(commands);
    }

    private void submit(long lastToFollow) {
        inbox.submit(new byte[100]).whenComplete((applied, failure) -> {
            answered++;
            failed += failure == null ? 0 : 1;
            if (answered <= lastToFollow) {
                submit(lastToFollow);
            }
        });
    }

    private void until(BooleanSupplier condition) {
        boolean held = world.runtime().runUntil(condition, PATIENCE);
        if (!held || failed > 0) {
            throw new AssertionError("answered " + answered + ", of which failed " + failed);
        }
    }

    private Cost.Sum sum() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return new Cost.Sum(
                threads.getThreadAllocatedBytes(Thread.currentThread().getId()),
                world.runtime().events(),
                world.network().traffic().sent,
                count(Operation.WRITE),
                count(Operation.FORCE));
    }

    private long count(Operation operation) {
        return servers.values().stream()
                .mapToLong(server -> server.disk.count(operation))
                .sum();
    }

    private void boot(NodeId id) {
        Bare server = new Bare();
        servers.put(id, server);
        server.disk.onForce(() -> world.runtime().stall(SYNC.toNanos()));
        world.system().boot(id.name(), host -> node(id, host), ref -> server.ref = ref);
    }

    private Behavior<RaftMessage> node(NodeId id, Host host) {
        Settings settings = world.settings(id, configuration, false);
        return RaftNode.create(new Environment(
                settings,
                servers.get(id).disk,
                (peer, address, context) -> link(host, id, peer),
                () -> world.runtime().nanos(),
                new SplittableRandom(id.name().hashCode()),
                new NoState(),
                servers.get(id).view,
                inspection -> {},
                Trace.NONE));
    }

    private Behavior<RaftClient.Command> client(Host host) {
        List<String> addresses = List.copyOf(configuration.members().values());
        RaftClient.Setup setup = new RaftClient.Setup(
                SimClient.TARGET,
                addresses,
                SETTINGS,
                () -> world.runtime().nanos(),
                (address, context) -> link(host, CLIENT, idAt(address)),
                0);
        return RaftClient.create(setup, inbox);
    }

    private NodeId idAt(String address) {
        return configuration.members().keySet().stream()
                .filter(id -> World.address(id).equals(address))
                .findFirst()
                .orElseThrow();
    }

    private Link link(Host from, NodeId sender, NodeId receiver) {
        Route route = new Route(sender, receiver);
        return message -> world.network().send(from, new Parcel(route, message, true), arrived -> servers.get(receiver)
                .ref
                .tell((RaftMessage) arrived));
    }
}
