package io.balsa.role;

import io.balsa.config.Settings;
import io.balsa.journal.Journal;
import io.balsa.journal.SnapshotReceiver;
import io.balsa.machine.Applier;
import io.balsa.machine.OpenQueries;
import io.balsa.machine.snapshot.SnapshotWriter;
import io.balsa.measure.Watch;
import io.balsa.model.Configuration;
import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import io.balsa.model.NodeId;
import io.balsa.model.Sender;
import io.balsa.protocol.Local;
import io.balsa.protocol.LogRead;
import io.balsa.protocol.RaftMessage;
import io.balsa.protocol.Target;
import io.balsa.protocol.link.Link;
import io.balsa.role.membership.Standing;
import io.balsa.role.office.SettledWishes;
import io.balsa.role.office.Stalls;
import io.balsa.role.read.Freshness;
import io.balsa.role.read.Promise;
import io.balsa.storage.Storage;
import io.balsa.storage.ballot.Ballot;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.slf4j.event.Level;

/** What a server keeps whatever its role: the persistent state of Figure 2, its links, its clock, its subscriber. */
final class Node implements Observer.Inspection {
    private final ActorContext<RaftMessage> context;
    private final Environment world;
    private final Storage storage;
    private final Parts parts;
    private final RaftLog log;
    private final Snapshots snapshots;
    private final Feed feed;
    private final Clock clock;
    private final Peers peers;
    private final Gate gate;
    private final Recorder recorder;
    private final Promise promise;
    private final Freshness freshness = new Freshness();
    private final Stalls stalls;
    private final SettledWishes settled = new SettledWishes();
    private long logTime;
    private boolean storageFull;

    /** What a server is made of besides its roles: its recovered disk, and the actors that work for it. */
    record Parts(
            Storage storage,
            ActorRef<Journal.Command> journal,
            ActorRef<LogRead> reader,
            ActorRef<Applier.Command> applier,
            ActorRef<SnapshotWriter.Command> writer,
            ActorRef<SnapshotReceiver.Take> receiver,
            OpenQueries queries,
            Watch watch) {}

    Node(ActorContext<RaftMessage> context, Environment world, Clock clock, Parts parts) {
        this.context = context;
        this.world = world;
        this.storage = parts.storage();
        this.parts = parts;
        this.clock = clock;
        this.recorder = Recorder.of(world, context.getSystem(), this);
        this.log = new RaftLog(storage, parts.journal(), world.settings());
        this.snapshots = new Snapshots(this, parts);
        this.feed = new Feed(parts.applier(), log, snapshots.last().index());
        this.peers = new Peers(id(), settings().membership().maxStrangers(), this::open, these -> world.links()
                .expect(these, context));
        peers.seek(settings().membership().join() ? settings().bootstrap().members() : Collections.emptySortedMap());
        peers.follow(log.configuration());
        this.gate = new Gate(this);
        this.stalls = new Stalls(clock.timing().heartbeat(), clock.timing().electionMax());
        this.promise = new Promise(clock.timing().electionMin(), clock.now());
        this.logTime = lastTime();
    }

    ActorContext<RaftMessage> context() {
        return context;
    }

    Settings settings() {
        return world.settings();
    }

    @Override
    public NodeId id() {
        return world.settings().nodeId();
    }

    Clock clock() {
        return clock;
    }

    RaftLog log() {
        return log;
    }

    Feed feed() {
        return feed;
    }

    Snapshots snapshots() {
        return snapshots;
    }

    Peers peers() {
        return peers;
    }

    /** Queries taken and not yet answered; bounded. */
    OpenQueries queries() {
        return parts.queries();
    }

    /** Latest term this server has seen; persistent. */
    @Override
    public long currentTerm() {
        return ballot().currentTerm();
    }

    /** Who received its vote in the current term; persistent. */
    @Override
    public Optional<NodeId> votedFor() {
        return ballot().votedFor();
    }

    Recorder recorder() {
        return recorder;
    }

    /** Saves a newer term, without a vote in it; on disk when this returns. */
    void adoptTerm(long term) {
        storage.ballots().save(new Ballot(term, Optional.empty(), ballot().storageIds()));
        recorder.ballotSaved();
    }

    /** Saves a vote; on disk when this returns. */
    void vote(long term, NodeId candidate) {
        storage.ballots().save(new Ballot(term, Optional.of(candidate), ballot().storageIds()));
        recorder.ballotSaved();
    }

    @Override
    public long commitIndex() {
        return feed.commitIndex();
    }

    @Override
    public EntryId last() {
        return log.last();
    }

    @Override
    public EntryId durable() {
        return log.durable();
    }

    @Override
    public long termAt(long index) {
        return log.termAt(index);
    }

    @Override
    public EntryId base() {
        return log.base();
    }

    @Override
    public EntryId snapshot() {
        return snapshots.last();
    }

    @Override
    public Configuration configuration() {
        return log.configuration();
    }

    @Override
    public long configurationIndex() {
        return log.configurationIndex();
    }

    @Override
    public long bytesInMemory() {
        return log.tailBytes();
    }

    @Override
    public int openQueries() {
        return queries().count();
    }

    @Override
    public String role() {
        return world.view().role();
    }

    /**
     * Whether it may vote: a lease it helped to confirm, before its last crash or since, has certainly ended. A server
     * that is the whole configuration owes nobody.
     *
     * @param transfer whether the leader itself asks for another one
     */
    boolean mayVote(boolean transfer) {
        boolean alone = standing().isAlone();
        return standing().mayGrant() && (alone || !promise.binds(clock.now(), transfer));
    }

