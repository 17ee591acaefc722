package io.balsa.role;

import io.balsa.Consistency;
import io.balsa.config.Settings;
import io.balsa.config.Settings.Timing;
import io.balsa.machine.Applier;
import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import io.balsa.model.Invariant;
import io.balsa.model.LogEntry;
import io.balsa.model.NodeId;
import io.balsa.model.Payload;
import io.balsa.protocol.AdminRequest;
import io.balsa.protocol.AppendEntries;
import io.balsa.protocol.ClientRequest;
import io.balsa.protocol.InstallSnapshot;
import io.balsa.protocol.Local;
import io.balsa.protocol.RaftMessage;
import io.balsa.protocol.Rpc;
import io.balsa.protocol.TimeoutNow;
import io.balsa.protocol.reply.ClientReply.Reason;
import io.balsa.role.read.LeaderReads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ReceiveBuilder;

/**
 * Takes commands, replicates them, and says when they are committed.
 *
 * <p>Rules for Servers, Leaders (Figure 2, §5.3, §5.4.2, §8). Next: {@link Follower}, when a newer term is heard or a
 * majority no longer is.
 */
final class Leader extends Role implements Observer.Leadership {
    static final String NAME = "Leader";

    private final Replication replication;
    private final Pending pending = new Pending();
    private final LeaderReads reads = new LeaderReads();
    private final Succession succession;
    private final Reconfiguration reconfiguration;
    private final long electedAt;
    private final long timeAtElection;
    private final long firstOfTerm;

    private Leader(Node node) {
        super(node);
        this.electedAt = node.clock().now();
        node.stalls().elected(electedAt);
        this.timeAtElection = node.logTime();
        this.firstOfTerm = node.log().last().index() + 1;
        this.replication = new Replication(node);
        this.succession = new Succession(node, replication);
        this.reconfiguration = new Reconfiguration(node, replication, firstOfTerm, this::append);
    }

    /** A majority has voted for this server. Its first entry, a no-op, lets it commit what it found (§8, §5.4.2). */
    static Behavior<RaftMessage> elected(Node node, String reason) {
        node.clock().stopElection();
        node.clock().startHeartbeat();
        node.becomes(NAME, Optional.of(node.id()), reason);
        Leader role = new Leader(node);
        node.leads(role);
        role.appendFirst();
        role.replication.heartbeat();
        return role;
    }

    @Override
    ReceiveBuilder<RaftMessage> rules(ReceiveBuilder<RaftMessage> table) {
        return table.onMessage(AppendEntries.Response.class, this::onAppended) // §5.3
                .onMessage(InstallSnapshot.Response.class, this::onInstalling) // Figure 13
                .onMessage(Local.ChunkRead.class, this::onChunkRead)
                .onMessage(InstallSnapshot.Request.class, this::onOtherLeader)
                .onMessage(Local.Persisted.class, this::onPersisted) // the own disk is one of the majority
                .onMessage(ClientRequest.Submit.class, this::onSubmit) // §5.3
                .onMessage(ClientRequest.OpenSession.class, this::onOpenSession) // thesis §6.3
                .onMessage(ClientRequest.CloseSession.class, this::onCloseSession) // thesis §6.3
                .onMessage(ClientRequest.Query.class, this::mustBeFresh, this::onQuery) // §8, thesis §6.4
                .onMessage(Rpc.ReadIndex.Request.class, this::onReadIndex) // thesis §6.4
                .onMessage(AdminRequest.Transfer.class, this::onTransfer) // thesis §3.10
                .onMessage(AdminRequest.ChangeMembers.class, this::onChangeMembers) // §6
                .onMessageEquals(Local.Tick.HEARTBEAT, this::onHeartbeat) // §5.2, thesis §6.2
                .onMessage(Local.Fetched.class, this::onFetched)
                .onMessage(AppendEntries.Request.class, this::onOtherLeader)
                .onMessageEquals(Local.Tick.ELECTION, () -> this)
                .onMessage(TimeoutNow.class, this::ignore)
                .onMessage(Rpc.Response.class, this::ignore);
    }

    @Override
    Optional<NodeId> leader() {
        return succession.isUnderWay() ? Optional.empty() : Optional.of(node.id());
    }

    @Override
    boolean hearsLeader() {
        return node.clock().isWithin(node.clock().timing().electionMin(), replication.quorumHeard());
    }

    @Override
    StatusReport report() {
        return new StatusReport(node, NAME, leader(), hearsLeader()).with(replication.followers());
    }

    @Override
    public OptionalLong matchIndex(NodeId follower) {
        Progress progress = replication.followers().get(follower);
        return progress == null ? OptionalLong.empty() : OptionalLong.of(progress.matchIndex());
    }

    @Override
    public int inFlight(NodeId follower) {
        Progress progress = replication.followers().get(follower);
        return progress == null ? 0 : progress.inFlight();
    }

