package io.balsa.cli;

import io.balsa.Applied;
import io.balsa.client.Delivered;
import io.balsa.client.UnavailableException;
import io.balsa.client.delivery.Freshness;
import io.balsa.kv.KeyValueMachine;
import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import io.balsa.model.LogEntry;
import io.balsa.model.Payload;
import io.balsa.protocol.AdminRequest.Members;
import io.balsa.protocol.reply.AdminReply.Condition;
import io.balsa.protocol.reply.AdminReply.LogPage;
import io.balsa.protocol.reply.AdminReply.MembersChanged;
import io.balsa.protocol.reply.AdminReply.Peer;
import io.balsa.protocol.reply.AdminReply.SnapshotInfo;
import io.balsa.protocol.reply.AdminReply.SnapshotTaken;
import io.balsa.protocol.reply.AdminReply.Snapshots;
import io.balsa.protocol.reply.AdminReply.Status;
import io.balsa.protocol.reply.AdminReply.Transferred;
import io.balsa.protocol.reply.AdminReply.Transferred.Refusal;
import io.balsa.show.ClusterView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** The real key-value machine with a log and no network: every command is committed at once, in term 1. */
final class InMemoryCluster implements Cluster {
    static final Map<String, String> MEMBERS = Map.of("n1", "a1", "n2", "a2");

    private static final int PAGE = 2;

    private final KeyValueMachine machine = new KeyValueMachine();
    private final List<LogEntry> log = new ArrayList<>();
    private final Map<String, Applied> answered = new HashMap<>();
    private RuntimeException failure;
    private Optional<String> obstacle = Optional.empty();
    private boolean led = true;
    private boolean unheard;
    private String leader = "n1";
    private long term = 1;
    private Optional<Refusal> refusal = Optional.empty();
    private final List<String> wishes = new ArrayList<>();
    private final List<Freshness> asked = new ArrayList<>();
    private final List<String> changes = new ArrayList<>();
    private Optional<MembersChanged.Refusal> changeRefusal = Optional.empty();
    private boolean silent;
    private boolean closed;

    InMemoryCluster() {
        append(new Payload.NoOp());
    }

    /** From now on nothing succeeds. */
    void fail(RuntimeException withThis) {
        this.failure = withThis;
    }

    /** From now on it is known why nobody answers. */
    void obstruct(String why) {
        this.obstacle = Optional.of(why);
    }

    /** From now on nothing is answered. */
    void fallSilent() {
        this.silent = true;
    }

    /** From now on nobody gives up an office. */
    void refuseTransfers(Refusal why) {
        this.refusal = Optional.of(why);
    }

    /** From now on an office is given up, but only a repeated question is answered. */
    void giveUpOfficeUnheard() {
        this.unheard = true;
        this.refusal = Optional.of(Refusal.NOT_LEADER);
    }

    /** Who was asked to hand over to whom. */
    List<String> wishes() {
        return wishes;
    }

    /** How fresh answers were to be. */
    List<Freshness> asked() {
        return asked;
    }

    void loseLeader() {
        this.led = false;
    }

    boolean isClosed() {
        return closed;
    }

    int entries() {
        return log.size();
    }

    @Override
    public CompletionStage<Applied> submit(byte[] command) {
        return submit(0, 0, command);
    }

    @Override
    public CompletionStage<Applied> submit(long session, long sequence, byte[] command) {
        if (failure != null) {
            return CompletableFuture.failedFuture(failure);
        }
        if (silent) {
            return new CompletableFuture<>();
        }
        String pair = session + "/" + (session == 0 ? log.size() : sequence);
        return CompletableFuture.completedFuture(answered.computeIfAbsent(pair, fresh -> {
            long index = append(new Payload.Command(session, sequence, 0, command));
            return new Applied(index, machine.apply(index, command));
        }));
    }

    @Override
    public CompletionStage<byte[]> query(byte[] query, Freshness freshness) {
        asked.add(freshness);
        return answer(machine.query(query));
    }

    @Override
    public CompletionStage<Long> openSession() {
        return answer(append(new Payload.OpenSession(10, 10)));
    }