    /** Promises the leader that speaks to elect nobody else for a while. */
    void promiseLease() {
        promise.renew(clock.now());
    }

    /** Whether this server limps when it leads. */
    Stalls stalls() {
        return stalls;
    }

    /** What operators were told. */
    SettledWishes settled() {
        return settled;
    }

    /** How old the state of this server is. */
    Freshness freshness() {
        return freshness;
    }

    /** A number that was never used before and will not be again, as far as chance goes. */
    long freshNumber() {
        return world.random().nextLong();
    }

    /** What this server is, with the data folder that it has, by its newest configuration. */
    Standing standing() {
        boolean joined = settings().membership().join();
        return new Standing(log.configuration(), log.undecidedAfter(commitIndex()), id(), storageId(), joined);
    }

    Gate gate() {
        return gate;
    }

    /** The cluster and group that this server belongs to. */
    Target target() {
        return new Target(settings().clusterId(), settings().group());
    }

    /** Where clients reach a member. */
    Optional<String> address(Optional<NodeId> member) {
        Configuration configuration = log.configuration();
        return member.map(id -> configuration.members().get(id));
    }

    boolean isStorageFull() {
        return storageFull;
    }

    void storageFull(boolean full) {
        storageFull = full;
        recorder.storageFull(full);
        String what = full
                ? "{}: the disk is full: no more entries are taken; free space in {}"
                : "{}: the disk has room again in {}";
        context.getLog().warn(what, id(), settings().dataDir());
    }

    /** Has older entries read for a follower; they come back as a message. */
    void fetch(NodeId follower, long from) {
        long to = log.durable().index();
        int bytes = settings().replication().maxBatchBytes();
        parts.reader().tell(new LogRead.Fetch(log.epoch(), follower, from, to, bytes, context.getSelf()));
    }

    /** Drops the entry at {@code index} and all behind it: they conflict with the leader's (§5.3). */
    void truncateFrom(long index) {
        log.truncateFrom(index, commitIndex());
        recorder.truncated(index);
        useConfiguration();
    }

    /** Takes entries into the log, their disk to follow. */
    void append(Entries entries) {
        log.append(entries);
        recorder.appended(entries);
        useConfiguration();
        logTime = Math.max(logTime, entries.timeAt(entries.last().index()));
    }

    /** The newest one in the log counts, committed or not (§6). */
    void useConfiguration() {
        peers.follow(log.configuration());
        recorder.configured(log.configuration());
    }

    /**
     * Notes what the journal has synced.
     *
     * @return whether the durable part of the log grew
     */
    boolean persisted(Local.Persisted persisted) {
        boolean grew = log.persisted(persisted);
        if (grew) {
            recorder.persisted();
            snapshots.persisted();
        }
        return grew;
    }

    /**
     * All entries up to {@code index} are committed.
     *
     * @param clients who wait for entries of which at least the first is among them
     */
    void commit(long index, List<Pending.Batch> clients) {
        boolean more = index > commitIndex();
        feed.commit(index, clients);
        if (more) {
            recorder.committed();
        }
    }

    /** The subscriber has applied everything up to {@code index}. */
    void applied(long index) {
        recorder.applied(index);
        feed.applied(index);
    }

    /** The time of the newest entry, ms; log time goes on from there when this server leads. */
    long logTime() {
        return Math.max(logTime, snapshots.time());
    }

    /** Shows and logs a change of role or term with its reason; asking once more is no change. */
    void becomes(String role, Optional<NodeId> leader, String reason) {
        String before = world.view().role();
        boolean changed = !before.equals(role) || world.view().term() != currentTerm();
        world.view().show(role, currentTerm(), leader);
        recorder.became(before, reason);
        recorder.follows(leader);
        context.getLog()
                .atLevel(changed ? Level.INFO : Level.DEBUG)
                .log("{} {} → {} term {}: {}", id(), before, role, currentTerm(), reason);
    }

    /** Shows what it does as a leader to whoever looks in from outside. */
    void leads(Observer.Leadership leadership) {
        world.observer().elected(leadership);
    }

    /** A follower has learnt who leads. */
    void follows(NodeId leader) {
        world.view().show(Follower.NAME, currentTerm(), Optional.of(leader));
        recorder.follows(Optional.of(leader));
        context.getLog().info("{} follows {} in term {}", id(), leader, currentTerm());
    }

    Sender sender(NodeId to) {
        return new Sender(settings().clusterId(), settings().group(), id(), to, storageId(), 0);
    }

    /** This server's data folder, as it names itself to peers. */
    @Override
    public long storageId() {
        return storage.identity().storageId();
    }

    Parts parts() {
        return parts;
    }

    void close() {
        recorder.stopped();
        world.view().stopped();
        storage.close();
    }

    private PeerLink open(NodeId peer, String address) {
        Link link = recorder.listenTo(peer, world.links().open(peer, address, context));
        return new PeerLink(peer, sender(peer), link, clock);
    }

    private Ballot ballot() {
        return storage.ballots().current();
    }

    private long lastTime() {
        long last = log.last().index();
        Entries entries = last == 0 ? Entries.EMPTY : storage.log().read(last, last, 1);
        return entries.isEmpty() ? 0 : entries.timeAt(last);
    }
}