    @Override
    public long bytesInFlight(NodeId follower) {
        Progress progress = replication.followers().get(follower);
        return progress == null ? 0 : progress.bytesInFlight();
    }

    @Override
    public long pendingBytes() {
        return pending.bytes();
    }

    /** Nobody is left waiting: entries not committed may or may not survive, reads were not served. */
    @Override
    void leave() {
        pending.abandon();
        reads.refuse();
        if (hasCommittedFirst()) {
            replication.lease().prove(node.freshness(), node.commitIndex());
        }
        succession.end();
        reconfiguration.end();
    }

    private void appendFirst() {
        List<Payload> first = new ArrayList<>(List.of(new Payload.NoOp()));
        if (!node.log().holdsConfiguration()) {
            first.add(new Payload.Reconfigure(node.settings().first()));
        }
        append(first);
    }

    /** Gives the payloads the next indexes of this term and sends them off, to the own disk and to all others. */
    private Entries append(List<Payload> payloads) {
        long next = node.log().last().index() + 1;
        long time = timeAtElection + node.clock().millisSince(electedAt);
        List<LogEntry> entries = new ArrayList<>(payloads.size());
        for (Payload payload : payloads) {
            entries.add(new LogEntry(new EntryId(next++, node.currentTerm()), time, payload));
        }
        Entries block = Entries.of(entries);
        node.append(block);
        if (node.log().configurationIndex() >= block.first().index()) {
            replication.follow();
        }
        replication.replicate();
        return block;
    }

    private Behavior<RaftMessage> onSubmit(ClientRequest.Submit request) {
        List<Payload> commands = new ArrayList<>(request.commands().length);
        boolean numbered = request.session() != 0;
        for (byte[] command : request.commands()) {
            if (command.length > node.settings().limits().maxCommandBytes() + ClientRequest.ROOM) {
                return reject(request, Reason.TOO_LARGE);
            }
            long sequence = numbered ? request.firstSequence() + commands.size() : 0;
            commands.add(new Payload.Command(request.session(), sequence, request.firstUnacknowledged(), command));
        }
        return propose(request, commands);
    }

    private Behavior<RaftMessage> onOpenSession(ClientRequest.OpenSession request) {
        Settings.Sessions limits = node.settings().sessions();
        return propose(
                request,
                List.of(new Payload.OpenSession(
                        Payload.OpenSession.id(node.freshNumber()),
                        limits.max(),
                        limits.window(),
                        limits.expireAfter().toMillis(),
                        limits.maxReplyBytes())));
    }

    private Behavior<RaftMessage> onCloseSession(ClientRequest.CloseSession request) {
        return propose(request, List.of(new Payload.CloseSession(request.session())));
    }

    private Behavior<RaftMessage> propose(ClientRequest request, List<Payload> payloads) {
        Optional<Reason> refusal = refusal();
        if (refusal.isPresent() || payloads.isEmpty()) {
            return reject(request, refusal.orElse(Reason.UNSUPPORTED));
        }
        Entries block = append(payloads);
        Applier.Waiting answer = new Applier.Waiting(block.first(), block.last(), request.client(), request.request());
        pending.add(new Pending.Batch(answer, block.bytes(), node.clock().now()));
        advanceCommit();
        return this;
    }

    private Optional<Reason> refusal() {
        long bytes = pending.bytes() + node.feed().waitingBytes();
        if (node.isStorageFull()) {
            return Optional.of(Reason.STORAGE_FULL);
        }
        if (succession.isUnderWay()) {
            return Optional.of(Reason.NOT_LEADER);
        }
        boolean busy = bytes >= node.settings().limits().maxPendingBytes()
                || node.log().isBacklogged();
        return busy || succession.isAwaited() || reconfiguration.isLeaving()
                ? Optional.of(Reason.BUSY)
                : Optional.empty();
    }

    private boolean mustBeFresh(ClientRequest.Query query) {
        return query.consistency() != Consistency.STALE || query.hasMaxAge();
    }

    private Behavior<RaftMessage> onQuery(ClientRequest.Query query) {
        Timing timing = node.clock().timing();
        if (query.consistency() == Consistency.LEASE && timing.lease().compareTo(timing.heartbeat()) <= 0) {
            return reject(query, Reason.UNSUPPORTED);
        }
        if (node.queries().isFull()) {
            return reject(query, Reason.BUSY);
        }
        node.queries().take(query);
        QueryReader reader = new QueryReader(node, query);
        if (hasCommittedFirst() && needsNoRound(query)) {
            reader.read(node.commitIndex());
        } else {
            reads.add(reader, node.clock().now());
            confirmReads();
        }
        return this;
    }