    @Override
    public CompletionStage<Void> closeSession(long session) {
        append(new Payload.CloseSession(session));
        return answer(null);
    }

    @Override
    public boolean readsFromAny() {
        return false;
    }

    @Override
    public ClusterView view() {
        if (failure != null) {
            throw Failure.of(failure);
        }
        return ClusterView.of(MEMBERS, Map.of(MEMBERS.get(leader), status()));
    }

    @Override
    public CompletionStage<Status> status(String address) {
        return failure == null && !address.equals("a2")
                ? answer(status())
                : CompletableFuture.failedFuture(new UnavailableException("no answer"));
    }

    @Override
    public CompletionStage<Condition> condition(String address) {
        long now = System.currentTimeMillis();
        return failure == null && !address.equals("a2")
                ? answer(new Condition(1, leader, "1.0", now, -1, 10, 500, 900, List.of()))
                : CompletableFuture.failedFuture(new UnavailableException("no answer"));
    }

    private Status status() {
        Peer self = new Peer("n1", "a1", true, false, log.size() + 1L, log.size(), 0, 0, "self");
        Peer peer = new Peer("n2", "a2", true, false, log.size() + 1L, log.size(), 15, 0, "replicating");
        return new Status(
                1,
                "demo",
                "main",
                leader,
                led ? "Leader" : "Candidate",
                term,
                Optional.of(leader),
                led ? Optional.of(leader) : Optional.empty(),
                led,
                last(),
                last(),
                log.size(),
                log.size(),
                1,
                0,
                "ok",
                List.of(self, peer));
    }

    @Override
    public CompletionStage<LogPage> log(String address, long from, long to) {
        List<LogEntry> page = log.subList((int) from - 1, (int) Math.min(Math.min(to, from + PAGE - 1), log.size()));
        return answer(new LogPage(1, 1, log.size(), log.size(), Entries.of(page).toByteArray()));
    }

    @Override
    public CompletionStage<Transferred> transfer(String address, Optional<String> to) {
        wishes.add(address + " → " + to.orElse("anybody"));
        if (refusal.isEmpty() || unheard) {
            leader = to.orElse("n2");
            term++;
        }
        return answer(new Transferred(1, term, refusal));
    }

    /** Who was asked for which members. */
    List<String> changes() {
        return changes;
    }

    /** From now on the members stay as they are. */
    void refuseChanges(MembersChanged.Refusal why) {
        this.changeRefusal = Optional.of(why);
    }

    @Override
    public CompletionStage<MembersChanged> changeMembers(String address, Members members) {
        changes.add(address + " " + members);
        return silent ? new CompletableFuture<>() : answer(new MembersChanged(1, 7, changeRefusal));
    }

    @Override
    public CompletionStage<SnapshotTaken> snapshot(String address) {
        return answer(new SnapshotTaken(1, last(), Optional.empty()));
    }

    @Override
    public CompletionStage<Snapshots> snapshots(String address) {
        SnapshotInfo only = new SnapshotInfo(last(), 9, 500, 100, 350, Map.copyOf(MEMBERS));
        return answer(new Snapshots(1, 1, List.of(only)));
    }

    @Override
    public CompletionStage<Void> subscribe(long from, Consumer<Delivered> subscriber) {
        if (silent) {
            return new CompletableFuture<>();
        }
        subscriber.accept(new Delivered(Entries.of(log.subList((int) from - 1, log.size())), log.size()));
        return answer(null);
    }

    @Override
    public Optional<String> whyNobodyAnswers() {
        return obstacle;
    }

    @Override
    public int maxCommandBytes() {
        return 1000;
    }

    @Override
    public void close() {
        closed = true;
    }

    private EntryId last() {
        return log.get(log.size() - 1).id();
    }

    private long append(Payload payload) {
        long index = log.size() + 1L;
        log.add(new LogEntry(new EntryId(index, 1), 1_700_000_000_000L, payload));
        return index;
    }

    private <T> CompletionStage<T> answer(T value) {
        return failure == null ? CompletableFuture.completedFuture(value) : CompletableFuture.failedFuture(failure);
    }
}
