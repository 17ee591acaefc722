package io.balsa.role;

import io.balsa.Consistency;
import io.balsa.journal.SnapshotReceiver;
import io.balsa.model.Configuration;
import io.balsa.model.CorruptEntryException;
import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import io.balsa.model.Invariant;
import io.balsa.model.NodeId;
import io.balsa.protocol.AppendEntries;
import io.balsa.protocol.ClientRequest;
import io.balsa.protocol.InstallSnapshot;
import io.balsa.protocol.InstallSnapshot.State;
import io.balsa.protocol.Local;
import io.balsa.protocol.RaftMessage;
import io.balsa.protocol.RequestVote;
import io.balsa.protocol.Rpc;
import io.balsa.protocol.TimeoutNow;
import io.balsa.protocol.reply.ClientReply.Reason;
import io.balsa.role.read.FollowerReads;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ReceiveBuilder;

/**
 * Replicates a leader's log and grants at most one vote per term.
 *
 * <p>Rules for Servers, Followers (Figure 2, §5.2). Lives for one term at most. Next: {@link PreCandidate}, when the
 * leader falls silent.
 */
final class Follower extends Role {
    static final String NAME = "Follower";

    private final long term;
    private Optional<NodeId> leader = Optional.empty();
    private long leaderHeard;
    private boolean graceGiven;
    private boolean deferred;
    private long answeredRound;
    private long seenRound;
    private long verified;
    private long acknowledged;
    private final FollowerReads reads;

    private Follower(Node node) {
        super(node);
        this.term = node.currentTerm();
        this.reads = new FollowerReads(
                node.clock().timing().heartbeat().multipliedBy(3).toNanos());
    }

    /** A server that has just recovered (§5.2: servers start up as followers). */
    static Follower started(Node node) {
        return enter(node, "started with log to " + node.log().last());
    }

    /** A server that was told of a newer term, which it saves before anything else (§5.1). */
    static Follower ofTerm(Node node, Rpc rpc) {
        node.adoptTerm(rpc.term());
        return enter(node, "term " + rpc.term() + " heard from " + rpc.from());
    }

    /** A server that gives up its candidacy or its office, in the same term; its vote stays given. */
    static Follower inSameTerm(Node node, String reason) {
        return enter(node, reason);
    }

    private static Follower enter(Node node, String reason) {
        node.clock().stopHeartbeat();
        node.clock().armElection();
        node.becomes(NAME, Optional.empty(), reason);
        return new Follower(node);
    }

    @Override
    ReceiveBuilder<RaftMessage> rules(ReceiveBuilder<RaftMessage> table) {
        return table.onMessage(AppendEntries.Request.class, this::onAppendEntries) // §5.3
                .onMessage(InstallSnapshot.Request.class, this::onInstallSnapshot) // Figure 13
                .onMessage(Local.ChunkTaken.class, this::onChunkTaken) // Figure 13
                .onMessage(TimeoutNow.class, this::onTimeoutNow) // thesis §3.10
                .onMessage(ClientRequest.Query.class, this::asksLeader, this::onQuery) // §8, thesis §6.4
                .onMessage(Rpc.ReadIndex.Response.class, this::onReadIndex) // thesis §6.4
                .onMessageEquals(Local.Tick.ELECTION, this::onElectionTimeout) // §5.2
                .onMessageEquals(Local.Tick.HEARTBEAT, () -> this)
                .onMessage(Local.Fetched.class, this::ignore)
                .onMessage(Rpc.Response.class, this::ignore);
    }

    @Override
    Optional<NodeId> leader() {
        return leader;
    }

    @Override
    boolean hearsLeader() {
        return leader.isPresent() && node.clock().isWithin(node.clock().timing().electionMin(), leaderHeard);
    }

    @Override
    StatusReport report() {
        return new StatusReport(node, NAME, leader, hearsLeader());
    }

    /** Nobody is left waiting for a leader that this server follows no longer. */
    @Override
    void leave() {
        reads.refuse();
    }

    private Behavior<RaftMessage> onAppendEntries(AppendEntries.Request request) {
        hearLeader(request.from());
        proceedReads();
        seenRound = Math.max(seenRound, request.round());
        if (!node.log().contains(request.previous())) {
            answer(request, false, 0);
            return this;
        }
        accept(request);
        return this;
    }

