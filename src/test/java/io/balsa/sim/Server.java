package io.balsa.sim;

import io.balsa.config.Settings;
import io.balsa.machine.Applier;
import io.balsa.model.Configuration;
import io.balsa.model.Entries;
import io.balsa.model.NodeId;
import io.balsa.protocol.RaftMessage;
import io.balsa.role.Environment;
import io.balsa.role.NodeView;
import io.balsa.role.Observer.Inspection;
import io.balsa.role.RaftNode;
import io.balsa.storage.Ballot;
import io.balsa.storage.Storage;
import io.balsa.storage.StorageFullException;
import io.balsa.storage.StorageOptions;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** One server over all its incarnations: a disk that stays, and a process that comes and goes. */
final class Server {
    private final World world;
    private final NodeId id;
    private final Configuration bootstrap;
    private final Function<NodeId, Server> others;
    private final Watcher watcher;
    private final SimDisk disk = new SimDisk();
    private final HostDisk.Condition drive = new HostDisk.Condition();
    private Incarnation now = Incarnation.NONE;

    Server(World world, NodeId id, Configuration bootstrap, Cast cast) {
        this.world = world;
        this.id = id;
        this.bootstrap = bootstrap;
        this.others = cast.others();
        this.watcher = cast.watcher();
    }

    /** Who plays with a server: the others, and who watches them all. */
    record Cast(Function<NodeId, Server> others, Watcher watcher) {}

    /** Is told what a server does besides sending messages. */
    interface Watcher {
        void recovered(Server server);

        void applied(Server server, long index, String word);

        void ended(Server server, Optional<Throwable> cause);
    }

    /** One life of the process. */
    private static final class Incarnation {
        private static final Incarnation NONE = new Incarnation();

        private final NodeView view = new NodeView();
        private Host host = Host.NONE;
        private SimMachine machine = new SimMachine((index, word) -> {});
        private Optional<ActorRef<RaftMessage>> ref = Optional.empty();
        private Optional<Inspection> inspection = Optional.empty();
    }

    NodeId id() {
        return id;
    }

    SimDisk disk() {
        return disk;
    }

    boolean isUp() {
        return now != Incarnation.NONE;
    }

    HostDisk.Condition drive() {
        return drive;
    }

    /** What it looks like inside, when it runs and has recovered. */
    Optional<Inspection> inspection() {
        return now.inspection;
    }

    NodeView view() {
        return now.view;
    }

    SimMachine machine() {
        return now.machine;
    }

    /** Fills the empty disk as an earlier life would have left it. */
    void layOut(long currentTerm, Entries log) {
        Settings settings = world.settings(id, bootstrap);
        int segmentBytes = settings.storage().segmentBytes();
        StorageOptions options = new StorageOptions(World.CLUSTER, World.GROUP, id, true, segmentBytes, () -> id.name()
                .hashCode());
        try (Storage storage = Storage.open(disk, options)) {
            storage.ballots().save(new Ballot(currentTerm, Optional.empty(), new TreeMap<>()));
            storage.log().append(storage.log().epoch(), List.of(log));
            storage.log().sync();
        } catch (StorageFullException e) {
            throw new AssertionError("a new disk has room", e);
        }
    }

    /** Starts the process on what the disk holds. */
    void boot() {
        drive.repair();
        Incarnation next = new Incarnation();
        now = next;
        next.host = world.system().boot(id.name(), host -> behavior(next, host), ref -> next.ref = Optional.of(ref));
        next.host.drift(world.nextClockRate());
        next.host.onEnd(cause -> {
            now = Incarnation.NONE;
            disk.crashProcess();
            watcher.ended(this, cause);
        });
        world.play().note(() -> id + " starts");
    }

    /** Ends the process as {@code kill -9} does: what it wrote stays readable, synced or not. */
    void crashProcess() {
        die("killed");
        disk.crashProcess();
    }

    /** Cuts its power: what it had not synced may be gone, whole, in part or in places. */
    void crashPower(SplittableRandom random) {
        die("loses power");
        disk.crashPower(random);
    }

    /** Stops the process (SIGSTOP) for a while. */
    void pauseFor(long nanos) {
        now.host.pauseUntil(world.runtime().nanos() + nanos);
        world.play().note(() -> id + " stands still for " + nanos / 1_000_000 + " ms");
    }

    /** Lets a stopped process go on (SIGCONT). */
    void resume() {
        if (isUp()) {
            now.host.pauseUntil(0);
        }
    }

    /** Asks for the hash of all it has applied, sessions included. */
    void askHash(Consumer<Applier.Hashed> answer) {
        ActorRefResolver resolver = ActorRefResolver.get(world.system().actors());
        ActorRef<Applier.Command> applier =
                resolver.resolveActorRef(now.ref.orElseThrow().path() + "/applier");
        Behavior<Applier.Hashed> receiver = Behaviors.receiveMessage(hashed -> {
            answer.accept(hashed);
            return Behaviors.same();
        });
        world.system().boot("hash", host -> receiver, to -> applier.tell(new Applier.GetHash(to)));
    }

    /** What arrives while no process listens is lost. */
    void receive(Object message) {
        now.ref.ifPresent(ref -> ref.tell((RaftMessage) message));
    }

    private void die(String how) {
        if (isUp()) {
            world.system().kill(now.host);
            now = Incarnation.NONE;
            world.play().note(() -> id + " " + how);
        }
    }

    private Behavior<RaftMessage> behavior(Incarnation life, Host host) {
        HostDisk files = new HostDisk(disk, world, host, drive);
        life.machine = new SimMachine((index, word) -> {
            if (host.isUp()) {
                watcher.applied(this, index, word);
            }
        });
        return RaftNode.create(new Environment(
                world.settings(id, bootstrap),
                files,
                new SimLinks(world, host, id, others),
                () -> host.onItsClock(world.runtime().nanos()),
                world.random().split(),
                life.machine,
                life.view,
                inspection -> {
                    files.slow();
                    life.inspection = Optional.of(inspection);
                    watcher.recovered(this);
                }));
    }
}
