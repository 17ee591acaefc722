package io.balsa.role;

import io.balsa.model.NodeId;
import io.balsa.protocol.AdminRequest;
import io.balsa.protocol.Local;
import io.balsa.protocol.TimeoutNow;
import io.balsa.protocol.reply.AdminReply;
import io.balsa.protocol.reply.AdminReply.Transferred;
import io.balsa.protocol.reply.AdminReply.Transferred.Refusal;
import io.balsa.role.membership.CatchUp;
import io.balsa.role.office.SettledWishes;
import io.balsa.role.office.Stalls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * How a leader gives its office to another server (thesis §3.10): because an operator wishes it, because this process
 * is about to stop, because its disk is full, or because its disk or process has stood still ({@link Stalls}).
 *
 * <p>Whoever is to lead next must hold everything first; for that nothing more is taken at the end. Where an operator
 * wishes it, that end begins only when the heir holds nearly everything, as one that has stopped or lags far behind
 * must not keep clients waiting. An heir that does not catch up within an election timeout, or then does not take over
 * within the shortest one, is given up, and the office is served on.
 */
final class Succession {
    private static final int MOST_DOUBLINGS = 6;
    private static final long SETTLED = 10;

    private final Node node;
    private final Replication replication;
    private final List<ActorRef<Local.Resigned>> resignation = new ArrayList<>();
    private Optional<Wish> wish = Optional.empty();
    private OptionalLong closedSince = OptionalLong.empty();
    private OptionalLong yieldingSince = OptionalLong.empty();
    private boolean handedOver;
    private long handedOverAt;
    private int inVain;

    Succession(Node node, Replication replication) {
        this.node = node;
        this.replication = replication;
        this.handedOverAt = node.clock().now();
    }

    /** What an operator wishes, and whether the heir keeps up well enough for it. */
    private record Wish(AdminRequest.Transfer request, Optional<NodeId> heir, CatchUp catchUp) {}

    /** Whether another server has been asked to take over, so that this one is no longer sure of its office. */
    boolean isUnderWay() {
        return handedOver;
    }

    /** Whether somebody waits for the office to be given up, so that the log must come to an end. */
    boolean isAwaited() {
        return !resignation.isEmpty() || closedSince.isPresent() || yieldingSince.isPresent();
    }

    /** This process is about to stop. */
    void resign(ActorRef<Local.Resigned> replyTo) {
        resignation.add(replyTo);
        proceed();
    }

    /** An operator wishes another leader, this one or any. A wish that is repeated is still the same. */
    void wish(AdminRequest.Transfer request) {
        Optional<AdminReply> before = node.settled().answerTo(request);
        if (before.isPresent()) {
            request.replyTo().tell(before.get());
        } else {
            consider(request);
        }
    }

    private void consider(AdminRequest.Transfer request) {
        boolean leadsAlready = request.to().equals(Optional.of(node.id().name())) && !handedOver && wish.isEmpty();
        Optional<Refusal> refusal = leadsAlready ? Optional.empty() : refusal(request);
        if (leadsAlready || refusal.isPresent()) {
            request.replyTo().tell(answer(request, refusal));
        } else if (wish.isEmpty()) {
            wish = Optional.of(new Wish(request, heir(request), catchUp()));
            proceed();
        }
    }

    /** Nearly: what then is missing is there within half the shortest election timeout. */
    private CatchUp catchUp() {
        Duration enough = node.clock().timing().electionMin().dividedBy(2);
        CatchUp.Limits limits = new CatchUp.Limits(Integer.MAX_VALUE, enough, electionTimeout());
        return new CatchUp(limits, node.clock().now(), node.log().last().index());
    }

    private Optional<Refusal> refusal(AdminRequest.Transfer request) {
        boolean another = handedOver || wish.isPresent();
        if (request.to().isPresent() && heir(request).isEmpty()) {
            return Optional.of(Refusal.NOT_A_VOTER);
        } else if (isIndispensable()) {
            return Optional.of(Refusal.NOBODY_ELSE);
        }
        return another
                        && wish.filter(mine -> SettledWishes.isSame(mine.request(), request))
                                .isEmpty()
                ? Optional.of(Refusal.UNDER_WAY)
                : Optional.empty();
    }

    /** Whether no other server may lead. */
    boolean isIndispensable() {
        return node.log().configuration().voters().stream().allMatch(node.id()::equals);
    }

    /** This server is no voter any more; whoever holds everything need not wait until that is noticed. */
    void dismiss() {
        Optional<NodeId> heir = replication.successor().filter(this::holdsEverythingDurable);
        heir.filter(best -> !handedOver).ifPresent(this::handOverTo);
    }

    private Optional<NodeId> heir(AdminRequest.Transfer request) {
        return node.log().configuration().voters().stream()
                .filter(voter -> request.to().equals(Optional.of(voter.name())))
                .findFirst();
    }

    /**
     * Asks the heir to take over once it holds everything. With a full disk that is tried an election timeout after the
     * election; whoever follows may be no better off: after each attempt in vain the next one waits twice as long.
     */
    void proceed() {
        boolean full = node.isStorageFull() && hasRested(1);
        yieldIfStalled();
        closeIfNear();
        if (!handedOver && !full && !isAwaited() && wish.isEmpty()) {
            preferred().ifPresent(this::handOverTo);
        }
        if (handedOver || (!full && !isAwaited())) {
            return;
        }
        Optional<NodeId> heir = heir();
        if (heir.filter(this::holdsEverythingDurable).isPresent()) {
            handOverTo(heir.get());
        }
    }