    /**
     * Whether it is already known to be the leader still, as far as the query wants to be sure of that. The clock is
     * read after the query has come, and the commit index after the clock: if this process stands still anywhere in
     * between, or until the answer leaves, the answer is still what was so when the clock was read.
     */
    private boolean needsNoRound(ClientRequest.Query query) {
        long now = node.clock().now();
        return switch (query.consistency()) {
            case LEASE -> replication.lease().holds(now);
            case STALE -> replication.lease().isWithin(ageOnThisClock(query), now);
            case LINEARIZABLE -> false;
        };
    }

    private Behavior<RaftMessage> onReadIndex(Rpc.ReadIndex.Request question) {
        reads.add(question.from(), new FollowerReader(node, question));
        confirmReads();
        return this;
    }

    /** Before the no-op of its term is committed, a leader does not know what is committed (§8). */
    private boolean hasCommittedFirst() {
        return node.commitIndex() >= firstOfTerm;
    }

    /** Begins a round for the reads that wait, if none is under way and the no-op of this term is committed (§8). */
    private void confirmReads() {
        if (hasCommittedFirst() && reads.needRound()) {
            replication.confirmLeadership();
            reads.begin(replication.round(), node.commitIndex());
        }
        reads.confirm(replication.confirmedRound());
    }

    private Behavior<RaftMessage> onAppended(AppendEntries.Response response) {
        replication.onResponse(response);
        advanceCommit();
        confirmReads();
        confirmReads();
        succession.proceed();
        return reconfigure();
    }

    private Behavior<RaftMessage> onInstalling(InstallSnapshot.Response response) {
        replication.onResponse(response);
        advanceCommit();
        return this;
    }

    private Behavior<RaftMessage> onChunkRead(Local.ChunkRead chunk) {
        replication.onChunkRead(chunk);
        return this;
    }

    @Override
    Behavior<RaftMessage> onPersisted(Local.Persisted persisted) {
        if (node.persisted(persisted)) {
            node.stalls().synced(node.clock().now());
            advanceCommit();
            confirmReads();
        }
        return reconfigure();
    }

    /** Goes on with a change of members; whoever is no voter after it steps down, now that it is committed (§6). */
    private Behavior<RaftMessage> reconfigure() {
        if (!succession.isUnderWay()) {
            reconfiguration.proceed();
        }
        if (!reconfiguration.isDismissed()) {
            return this;
        }
        replication.confirmLeadership();
        succession.dismiss();
        leave();
        return Follower.inSameTerm(node, "it is no voter of the configuration that it has committed");
    }

    /** Only entries of this term are committed by counting; they take the earlier ones along (§5.4.2, Figure 8). */
    private void advanceCommit() {
        long replicated = replication.replicatedIndex();
        if (replicated >= firstOfTerm && replicated > node.commitIndex()) {
            List<Pending.Batch> committed = pending.takeUpTo(replicated);
            measure(committed);
            node.commit(replicated, committed);
        }
    }

    private void measure(List<Pending.Batch> committed) {
        long now = committed.isEmpty() ? 0 : node.clock().now();
        committed.forEach(batch -> node.parts().watch().measures().committed(now - batch.since()));
    }

    private Behavior<RaftMessage> onFetched(Local.Fetched fetched) {
        replication.onFetched(fetched);
        return this;
    }

    /** A leader that has heard no majority for nearly an election timeout gives its office up (thesis §6.2). */
    private Behavior<RaftMessage> onHeartbeat() {
        Duration patience =
                node.clock().timing().electionMax().minus(node.clock().timing().heartbeat());
        if (!node.clock().isWithin(patience, replication.quorumHeard())) {
            leave();
            String silence = node.clock().millisSince(replication.quorumHeard()) + " ms";
            return Follower.inSameTerm(node, "no majority heard for " + silence);
        }
        node.stalls()
                .tick(node.clock().now(), node.log().durable().equals(node.log().last()));
        replication.follow();
        replication.heartbeat();
        replication.resume();
        replication.replicate();
        confirmReads();
        reads.expire(
                node.clock().now() - 2 * node.clock().timing().electionMax().toNanos());
        succession.expire();
        succession.proceed();
        return reconfigure();
    }

    @Override
    Behavior<RaftMessage> onResign(Local.Resign request) {
        if (succession.isIndispensable()) {
            return super.onResign(request);
        }
        succession.resign(request.replyTo());
        return this;
    }

    private Behavior<RaftMessage> onTransfer(AdminRequest.Transfer request) {
        node.recorder().asks(request.replyTo(), "transfer to " + request.to().orElse("anybody"));
        succession.wish(request);
        return this;
    }

    private Behavior<RaftMessage> onChangeMembers(AdminRequest.ChangeMembers request) {
        node.recorder().asks(request.replyTo(), request.members().toString());
        reconfiguration.wish(request);
        return reconfigure();
    }

    private Behavior<RaftMessage> onOtherLeader(Rpc.Request request) {
        Invariant.check(false, "two leaders in one term: %s and %s", node.id(), request.from());
        return this;
    }
}