    /** Any request of the leader puts off the next election (§5.2). */
    private void hearLeader(NodeId from) {
        if (leader.isEmpty()) {
            leader = Optional.of(from);
            node.follows(from);
        } else if (!node.clock().isWithin(node.clock().timing().lateAfter(), leaderHeard)) {
            node.recorder().heartbeatLate(from, Duration.ofMillis(node.clock().millisSince(leaderHeard)));
        }
        Invariant.check(leader.get().equals(from), "two leaders in one term: %s and %s", leader.get(), from);
        leaderHeard = node.clock().now();
        node.promiseLease();
        graceGiven = false;
        deferred = false;
        node.clock().armElection(isFirstInLine(from));
    }

    /** The first voter behind the leader that is up and may lead, as far as this server can tell. */
    private boolean isFirstInLine(NodeId from) {
        Configuration configuration = node.configuration();
        NodeId next = configuration.voterAfter(from).orElse(from);
        for (int passed = 0; passed < configuration.voters().size(); passed++) {
            if (next.equals(node.id()) || node.peers().mayLead(next)) {
                break;
            }
            next = configuration.voterAfter(next).orElse(from);
        }
        return next.equals(node.id());
    }

    /** The logs agree up to {@code previous}: takes what is new and says what of it is on disk. */
    private void accept(AppendEntries.Request request) {
        Optional<Entries> entries = decode(request);
        if (entries.isEmpty()) {
            return;
        }
        boolean stored = store(entries.get());
        long end = request.previous().index() + (stored ? entries.get().count() : 0);
        verified = Math.max(verified, Math.max(end, node.log().base().index()));
        node.commit(Math.max(node.commitIndex(), Math.min(request.leaderCommit(), end)), List.of());
        reads.committed(node.commitIndex(), node.freshness());
        boolean safeAlready = stored && node.log().durable().index() >= end;
        if (safeAlready || entries.get().isEmpty() || request.round() > answeredRound) {
            answer(request, true, matchIndex());
        }
    }

    private Optional<Entries> decode(AppendEntries.Request request) {
        try {
            Entries entries = request.entries();
            boolean follows = entries.isEmpty()
                    || entries.first().index() == request.previous().index() + 1;
            if (follows) {
                return Optional.of(entries);
            }
            node.context()
                    .getLog()
                    .warn("{} ignores {} from {} behind {}", node.id(), entries, request.from(), request.previous());
        } catch (CorruptEntryException e) {
            node.context()
                    .getLog()
                    .warn("{}: entries of {} were damaged on their way: {}", node.id(), request.from(), e.getMessage());
        }
        return Optional.empty();
    }

    /**
     * Appends what the log does not hold yet; deletes from an existing entry on only if it conflicts with a new one
     * (§5.3).
     *
     * @return false when there is no room for them now; the leader will send them again
     */
    private boolean store(Entries entries) {
        Entries fresh = entries;
        while (!fresh.isEmpty() && node.log().contains(fresh.first())) {
            fresh = fresh.from(fresh.first().index() + 1);
        }
        if (fresh.isEmpty()) {
            return true;
        }
        if (node.isStorageFull() || node.log().isBacklogged()) {
            return false;
        }
        if (fresh.first().index() <= node.log().last().index()) {
            node.truncateFrom(fresh.first().index());
        }
        node.append(fresh);
        return true;
    }

    /** What is on disk and known to be like this leader's log. */
    private long matchIndex() {
        return Math.min(node.log().durable().index(), verified);
    }

    private void answer(AppendEntries.Request request, boolean success, long match) {
        EntryId hint = success ? EntryId.NONE : node.log().lastNotAbove(request.previous());
        answeredRound = seenRound;
        acknowledged = Math.max(acknowledged, match);
        tell(
                request.from(),
                self -> new AppendEntries.Response(self, term, seenRound, success, request.previous(), match, hint));
    }

    /** The disk has caught up: tells the leader what of its log is safe here now. */
    @Override
    Behavior<RaftMessage> onPersisted(Local.Persisted persisted) {
        node.persisted(persisted);
        long match = matchIndex();
        if (leader.isPresent() && match > acknowledged) {
            acknowledged = match;
            EntryId previous = node.log().idAt(match);
            tell(
                    leader.get(),
                    self -> new AppendEntries.Response(self, term, seenRound, true, previous, match, EntryId.NONE));
        }
        return this;
    }

