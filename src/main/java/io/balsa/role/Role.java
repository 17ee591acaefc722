package io.balsa.role;

import io.balsa.Consistency;
import io.balsa.machine.Applier;
import io.balsa.model.EntryId;
import io.balsa.model.NodeId;
import io.balsa.model.Sender;
import io.balsa.protocol.AdminRequest;
import io.balsa.protocol.AppendEntries;
import io.balsa.protocol.ClientRequest;
import io.balsa.protocol.Hello;
import io.balsa.protocol.InstallSnapshot;
import io.balsa.protocol.InstallSnapshot.State;
import io.balsa.protocol.Local;
import io.balsa.protocol.LogRead;
import io.balsa.protocol.PreVote;
import io.balsa.protocol.RaftMessage;
import io.balsa.protocol.RequestVote;
import io.balsa.protocol.Rpc;
import io.balsa.protocol.reply.AdminReply;
import io.balsa.protocol.reply.AdminReply.MembersChanged;
import io.balsa.protocol.reply.AdminReply.Transferred.Refusal;
import io.balsa.protocol.reply.ClientReply;
import io.balsa.protocol.reply.ClientReply.Reason;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.ChildFailed;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.ReceiveBuilder;

/**
 * What all roles have in common: the head of every message table, where the rule on terms stands once (§5.1), and its
 * foot, with what any server does in any role. In between stand the rules of the role itself.
 */
abstract class Role extends AbstractBehavior<RaftMessage> {
    /** Who allows more is given no more; enough for everybody, and no sum with it overflows. */
    private static final Duration LONGEST_AGE = Duration.ofDays(365);

    protected final Node node;

    Role(Node node) {
        super(node.context());
        this.node = node;
    }

    /** Adds a line for each message that this role has a rule for, or ignores. */
    abstract ReceiveBuilder<RaftMessage> rules(ReceiveBuilder<RaftMessage> table);

    /** The server this one takes for the leader, itself included; none while it looks for one. */
    Optional<NodeId> leader() {
        return Optional.empty();
    }

    /** Whether a leader has been heard within the minimum election timeout; on a leader, a majority (§6). */
    boolean hearsLeader() {
        return false;
    }

    /** What the role knows of its peers, for people. */
    abstract StatusReport report();

    /** What a role still owes when it ends; whoever moves on to another role has it done first. */
    void leave() {}

    @Override
    public final Receive<RaftMessage> createReceive() {
        ReceiveBuilder<RaftMessage> table = newReceiveBuilder()
                .onMessage(Rpc.class, this::isForeign, this::ignore) // foreign: the gate has said so
                .onMessage(RequestVote.Request.class, this::disturbs, this::ignore) // §6, disruptive servers
                .onMessage(Rpc.class, this::speaksOfNewerTerm, this::adoptTerm) // §5.1
                .onMessage(Rpc.Request.class, this::isOutdated, this::refuse) // §5.1
                .onMessage(Rpc.Response.class, this::isOutdated, this::ignore) // §5.1
                .onMessage(ClientRequest.class, request -> !request.target().equals(node.target()), this::refuseForeign)
                .onMessage(AdminRequest.class, request -> !request.target().fits(node.target()), this::refuseForeign);
        return foot(rules(table)).build();
    }

