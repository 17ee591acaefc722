package io.balsa.role;

import com.typesafe.config.ConfigFactory;
import io.balsa.config.NodeConfig;
import io.balsa.machine.StateMachine;
import io.balsa.measure.Measures;
import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import io.balsa.model.LogEntry;
import io.balsa.model.NodeId;
import io.balsa.model.Payload;
import io.balsa.model.Sender;
import io.balsa.protocol.AdminRequest;
import io.balsa.protocol.AppendEntries;
import io.balsa.protocol.Hello;
import io.balsa.protocol.PreVote;
import io.balsa.protocol.RaftMessage;
import io.balsa.protocol.RequestVote;
import io.balsa.protocol.Target;
import io.balsa.protocol.link.Link;
import io.balsa.protocol.reply.AdminReply;
import io.balsa.sim.SimDisk;
import io.balsa.trace.Trace;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/**
 * One real server, n1, whose four peers n2 to n5 are probes that speak, fall silent and come back as a test says, in
 * time that passes only when a test lets it.
 */
final class OneServer implements AutoCloseable {
    static final NodeId N1 = NodeId.of("n1");
    static final NodeId N2 = NodeId.of("n2");
    static final NodeId N3 = NodeId.of("n3");
    static final NodeId N4 = NodeId.of("n4");
    static final NodeId N5 = NodeId.of("n5");

    static final int SHORTEST_TIMEOUT = 500;
    static final int LONGEST_TIMEOUT = 600;

    private static final int STEP = 100;
    private static final Duration HELLO = Duration.ofMillis(300);

    /** One for all tests: ending a system whose time stands still takes seconds. */
    private static final ActorTestKit KIT = ActorTestKit.create(SettledTime.config()
            .withFallback(ConfigFactory.parseString(
                    "pekko { daemonic = on, actor.testkit.typed.single-expect-default = 30s }"))
            .withFallback(ConfigFactory.load()));

    private static final ManualTime TIME = ManualTime.get(KIT.system());

    /** Among settings, a word to this class alone. */
    private static final String DEMANDS_PASSES = "passes";

    private final AtomicLong nanos = new AtomicLong();
    private final Map<NodeId, TestProbe<RaftMessage>> peers = new ConcurrentSkipListMap<>();
    private final SimDisk disk = new SimDisk();
    private final NodeConfig config;
    private final NoMachine machine = new NoMachine();
    private final Set<NodeId> silent = new TreeSet<>();
    private final Map<RaftMessage, Boolean> inBulk = Collections.synchronizedMap(new IdentityHashMap<>());
    private final boolean demandsPasses;
    private volatile boolean proven;
    private ActorRef<RaftMessage> server;
    private NodeView view;

    /** A server among {@code size} members, of which some have not been heard yet. */
    OneServer(int size, NodeId... silentOnes) {
        this(size, Map.of(), silentOnes);
    }

    /** One of three, with settings of its own. */
    static OneServer with(Map<String, String> settings) {
        return new OneServer(3, settings);
    }

    /** One of three whose peers have proven who they are, and are to show their passes. */
    static OneServer thatDemandsPasses() {
        return new OneServer(3, Map.of(DEMANDS_PASSES, "on"));
    }

    private OneServer(int size, Map<String, String> shown, NodeId... silentOnes) {
        Map<String, String> own = new TreeMap<>(shown);
        demandsPasses = own.remove(DEMANDS_PASSES) != null;
        proven = demandsPasses;
        silent.addAll(List.of(silentOnes));
        Map<String, Object> settings = new TreeMap<>(own);
        settings.put("raft.cluster-id", "test");
        settings.put("raft.node-id", "n1");
        settings.put("raft.storage.segment-size", "256 KiB"); // memory, all of which is read at each start
        settings.put("raft.membership.catch-up-timeout", "2 s");
        settings.put("raft.election-timeout.min", SHORTEST_TIMEOUT + " ms");
        settings.put("raft.election-timeout.max", LONGEST_TIMEOUT + " ms");
        for (int i = 1; i <= size; i++) {
            settings.put("raft.peers.n" + i, "pekko://raft@127.0.0.1:" + (7000 + i) + "/user/raft");
        }
        config = NodeConfig.of(ConfigFactory.parseMap(settings).withFallback(ConfigFactory.load()));
        for (int i = 2; i <= size; i++) {
            peers.put(NodeId.of("n" + i), KIT.createTestProbe());
        }
        start();
    }