    /** A chunk goes to the disk; nothing is said of it before it is there. What is safe here already is not taken. */
    private Behavior<RaftMessage> onInstallSnapshot(InstallSnapshot.Request request) {
        hearLeader(request.from());
        long index = request.snapshot().index();
        if (index > node.commitIndex()) {
            node.parts().receiver().tell(new SnapshotReceiver.Take(request));
        } else if (index <= node.log().durable().index()) {
            verified = Math.max(verified, index);
            acknowledged = Math.max(acknowledged, index);
            answer(request, request.offset(), State.INSTALLED);
        }
        return this;
    }

    private Behavior<RaftMessage> onChunkTaken(Local.ChunkTaken chunk) {
        chunk.whole().ifPresent(node.snapshots()::install);
        if (chunk.chunk().term() != term) {
            return this;
        }
        if (chunk.whole().isPresent()) {
            long index = chunk.chunk().snapshot().index();
            verified = Math.max(verified, index);
            acknowledged = Math.max(acknowledged, index);
            answer(chunk.chunk(), chunk.offset(), State.INSTALLED);
        } else {
            answer(chunk.chunk(), chunk.offset(), chunk.taken() ? State.TAKEN : State.MISSED);
        }
        return this;
    }

    private void answer(InstallSnapshot.Request request, long offset, State state) {
        tell(request.from(), self -> new InstallSnapshot.Response(self, term, request.snapshot(), offset, state));
    }

    @Override
    Behavior<RaftMessage> onRequestVote(RequestVote.Request request) {
        boolean granted = grants(request);
        if (granted) {
            node.clock().armElection();
        }
        reply(request, granted);
        return this;
    }

    private Behavior<RaftMessage> onTimeoutNow(TimeoutNow request) {
        boolean able = node.standing().isVoter() && node.mayVote(true) && !node.isStorageFull();
        if (!able) {
            return this;
        }
        leave();
        return Candidate.campaign(node, "asked by the leader " + request.from(), true);
    }

    private boolean asksLeader(ClientRequest.Query query) {
        boolean linearizable = query.consistency() == Consistency.LINEARIZABLE;
        return leader.isPresent() && (linearizable || (query.hasMaxAge() && !isFreshEnough(query)));
    }

    private Behavior<RaftMessage> onQuery(ClientRequest.Query query) {
        if (node.queries().isFull()) {
            return reject(query, Reason.BUSY);
        }
        node.queries().take(query);
        reads.add(new QueryReader(node, query), node.clock().now());
        proceedReads();
        return this;
    }

    private Behavior<RaftMessage> onReadIndex(Rpc.ReadIndex.Response response) {
        if (response.granted()) {
            reads.answered(response.number(), response.readIndex());
            reads.committed(node.commitIndex(), node.freshness());
        } else {
            reads.denied(response.number());
        }
        proceedReads();
        return this;
    }

    /** Asks the leader when there is something to ask; whoever has waited through two election timeouts is refused. */
    private void proceedReads() {
        long now = node.clock().now();
        reads.expire(now - 2 * node.clock().timing().electionMax().toNanos());
        if (leader.isPresent() && reads.needQuestion(now)) {
            long number = node.freshNumber();
            reads.ask(number, now);
            tell(leader.get(), self -> new Rpc.ReadIndex.Request(self, term, number));
        }
    }

    /** A tick that comes late means that this process stood still: what the leader sent meanwhile is heard first. */
    private Behavior<RaftMessage> onElectionTimeout() {
        if (!node.standing().mayStand() || node.settings().membership().priority() == 0) {
            leave();
            node.clock().armElection();
            return this;
        }
        if (node.clock().isElectionLate() && !graceGiven) {
            graceGiven = true;
            node.clock().armGrace();
            return this;
        }
        if (!deferred && isAnotherPreferred()) {
            deferred = true;
            node.clock().armElection();
            return this;
        }
        String reason = leader.isPresent()
                ? "silence of " + leader.get() + " for " + node.clock().millisSince(leaderHeard) + " ms"
                : "no leader heard";
        leave();
        return PreCandidate.ask(node, reason);
    }

    /** Whether a voter is up that is to lead rather than this one: it is given one election timeout to itself. */
    private boolean isAnotherPreferred() {
        int own = node.settings().membership().priority();
        return node.peers()
                .isAnyPreferred(
                        own, peer -> node.log().configuration().isVoter(peer) && !leader.equals(Optional.of(peer)));
    }
}