    /** What any server does in any role, unless the role has a rule of its own above. */
    private ReceiveBuilder<RaftMessage> foot(ReceiveBuilder<RaftMessage> table) {
        return table.onMessage(RequestVote.Request.class, this::onRequestVote) // §5.2, §5.4.1
                .onMessage(PreVote.Request.class, this::onPreVote) // thesis §9.6
                .onMessage(Rpc.ReadIndex.Request.class, this::refuse) // thesis §6.4: this is no leader
                .onMessage(ClientRequest.Query.class, query -> query.consistency() == Consistency.STALE, this::onStale)
                .onMessage(ClientRequest.Subscribe.class, this::onSubscribe)
                .onMessage(ClientRequest.class, this::redirect) // §8
                .onMessage(AdminRequest.GetStatus.class, this::onGetStatus)
                .onMessage(AdminRequest.GetCondition.class, this::onGetCondition)
                .onMessage(AdminRequest.GetLog.class, this::onGetLog)
                .onMessage(AdminRequest.Transfer.class, this::onTransfer)
                .onMessage(AdminRequest.TriggerSnapshot.class, this::onTriggerSnapshot)
                .onMessage(AdminRequest.ListSnapshots.class, this::onListSnapshots)
                .onMessage(AdminRequest.ChangeMembers.class, this::onChangeMembers)
                .onMessage(Local.Persisted.class, this::onPersisted)
                .onMessage(Local.Applied.class, this::onApplied)
                .onMessage(Local.StorageFull.class, this::onStorageFull)
                .onMessage(Local.SnapshotWritten.class, this::onSnapshotWritten) // §7
                .onMessage(Local.SnapshotSaved.class, this::onSnapshotSaved)
                .onMessage(Local.SnapshotFailed.class, this::onSnapshotFailed)
                .onMessage(Local.SnapshotRefused.class, this::onSnapshotRefused)
                .onMessage(Local.Compacted.class, this::onCompacted)
                .onMessage(Local.ChunkTaken.class, this::ignore) // it is on disk, and will serve after a restart
                .onMessage(Local.ChunkRead.class, this::ignore)
                .onMessage(Local.Resign.class, this::onResign)
                .onMessage(Hello.class, this::onHello)
                .onMessageEquals(Local.Tick.HELLO, this::onHelloTick)
                .onSignal(ChildFailed.class, this::onChildFailed)
                .onSignal(PostStop.class, stop -> onStop());
    }

    /** A message that says nothing to this role: an answer to a past one, or a tick that was on its way. */
    final Behavior<RaftMessage> ignore(RaftMessage message) {
        return this;
    }

    /** Pre-votes and granted answers to them name a term that is only proposed. */
    private boolean speaksOfNewerTerm(Rpc rpc) {
        return !namesAProposedTerm(rpc) && rpc.term() > node.currentTerm();
    }

    private static boolean namesAProposedTerm(Rpc rpc) {
        return rpc instanceof PreVote.Response response ? response.granted() : rpc instanceof PreVote.Request;
    }

    /**
     * Whoever leads was elected by servers that know its folder; a candidate with a log was fed by one. All others are
     * taken at their word only if they still have the folder that they are known by.
     */
    private boolean isForeign(Rpc rpc) {
        return !node.gate().admits(rpc.sender(), reliesOnMemory(rpc));
    }

    private static boolean reliesOnMemory(Rpc rpc) {
        if (rpc instanceof RequestVote.Request vote) {
            return vote.last().equals(EntryId.NONE);
        } else if (rpc instanceof PreVote.Request ask) {
            return ask.last().equals(EntryId.NONE);
        }
        return rpc instanceof Rpc.Response;
    }

    private boolean disturbs(RequestVote.Request request) {
        return request.term() > node.currentTerm() && !request.transfer() && hearsLeader();
    }

    private boolean isOutdated(Rpc rpc) {
        return rpc.term() < node.currentTerm();
    }

    /**
     * Says no, in the newer term if the request is of an older one, so that its sender learns of it (§5.1). If that
     * very sender leads the newer term by now, the answer confirms no round of it: rounds count anew in every term.
     */
    private Behavior<RaftMessage> refuse(Rpc.Request request) {
        long term = node.currentTerm();
        if (request instanceof AppendEntries.Request append) {
            tell(
                    request.from(),
                    self -> new AppendEntries.Response(self, term, 0, false, append.previous(), 0, EntryId.NONE));
        } else if (request instanceof RequestVote.Request) {
            tell(request.from(), self -> new RequestVote.Response(self, term, false));
        } else if (request instanceof InstallSnapshot.Request chunk) {
            tell(request.from(), self -> new InstallSnapshot.Response(self, term, chunk.snapshot(), 0, State.MISSED));
        } else if (request instanceof PreVote.Request) {
            tell(request.from(), self -> new PreVote.Response(self, term, false));
        } else if (request instanceof Rpc.ReadIndex.Request question) {
            tell(request.from(), self -> new Rpc.ReadIndex.Response(self, term, question.number(), false, 0));
        }
        return this;
    }