    private void start() {
        view = new NodeView();
        Environment world = new Environment(
                config.settings(),
                disk,
                this::link,
                nanos::get,
                new SplittableRandom(1),
                machine,
                view,
                inspection -> {},
                Trace.NONE);
        server = KIT.spawn(RaftNode.create(world));
        peers.get(N2).receiveMessage(); // its greeting: it has recovered
        greet();
        term();
    }

    /** What it counts and measures since its last start. */
    Measures measures() {
        return view.measures();
    }

    /** The process dies, what it wrote stays, and it comes back. */
    void restart() {
        KIT.stop(server);
        disk.crashProcess();
        start();
    }

    /** Lets time pass in steps of a heartbeat at most, while the peers greet as living ones do. */
    void pass(int millis) {
        for (int left = millis; left > 0; left -= STEP) {
            Duration step = Duration.ofMillis(Math.min(left, STEP));
            nanos.addAndGet(step.toNanos());
            TIME.timePasses(step);
            if (nanos.get() % HELLO.toNanos() == 0) {
                greet();
            }
        }
    }

    /** From now on the peer greets no more. */
    void silence(NodeId peer) {
        silent.add(peer);
    }

    private void greet() {
        for (NodeId peer : peers.keySet()) {
            if (!silent.contains(peer)) {
                server.tell(new Hello(voiceOf(peer), 0, false, "pekko://raft@127.0.0.1:7999/user/raft", 1, 0));
            }
        }
    }

    void tell(RaftMessage message) {
        server.tell(message);
    }

    /** What the server has given to the peer. */
    long passOf(NodeId peer) {
        return 1L << 40 | peer.hashCode();
    }

    /** From now on it is not known who is at the other ends. */
    void unprove() {
        proven = false;
    }

    /** The next message of that type that the peer is told. */
    <T extends RaftMessage> T expect(NodeId peer, Class<T> type) {
        RaftMessage next = peers.get(peer).receiveMessage();
        while (!type.isInstance(next)) {
            next = peers.get(peer).receiveMessage();
        }
        return type.cast(next);
    }

    /** Fails when the peer has been told anything but greetings up to now. */
    void expectNothing(NodeId peer) {
        List<RaftMessage> told = told(peer);
        if (!told.isEmpty()) {
            throw new AssertionError("expected nothing, got " + told);
        }
    }

    /** All that the peer has been told up to now, greetings aside. */
    List<RaftMessage> told(NodeId peer) {
        return everything(peer).stream()
                .filter(message -> !(message instanceof Hello))
                .toList();
    }

    /** All that the peer has been told up to now. */
    List<RaftMessage> everything(NodeId peer) {
        status();
        Hello marker = new Hello(voiceOf(peer), -1, false, "pekko://raft@127.0.0.1:7999/user/raft", 1, 0);
        peers.get(peer).getRef().tell(marker);
        List<RaftMessage> told = new ArrayList<>();
        for (RaftMessage next = peers.get(peer).receiveMessage();
                next != marker;
                next = peers.get(peer).receiveMessage()) {
            told.add(next);
        }
        return told;
    }

    /** The machine answers no query until it is released. */
    void holdMachine() {
        machine.turns.acquireUninterruptibly();
    }

    void releaseMachine() {
        machine.turns.release();
    }

    /** Whether a message that a peer was told came by the way of large ones. */
    boolean cameInBulk(RaftMessage message) {
        return inBulk.containsKey(message);
    }

    /** The server's own word on itself, once it has worked off what it was told before. */
    AdminReply.Status status() {
        TestProbe<AdminReply> operator = KIT.createTestProbe();
        server.tell(new AdminRequest.GetStatus(new Target("", ""), 1, operator.getRef()));
        return (AdminReply.Status) operator.receiveMessage();
    }

