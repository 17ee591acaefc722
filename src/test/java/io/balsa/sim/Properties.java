package io.balsa.sim;

import io.balsa.model.Configuration;
import io.balsa.model.EntryId;
import io.balsa.model.NodeId;
import io.balsa.role.Observer.Inspection;
import io.balsa.storage.CorruptionException;
import io.balsa.storage.FolderRefusedException;
import io.balsa.storage.StorageFullException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The five properties of Figure 3, and what every single server must hold by itself, checked after every event.
 *
 * <p>What a server may <em>say</em> is checked by {@link Promises} when it says it.
 */
final class Properties implements Server.Watcher {
    /** A run has some 3,000 events in a second; above this, servers keep each other busy for nothing. */
    private static final long STORM_PER_SECOND = 50_000;

    private static final long SPARE = 200_000;

    private final Constitutions constitutions;
    private final Ledger ledger;
    private final Map<NodeId, Mirror> mirrors = new TreeMap<>();
    private final Map<NodeId, List<Mirror>> lost = new TreeMap<>();
    private final Leaders leaders;
    private Optional<Violation> found = Optional.empty();
    private final Map<NodeId, Long> snapshotsSeen = new TreeMap<>();
    private boolean peersPlayed;
    private long elections;
    private long newestLeader;

    Properties(Configuration bootstrap, Iterable<NodeId> servers) {
        constitutions = new Constitutions(bootstrap);
        ledger = new Ledger(constitutions);
        leaders = new Leaders(ledger, constitutions, mirrors::get);
        servers.forEach(id -> mirrors.put(id, mirror(id, bootstrap)));
    }

    private Mirror mirror(NodeId id, Configuration first) {
        return new Mirror(id, ledger, constitutions, first);
    }

    Constitutions constitutions() {
        return constitutions;
    }

    /** A server that has never run begins anew. */
    @Override
    public void joins(Server server) {
        boolean virgin = mirrors.get(server.id()).term() == 0;
        if (virgin) {
            mirrors.put(server.id(), mirror(server.id(), Configuration.NONE));
        }
    }

    @Override
    public void loses(Server server) {
        lost.computeIfAbsent(server.id(), first -> new ArrayList<>()).add(mirrors.get(server.id()));
        constitutions.loses(server.id());
        mirrors.put(server.id(), mirror(server.id(), Configuration.NONE));
    }

    Ledger ledger() {
        return ledger;
    }

    Mirror mirror(NodeId id) {
        return mirrors.get(id);
    }

    Set<NodeId> ids() {
        return mirrors.keySet();
    }

    /** The newest term that anybody was elected for. */
    long newestLeader() {
        return newestLeader;
    }

    long elections() {
        return elections;
    }

    long snapshots() {
        return mirrors.values().stream().mapToLong(Mirror::snapshots).sum();
    }

    long compactions() {
        return mirrors.values().stream().mapToLong(Mirror::compactions).sum();
    }

    long truncations() {
        return mirrors.values().stream().mapToLong(Mirror::truncations).sum();
    }

    /** The test itself plays most of the cluster, so that nobody can say what a majority holds. */
    void peersArePlayed() {
        peersPlayed = true;
        mirrors.values().forEach(Mirror::peersArePlayed);
    }

    boolean arePeersPlayed() {
        return peersPlayed;
    }

    @Override
    public void recovered(Server server) {
        constitutions.uses(server.id(), server.inspection().orElseThrow().storageId());
        guard(() -> mirrors.get(server.id()).recovered(server.inspection().orElseThrow()));
    }

    @Override
    public void applied(Server server, long index, String word) {
        guard(() -> ledger.applies(index, word));
    }

    @Override
    public void restored(Server server, List<String> words) {
        if (!peersPlayed) {
            guard(() -> ledger.restores(words));
        }
    }

    @Override
    public void ended(Server server, Optional<Throwable> cause) {
        boolean waits = server.foundNoRoom() && isCausedBy(cause, StorageFullException.class);
        if (server.isRotten() && isRefusal(cause)) {
            server.retire();
        } else if (!waits && !server.drive().hasFailed()) {
            Throwable why = cause.orElseGet(() -> new IllegalStateException("without a cause"));
            found(new Violation(server.id() + " ended by itself", why));
        }
    }

    /** Whether it refused its disk; a bit may also make an identity look like one of a newer version. */
    private static boolean isRefusal(Optional<Throwable> cause) {
        return isCausedBy(cause, CorruptionException.class) || isCausedBy(cause, FolderRefusedException.class);
    }

    private static boolean isCausedBy(Optional<Throwable> end, Class<? extends Throwable> kind) {
        return Stream.iterate(end.orElse(null), Objects::nonNull, Throwable::getCause)
                .anyMatch(kind::isInstance);
    }

    /** Looks at the server in which something happened; without one, nothing has changed that can be seen. */
    void check(Host host, Iterable<Server> servers) {
        found.ifPresent(violation -> {
            throw violation;
        });
        refuseStorm();
        if (host == Host.NONE) {
            return;
        }
        for (Server server : servers) {
            if (server.runsOn(host)) {
                server.inspection().ifPresent(now -> check(server, now));
            }
        }
    }

