package io.balsa.sim;

import io.balsa.config.Settings;
import io.balsa.machine.Applier;
import io.balsa.model.Configuration;
import io.balsa.model.Entries;
import io.balsa.model.NodeId;
import io.balsa.protocol.RaftMessage;
import io.balsa.role.Environment;
import io.balsa.role.NodeView;
import io.balsa.role.Observer;
import io.balsa.role.Observer.Inspection;
import io.balsa.role.Observer.Leadership;
import io.balsa.role.RaftNode;
import io.balsa.storage.Storage;
import io.balsa.storage.StorageFullException;
import io.balsa.storage.StorageOptions;
import io.balsa.storage.ballot.Ballot;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.pekko.actor.ActorInitializationException;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** One server over all its incarnations: a disk that stays, and a process that comes and goes. */
final class Server {
    /** What is not written yet is zero, and there a bit does little harm. */
    private static final int MOST_TRIES = 20;

    private final World world;
    private final NodeId id;
    private final Function<NodeId, Server> others;
    private final Watcher watcher;
    private final HostDisk.Condition drive = new HostDisk.Condition();
    private Settings settings;
    private SimDisk disk = new SimDisk();
    private Incarnation now = Incarnation.NONE;
    private boolean spare;
    private boolean rotten;
    private boolean unbegun;
    private boolean retired;

    Server(World world, NodeId id, Configuration bootstrap, Cast cast) {
        this.world = world;
        this.id = id;
        this.settings = world.settings(id, bootstrap, false);
        this.others = cast.others();
        this.watcher = cast.watcher();
    }

    /** Who plays with a server: the others, and who watches them all. */
    record Cast(Function<NodeId, Server> others, Watcher watcher) {}

    /** Is told what a server does besides sending messages. */
    interface Watcher {
        void recovered(Server server);

        void applied(Server server, long index, String word);

        void restored(Server server, List<String> words);

        void ended(Server server, Optional<Throwable> cause);

        /** It is to find its cluster through others. */
        default void joins(Server server) {}

        /** Its disk is lost, and another one is in its place. */
        default void loses(Server server) {}
    }

    /** One life of the process. */
    private static final class Incarnation {
        private static final Incarnation NONE = new Incarnation();

        private final NodeView view = new NodeView();
        private Host host = Host.NONE;
        private SimMachine machine = SimMachine.of(false, SimMachine.Watcher.NONE);
        private Optional<ActorRef<RaftMessage>> ref = Optional.empty();
        private Optional<Inspection> inspection = Optional.empty();
        private Optional<Leadership> leadership = Optional.empty();
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

    boolean runsOn(Host host) {
        return now.host == host;
    }

    HostDisk.Condition drive() {
        return drive;
    }

    /** What its own clock shows now, ns. */
    long clock() {
        return now.host.onItsClock(world.runtime().nanos());
    }

    /** What it looks like inside, when it runs and has recovered. */
    Optional<Inspection> inspection() {
        return now.inspection;
    }

    /** What it keeps as a leader; of its last time as one, if it leads no longer. */
    Leadership leadership() {
        return now.leadership.orElseThrow();
    }

    Settings settings() {
        return settings;
    }

    NodeView view() {
        return now.view;
    }

    SimMachine machine() {
        return now.machine;
    }

    /** It has an empty disk, and is not started before it joins. */
    Server spare() {
        spare = true;
        return this;
    }

    boolean isSpare() {
        return spare;
    }

    /** From now on it waits to be made a member of the cluster of these hosts. */
    void join(Configuration hosts) {
        TreeMap<NodeId, String> peers = new TreeMap<>(hosts.members());
        peers.put(id, World.address(id));
        settings = world.settings(id, Configuration.of(peers), true);
        spare = false;
        watcher.joins(this);
    }

    /** Its disk is lost with all that is on it, and it is to join again with another one. */
    void loseDisk(Configuration hosts) {
        crashProcess();
        disk = new SimDisk();
        watcher.loses(this);
        join(hosts);
    }

    /** Fills the empty disk as an earlier life would have left it. */
    void layOut(long currentTerm, Entries log) {
        try (Storage storage = Storage.open(disk, storageOptions())) {
            storage.ballots().save(new Ballot(currentTerm, Optional.empty(), new TreeMap<>()));
            storage.log().append(storage.log().epoch(), List.of(log));
            storage.log().sync();
        } catch (StorageFullException e) {
            throw new AssertionError("a new disk has room", e);
        }
    }