    private Behavior<RaftMessage> adoptTerm(Rpc rpc) throws Exception {
        leave();
        return Follower.ofTerm(node, rpc).receive(node.context(), rpc);
    }

    /** A role keeps its own handler of votes only to notice what a granted one means for it. */
    Behavior<RaftMessage> onRequestVote(RequestVote.Request request) {
        boolean granted = grants(request);
        reply(request, granted);
        return this;
    }

    /** Decides on a vote and saves it: one for each term (§5.2), and only for a log as good as ours (§5.4.1). */
    final boolean grants(RequestVote.Request request) {
        boolean free = node.votedFor().isEmpty() || node.votedFor().get().equals(request.from());
        boolean granted = free
                && node.mayVote(request.transfer())
                && request.last().isAtLeastAsUpToDateAs(node.log().last());
        if (granted && node.votedFor().isEmpty()) {
            node.vote(request.term(), request.from());
        }
        if (!granted) {
            String reason = free
                    ? "its log ends at " + request.last() + ", this one at "
                            + node.log().last()
                    : "that of this term is given to " + node.votedFor().get();
            logRefusal(
                    request,
                    node.mayVote(request.transfer()) ? reason : "it has just started, or has just heard a leader");
        }
        return granted;
    }

    private void logRefusal(RequestVote.Request request, String reason) {
        node.context()
                .getLog()
                .info("{} refuses {} its vote in term {}: {}", node.id(), request.from(), request.term(), reason);
    }

    final void reply(RequestVote.Request request, boolean granted) {
        long term = node.currentTerm();
        tell(request.from(), self -> new RequestVote.Response(self, term, granted));
    }

    /** Says something to one that is known. */
    final void tell(NodeId to, Function<Sender, RaftMessage> message) {
        node.peers().tell(to, message);
    }

    private Behavior<RaftMessage> onPreVote(PreVote.Request request) {
        boolean granted = request.term() > node.currentTerm()
                && !hearsLeader()
                && node.mayVote(false)
                && request.last().isAtLeastAsUpToDateAs(node.log().last());
        long term = granted ? request.term() : node.currentTerm();
        tell(request.from(), self -> new PreVote.Response(self, term, granted));
        return this;
    }

    private Behavior<RaftMessage> onStale(ClientRequest.Query query) {
        if (node.queries().isFull()) {
            return reject(query, Reason.BUSY);
        }
        node.queries().take(query);
        QueryReader reader = new QueryReader(node, query);
        if (isFreshEnough(query)) {
            reader.read(query.hasMaxAge() ? node.freshness().index() : 0);
        } else {
            reader.refuse();
        }
        return this;
    }

    /** Whether the state of this server may answer a stale query as it is. */
    final boolean isFreshEnough(ClientRequest.Query query) {
        return !query.hasMaxAge()
                || node.freshness().isWithin(ageOnThisClock(query), node.clock().now());
    }

    /** What this server's clock may show when the state has the age that the query allows; nanoseconds. */
    final long ageOnThisClock(ClientRequest.Query query) {
        Duration longest = Duration.ofMillis(Math.min(query.maxAgeMillis(), LONGEST_AGE.toMillis()));
        return node.clock().timing().onSlowestClock(longest).toNanos();
    }

    private Behavior<RaftMessage> onSubscribe(ClientRequest.Subscribe request) {
        node.feed().applier().tell(new Applier.Subscribe(request));
        return this;
    }

    private Behavior<RaftMessage> redirect(ClientRequest request) {
        return reject(request, Reason.NOT_LEADER);
    }

    private Behavior<RaftMessage> refuseForeign(ClientRequest request) {
        return reject(request, Reason.FOREIGN);
    }

    final Behavior<RaftMessage> reject(ClientRequest request, Reason reason) {
        node.parts().watch().measures().refused().count(reason.name());
        Optional<String> leader = node.address(leader());
        request.client().answer(new ClientReply.Rejected(request.request(), reason, leader));
        return this;
    }

    private Behavior<RaftMessage> refuseForeign(AdminRequest request) {
        String cluster = node.settings().clusterId();
        request.replyTo()
                .tell(new AdminReply.Foreign(
                        request.request(), cluster, node.settings().group()));
        return this;
    }