    private static void refuseStorm() {
        long seconds = TimeUnit.NANOSECONDS.toSeconds(SimRuntime.INSTANCE.nanos());
        long events = SimRuntime.INSTANCE.events();
        if (events > SPARE + seconds * STORM_PER_SECOND) {
            throw new Violation("Bounded traffic", events + " events in " + seconds + " s");
        }
    }

    /** Keeps a violation that was found inside an actor, to be thrown where no actor can catch it. */
    void found(Violation violation) {
        if (found.isEmpty()) {
            found = Optional.of(violation);
        }
    }

    private void guard(Runnable check) {
        try {
            check.run();
        } catch (Violation violation) {
            found(violation);
        }
    }

    private void check(Server server, Inspection now) {
        Mirror mirror = mirrors.get(server.id());
        boolean led = mirror.isLeading();
        mirror.compare(now);
        if (mirror.isLeading() && !led) {
            elections++;
            newestLeader = Math.max(newestLeader, now.currentTerm());
            newLeader(now);
        }
        checkSnapshot(server, now);
        leaders.checkMemory(now, server.settings());
        if (mirror.isLeading() && !peersPlayed) {
            leaders.check(now, server.leadership(), server.settings());
        }
        List<EntryId> fresh = mirror.newlyCommitted(now);
        for (EntryId entry : fresh) {
            if (ledger.commits(entry, now.currentTerm())) {
                constitutions.commits(entry);
                checkQuorum(entry, now);
            }
        }
        if (mirror.isLeading() && !peersPlayed) {
            leaders.changes(now, ledger.committed().size());
        }
        checkOwnTerm(fresh, now, led);
    }

    /** A snapshot that counts, and a log that begins later for it, are what a power cut would leave (§7). */
    private void checkSnapshot(Server server, Inspection now) {
        Mirror mirror = mirrors.get(server.id());
        long changes = mirror.snapshots() + mirror.compactions();
        if (!Long.valueOf(changes).equals(snapshotsSeen.put(server.id(), changes))) {
            EntryId left = SyncedLog.snapshotOf(server);
            boolean safe = left.index() >= now.snapshot().index();
            if (!safe) {
                throw new Violation("Snapshots are durable", server.id() + " " + now.snapshot() + ", not " + left);
            }
        }
    }

    private void newLeader(Inspection now) {
        if (!peersPlayed) {
            leaders.elected(now);
        }
    }

    /**
     * Committed means: on the synced disks of a majority of the configuration that the leader went by. What a disk held
     * until it was lost counts: nobody can know of the loss at once. So does what the next one holds, unless the
     * configuration names another: with that disk the server grants no vote, and whoever is elected without it has met
     * another of the majority that holds the entry.
     */
    private void checkQuorum(EntryId entry, Inspection by) {
        Configuration configuration = mirrors.get(by.id()).inForceBefore();
        TreeSet<NodeId> holders = new TreeSet<>(mirrors.keySet());
        holders.removeIf(id -> !hasHeld(id, entry, configuration));
        if (!peersPlayed && !Constitutions.isMajority(configuration, holders::contains)) {
            String seen = by.id() + " commits " + entry + ", safe only on " + holders + " of " + configuration;
            throw new Violation("Committed on a majority", seen);
        }
    }

    private boolean hasHeld(NodeId id, EntryId entry, Configuration configuration) {
        List<Mirror> folders = folders(id);
        return IntStream.range(0, folders.size())
                .filter(folder ->
                        !configuration.storageIds().containsKey(id) || constitutions.counts(configuration, id, folder))
                .anyMatch(folder -> folders.get(folder).holdsDurably(entry));
    }

    /** Whether a server has, or had with a disk that it lost, this entry on its synced disk. */
    boolean hasHeld(NodeId id, EntryId entry) {
        return folders(id).stream().anyMatch(folder -> folder.holdsDurably(entry));
    }

    /** What a server, also before it lost a disk, has gone by from this index on. */
    List<Configuration> configurationsFrom(NodeId id, long index) {
        return folders(id).stream()
                .flatMap(folder -> folder.configurationsFrom(index).stream())
                .toList();
    }

    private List<Mirror> folders(NodeId id) {
        List<Mirror> folders = new ArrayList<>(lost.getOrDefault(id, List.of()));
        folders.add(mirrors.get(id));
        return folders;
    }

    /** Only log entries from the leader's current term are committed by counting replicas (§5.4.2). */
    private static void checkOwnTerm(List<EntryId> fresh, Inspection now, boolean led) {
        if (!fresh.isEmpty() && led && now.role().equals("Leader")) {
            EntryId last = fresh.get(fresh.size() - 1);
            if (last.term() != now.currentTerm()) {
                throw new Violation("§5.4.2", now.id() + " commits " + last + " in term " + now.currentTerm());
            }
        }
    }
}