    /** Returns once the server's own disk has caught up with its memory. */
    void awaitDurable() {
        AdminReply.Status now = status();
        while (!now.durable().equals(now.last())) {
            now = status();
        }
    }

    long term() {
        return status().term();
    }

    String role() {
        return status().role();
    }

    SimDisk disk() {
        return disk;
    }

    ActorTestKit kit() {
        return KIT;
    }

    /** Brings the server to lead in the next term, with the votes of n2 and, among five, n3. */
    void lead() {
        while (!role().equals(PreCandidate.NAME)) {
            pass(STEP);
        }
        voters().forEach(peer -> tell(new PreVote.Response(voiceOf(peer), term() + 1, true)));
        long campaign = term();
        voters().forEach(peer -> tell(new RequestVote.Response(voiceOf(peer), campaign, true)));
        if (!role().equals(Leader.NAME)) {
            throw new AssertionError("not elected: " + status());
        }
    }

    /** Brings the server into the role, whatever it is in now; a follower's leader is n2. */
    void bringTo(String role) {
        if (role().equals(role)) {
            return;
        }
        if (role.equals(Follower.NAME)) {
            tell(heartbeat(N2, term() + 1, EntryId.NONE));
        } else if (role.equals(Leader.NAME)) {
            lead();
        } else {
            askOrCampaign(role);
        }
        if (!role().equals(role)) {
            throw new AssertionError("not " + role + ": " + status());
        }
    }

    private void askOrCampaign(String role) {
        bringTo(Follower.NAME);
        while (!role().equals(PreCandidate.NAME)) {
            pass(STEP);
        }
        if (role.equals(Candidate.NAME)) {
            voters().forEach(peer -> tell(new PreVote.Response(voiceOf(peer), term() + 1, true)));
        }
    }

    private List<NodeId> voters() {
        return peers.size() == 2 ? List.of(N2) : List.of(N2, N3);
    }

    static Sender voiceOf(NodeId peer) {
        return new Sender("test", "main", peer, N1, peer.hashCode(), 0);
    }

    static AppendEntries.Request heartbeat(NodeId leader, long term, EntryId previous) {
        return new AppendEntries.Request(voiceOf(leader), term, previous, new byte[0], 0, 1);
    }

    static AppendEntries.Request append(NodeId leader, long term, EntryId previous, long... terms) {
        List<LogEntry> entries = new ArrayList<>();
        for (int i = 0; i < terms.length; i++) {
            EntryId id = new EntryId(previous.index() + 1 + i, terms[i]);
            entries.add(new LogEntry(id, 0, new Payload.NoOp()));
        }
        return new AppendEntries.Request(
                voiceOf(leader), term, previous, Entries.of(entries).toByteArray(), 0, 1);
    }

    private Link link(NodeId peer, String address, ActorContext<RaftMessage> context) {
        peers.computeIfAbsent(peer, unknown -> KIT.createTestProbe());
        return new Link() {
            @Override
            public void tell(RaftMessage message) {
                peers.get(peer).getRef().tell(message);
            }

            @Override
            public void bulk(RaftMessage message) {
                inBulk.put(message, true);
                tell(message);
            }

            @Override
            public void probe(RaftMessage message) {
                tell(message);
            }

            @Override
            public long pass() {
                return demandsPasses ? passOf(peer) : 0;
            }

            @Override
            public boolean isProven() {
                return proven;
            }
        };
    }

    @Override
    public void close() {
        KIT.stop(server);
    }

    /** Remembers nothing, answers nothing, and may be slow at that. */
    private static final class NoMachine implements StateMachine {
        private final Semaphore turns = new Semaphore(1);

        @Override
        public byte[] apply(long index, byte[] command) {
            return new byte[0];
        }

        @Override
        public byte[] query(byte[] query) {
            turns.acquireUninterruptibly();
            turns.release();
            return new byte[0];
        }

        @Override
        public void snapshot(OutputStream out) {}

        @Override
        public void restore(InputStream in) {}
    }
}