    StorageOptions storageOptions() {
        Settings.Storage storage = settings.storage();
        return new StorageOptions(
                World.CLUSTER, World.GROUP, id, true, storage.segmentBytes(), storage.reuseBytes(), () -> id.name()
                        .hashCode());
    }

    /** Whether a bit of its disk has ever turned over. */
    boolean isRotten() {
        return rotten;
    }

    /** Whether it has found its disk damaged; only an operator could replace it. */
    boolean isRetired() {
        return retired;
    }

    void retire() {
        retired = true;
    }

    /**
     * Turns over a bit of a file of the stopped server, after its log has noted how far it is synced; which one is
     * returned.
     */
    String rot(SplittableRandom random) {
        rotten = true;
        try (Storage sealed = Storage.open(disk, storageOptions())) {
            sealed.log().sync();
        }
        disk.crashProcess();
        List<String> names = disk.names();
        String name = names.get(random.nextInt(names.size()));
        byte[] bytes = disk.bytes(name);
        int offset = bytes.length == 0 ? -1 : random.nextInt(bytes.length);
        for (int tries = 0; tries < MOST_TRIES && offset >= 0 && bytes[offset] == 0; tries++) {
            offset = random.nextInt(bytes.length);
        }
        if (offset >= 0) {
            disk.flip(name, offset, random.nextInt(Byte.SIZE));
        }
        return name + " at byte " + offset;
    }

    /** Starts the process on what the disk holds, unless that is known to be damaged. */
    void boot() {
        if (retired || spare) {
            return;
        }
        drive.repair();
        unbegun = false;
        Incarnation next = new Incarnation();
        now = next;
        next.host = world.system().boot(id.name(), host -> behavior(next, host), ref -> next.ref = Optional.of(ref));
        next.host.drift(world.nextClockRate());
        next.host.onEnd(cause -> {
            world.play().ends(id, "its process has ended: " + reason(cause));
            now = Incarnation.NONE;
            unbegun = next.inspection.isEmpty();
            disk.crashProcess();
            watcher.ended(this, cause);
        });
        world.play().note(() -> id + " starts");
    }

    /** Without the name of the actor that could not begin: it differs from run to run. */
    private static String reason(Optional<Throwable> cause) {
        return cause.map(end -> end instanceof ActorInitializationException ? end.getCause() : end)
                .map(Throwable::toString)
                .orElse("by itself");
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

    /** Whether its last process ended before it had begun, on a disk without room for what must be there first. */
    boolean foundNoRoom() {
        return unbegun && disk.isFull();
    }

    /** Whether its disk was ever without room, as far as the process may know. */
    boolean hasBeenFull() {
        return disk.hasBeenFull() || drive.hasBeenFull();
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
            world.play().ends(id, how);
            world.system().kill(now.host);
            now = Incarnation.NONE;
        }
    }

    private Behavior<RaftMessage> behavior(Incarnation life, Host host) {
        HostDisk files = new HostDisk(disk, world, host, drive);
        life.machine = SimMachine.of(world.freezesMachines(), new MachineWatch(host));
        return RaftNode.create(new Environment(
                settings,
                files,
                new SimLinks(world, host, id, others),
                () -> host.onItsClock(world.runtime().nanos()),
                world.random().split(),
                life.machine,
                life.view,
                new Insight(life, files),
                world.play().of(host)));
    }

    /** Tells the run what the state machine of one process does. */
    private final class MachineWatch implements SimMachine.Watcher {
        private final Host host;

        MachineWatch(Host host) {
            this.host = host;
        }

        @Override
        public void applied(long index, String word) {
            world.runtime().stall(world.nextApplyNanos());
            if (host.isUp()) {
                world.play().executes(id, index, word);
                watcher.applied(Server.this, index, word);
            }
        }

        @Override
        public void restored(List<String> words) {
            watcher.restored(Server.this, words);
        }
    }

    /** Lets the run look into one life of the server. */
    private final class Insight implements Observer {
        private final Incarnation life;
        private final HostDisk files;

        Insight(Incarnation life, HostDisk files) {
            this.life = life;
            this.files = files;
        }

        @Override
        public void recovered(Inspection inspection) {
            files.slow();
            life.inspection = Optional.of(inspection);
            watcher.recovered(Server.this);
        }

        @Override
        public void elected(Leadership leadership) {
            life.leadership = Optional.of(leadership);
        }
    }
}