    /** Who is to lead next, unless it has fallen silent. */
    private Optional<NodeId> heir() {
        return wish.flatMap(Wish::heir)
                .or(replication::successor)
                .filter(next -> replication.followers().containsKey(next)
                        && !node.peers().isQuiet(next));
    }

    /** From the moment the wished heir holds nearly everything, nothing more is taken. */
    private void closeIfNear() {
        boolean near = closedSince.isEmpty()
                && wish.filter(open -> judge(open) == CatchUp.Verdict.CAUGHT_UP).isPresent();
        if (near) {
            closedSince = OptionalLong.of(node.clock().now());
        }
    }

    private CatchUp.Verdict judge(Wish open) {
        long match = heir().map(next -> replication.followers().get(next).matchIndex())
                .orElse(-1L);
        return open.catchUp().judge(node.clock().now(), match, node.log().last().index());
    }

    /**
     * A voter that the configuration of the nodes prefers to this one, and that holds everything; none for ten election
     * timeouts after the election, and after an attempt in vain, so that the office does not go round.
     */
    private Optional<NodeId> preferred() {
        if (!hasRested(SETTLED) || replication.followers().keySet().stream().noneMatch(this::isPreferred)) {
            return Optional.empty();
        }
        return replication.heard().stream()
                .filter(voter -> !voter.equals(node.id())
                        && node.log().configuration().voters().contains(voter)
                        && isPreferred(voter))
                .filter(this::holdsEverythingDurable)
                .max(Comparator.comparingInt(voter -> node.peers().link(voter).priority()));
    }

    private boolean isPreferred(NodeId other) {
        return node.peers().knows(other)
                && node.peers().link(other).priority()
                        > node.settings().membership().priority();
    }

    /** Whether so many election timeouts have passed since the last attempt, and twice as many for each in vain. */
    private boolean hasRested(long timeouts) {
        long pause = electionTimeout().toNanos() * (timeouts << Math.min(inVain, MOST_DOUBLINGS));
        return node.clock().now() - handedOverAt >= pause;
    }

    /** Only to one that has got further: else both limp, and nothing is won. */
    private void yieldIfStalled() {
        long now = node.clock().now();
        Optional<String> reason = node.stalls().reason(now);
        if (handedOver || yieldingSince.isPresent() || reason.isEmpty()) {
            return;
        }
        long least = node.stalls().isOfDisk() ? node.log().durable().index() + 1 : node.commitIndex();
        boolean better = replication
                .successor()
                .filter(heir -> replication.followers().get(heir).matchIndex() >= least)
                .isPresent();
        if (better) {
            node.context().getLog().warn("{} gives its office up: {}", node.id(), reason.get());
            yieldingSince = OptionalLong.of(now);
        }
    }

    /** Gives up what has not come to anything (thesis §3.10). */
    void expire() {
        Duration shortest = node.clock().timing().electionMin();
        if (handedOver && !node.clock().isWithin(shortest, handedOverAt)) {
            node.context().getLog().warn("{} was not relieved and leads on", node.id());
            handedOver = false;
            inVain++;
        }
        if (yieldingSince.isPresent() && !node.clock().isWithin(electionTimeout(), yieldingSince.getAsLong())) {
            yieldingSince = OptionalLong.empty();
            node.stalls().yielded(node.clock().now());
        }
        boolean vain = closedSince.isPresent()
                ? !node.clock().isWithin(shortest, closedSince.getAsLong())
                : wish.filter(open -> judge(open) == CatchUp.Verdict.TOO_SLOW).isPresent();
        if (vain && !handedOver) {
            endWish(Optional.of(Refusal.IN_VAIN));
        }
    }

    private void endWish(Optional<Refusal> refusal) {
        wish.map(Wish::request).ifPresent(ended -> node.settled().settle(ended, answer(ended, refusal)));
        wish = Optional.empty();
        closedSince = OptionalLong.empty();
    }

    /** The office is given up, for this reason or another. */
    void end() {
        resignation.forEach(waiting -> waiting.tell(new Local.Resigned()));
        resignation.clear();
        endWish(Optional.empty());
    }

    private void handOverTo(NodeId heir) {
        replication.lease().end();
        handedOver = true;
        handedOverAt = node.clock().now();
        if (yieldingSince.isPresent()) {
            yieldingSince = OptionalLong.empty();
            node.stalls().yielded(handedOverAt);
        }
        long term = node.currentTerm();
        node.context().getLog().info("{} hands over to {}", node.id(), heir);
        node.peers().tell(heir, self -> new TimeoutNow(self, term));
    }

    private boolean holdsEverythingDurable(NodeId follower) {
        Progress progress = replication.followers().get(follower);
        long match = progress == null ? -1 : progress.matchIndex();
        return match >= node.log().last().index() || (node.isStorageFull() && match >= node.commitIndex());
    }

    private Duration electionTimeout() {
        return node.clock().timing().electionMax();
    }

    private Transferred answer(AdminRequest.Transfer request, Optional<Refusal> refusal) {
        return new Transferred(request.request(), node.currentTerm(), refusal);
    }
}