    private Behavior<RaftMessage> onGetStatus(AdminRequest.GetStatus request) {
        request.replyTo().tell(report().status(request.request()));
        return this;
    }

    private Behavior<RaftMessage> onGetCondition(AdminRequest.GetCondition request) {
        request.replyTo().tell(StatusReport.condition(node, request.request()));
        return this;
    }

    private Behavior<RaftMessage> onGetLog(AdminRequest.GetLog request) {
        LogRead.Page page = new LogRead.Page(request, node.log().durable().index(), node.commitIndex());
        node.parts().reader().tell(page);
        return this;
    }

    private Behavior<RaftMessage> onTransfer(AdminRequest.Transfer request) {
        Optional<Refusal> refusal = Optional.of(Refusal.NOT_LEADER);
        return turnAway(request, new AdminReply.Transferred(request.request(), node.currentTerm(), refusal));
    }

    private Behavior<RaftMessage> onChangeMembers(AdminRequest.ChangeMembers request) {
        Optional<MembersChanged.Refusal> refusal = Optional.of(MembersChanged.Refusal.NOT_LEADER);
        return turnAway(
                request, new MembersChanged(request.request(), node.log().configurationIndex(), refusal));
    }

    /** Unless it did what is wished when it led, and the operator does not know. */
    private Behavior<RaftMessage> turnAway(AdminRequest request, AdminReply refusal) {
        request.replyTo().tell(node.settled().answerTo(request).orElse(refusal));
        return this;
    }

    /** The disk has caught up; only followers and leaders have someone to tell. */
    Behavior<RaftMessage> onPersisted(Local.Persisted persisted) {
        node.persisted(persisted);
        return this;
    }

    private Behavior<RaftMessage> onApplied(Local.Applied applied) {
        node.applied(applied.index());
        return this;
    }

    private Behavior<RaftMessage> onStorageFull(Local.StorageFull storage) {
        node.storageFull(storage.full());
        return this;
    }

    private Behavior<RaftMessage> onTriggerSnapshot(AdminRequest.TriggerSnapshot request) {
        node.recorder().asks(request.replyTo(), "snapshot");
        node.snapshots().trigger(request);
        return this;
    }

    private Behavior<RaftMessage> onListSnapshots(AdminRequest.ListSnapshots request) {
        node.parts().reader().tell(new LogRead.Snapshots(request));
        return this;
    }

    private Behavior<RaftMessage> onSnapshotWritten(Local.SnapshotWritten written) {
        node.snapshots().written(written.snapshot());
        return this;
    }

    private Behavior<RaftMessage> onSnapshotSaved(Local.SnapshotSaved saved) {
        node.snapshots().saved(saved.snapshot());
        node.recorder().snapshotTaken(saved.snapshot().last(), saved.bytes());
        return this;
    }

    private Behavior<RaftMessage> onSnapshotFailed(Local.SnapshotFailed failed) {
        node.context().getLog().warn("{}: no snapshot this time: {}", node.id(), failed.reason());
        node.snapshots().failed(failed.reason());
        return this;
    }

    private Behavior<RaftMessage> onSnapshotRefused(Local.SnapshotRefused refused) {
        node.snapshots().refused(refused.reason());
        return this;
    }

    private Behavior<RaftMessage> onCompacted(Local.Compacted compacted) {
        node.log().compacted(compacted.base());
        return this;
    }

    Behavior<RaftMessage> onResign(Local.Resign request) {
        request.replyTo().tell(new Local.Resigned());
        return this;
    }

    private Behavior<RaftMessage> onHello(Hello hello) {
        node.gate().hear(hello);
        return this;
    }

    private Behavior<RaftMessage> onHelloTick() {
        node.gate().greet();
        return this;
    }

    /** A part of this server has failed: the server fails with it, for the same reason. */
    private Behavior<RaftMessage> onChildFailed(ChildFailed failure) {
        throw failure.cause() instanceof RuntimeException cause ? cause : new IllegalStateException(failure.cause());
    }

    private Behavior<RaftMessage> onStop() {
        leave();
        node.close();
        return this;
    }
}
