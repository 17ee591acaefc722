package io.balsa.role;

import io.balsa.config.PeerAddress;
import io.balsa.config.Settings;
import io.balsa.model.Configuration;
import io.balsa.model.NodeId;
import io.balsa.model.Payload;
import io.balsa.protocol.AdminRequest.ChangeMembers;
import io.balsa.protocol.AdminRequest.Members;
import io.balsa.protocol.reply.AdminReply;
import io.balsa.protocol.reply.AdminReply.MembersChanged;
import io.balsa.protocol.reply.AdminReply.MembersChanged.Refusal;
import io.balsa.role.membership.CatchUp;
import io.balsa.role.membership.CatchUp.Verdict;
import io.balsa.role.membership.Change;
import io.balsa.role.office.SettledWishes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * How a leader changes the members of its cluster (§6, thesis §4): one change at a time, and none before an entry of
 * its own term is committed, without which it cannot know that an earlier change is not still undecided (Ongaro 2015).
 *
 * <p>Of a change that its leader did not finish, whoever leads next finishes what is in the log: a joint configuration
 * always leads to the new one. What is not in the log yet is not done.
 */
final class Reconfiguration {
    private final Node node;
    private final Replication replication;
    private final long firstOfTerm;
    private final Consumer<List<Payload>> append;
    private Optional<Wish> wish = Optional.empty();

    Reconfiguration(Node node, Replication replication, long firstOfTerm, Consumer<List<Payload>> append) {
        this.node = node;
        this.replication = replication;
        this.firstOfTerm = firstOfTerm;
        this.append = append;
    }

    /** What an operator wishes, what of it is left to do, and how those get on who are to vote. */
    private record Wish(ChangeMembers request, Change change, Map<NodeId, CatchUp> newcomers) {}

    /** An operator wishes other members. A wish that is repeated is still the same. */
    void wish(ChangeMembers request) {
        if (wish.filter(mine -> SettledWishes.isSame(mine.request(), request)).isPresent()) {
            return;
        }
        Optional<AdminReply> before = node.settled().answerTo(request);
        Optional<Change> change = before.isPresent() ? Optional.empty() : change(request.members());
        Optional<Refusal> refusal = change.map(this::refusal).orElse(Optional.of(Refusal.SENSELESS));
        if (before.isPresent()) {
            request.replyTo().tell(before.get());
        } else if (refusal.isPresent()) {
            request.replyTo().tell(answer(request, refusal));
        } else {
            wish = change.map(wished -> new Wish(request, wished, new TreeMap<>()));
        }
    }

    /** Takes the next step, if the one before is committed. */
    void proceed() {
        if (!isSettled() || node.isStorageFull()) {
            return;
        }
        Configuration now = node.log().configuration();
        if (now.isJoint()) {
            append(now.completed());
        } else {
            wish.ifPresent(mine -> advance(mine, now));
        }
    }

    /** Whether the leader is no voter of the configuration that it has committed. */
    boolean isDismissed() {
        return isSettled() && isLeaving();
    }

    /** Whether the leader will be dismissed as soon as everything is committed, so that nothing may be added to it. */
    boolean isLeaving() {
        return !node.standing().isVoter();
    }

    /** The office is given up: nobody can say what becomes of a change under way. */
    void end() {
        Configuration now = node.log().configuration();
        wish.ifPresent(mine -> {
            boolean done = isSettled()
                    && !now.isJoint()
                    && mine.change().next(now, storageIds()).equals(now);
            settle(mine, done ? Optional.empty() : Optional.of(Refusal.LEADERSHIP_LOST));
        });
    }

    private boolean isSettled() {
        return node.commitIndex() >= firstOfTerm && node.log().configurationIndex() <= node.commitIndex();
    }

    private Optional<Refusal> refusal(Change change) {
        if (node.commitIndex() < firstOfTerm) {
            return Optional.of(Refusal.NOT_READY);
        } else if (wish.isPresent()
                || !isSettled()
                || node.log().configuration().isJoint()) {
            return Optional.of(Refusal.UNDER_WAY);
        } else if (node.isStorageFull() || node.log().isBacklogged()) {
            return Optional.of(Refusal.NO_ROOM);
        }
        return change.refusal(node.log().configuration());
    }

    private void advance(Wish mine, Configuration now) {
        Configuration next = mine.change().next(now, storageIds());
        Verdict verdict = judge(mine, now);
        boolean dead =
                !mine.request().members().withoutQuorum() && !mine.change().hasQuorum(now, replication.heard());
        if (next.equals(now)) {
            settle(mine, Optional.empty());
        } else if (verdict == Verdict.TOO_SLOW) {
            settle(mine, Optional.of(Refusal.NOT_CAUGHT_UP));
        } else if (dead) {
            settle(mine, Optional.of(Refusal.NO_QUORUM));
        } else if (verdict == Verdict.CAUGHT_UP) {
            wish = Optional.of(new Wish(mine.request(), mine.change().renewed(now), mine.newcomers()));
            append(next);
        }
    }

    /** What is to be thought of those who are to vote; the slowest decides. */
    private Verdict judge(Wish mine, Configuration now) {
        Verdict all = Verdict.CAUGHT_UP;
        for (NodeId newcomer : mine.change().awaited(now)) {
            Verdict verdict = judge(mine, newcomer);
            all = verdict.compareTo(all) > 0 ? verdict : all;
        }
        return all;
    }

    private Verdict judge(Wish mine, NodeId newcomer) {
        Settings.Membership settings = node.settings().membership();
        CatchUp.Limits limits = new CatchUp.Limits(
                settings.catchUpRounds(), node.clock().timing().electionMax(), settings.catchUpTimeout());
        long now = node.clock().now();
        long last = node.log().last().index();
        Progress progress = replication.followers().get(newcomer);
        Verdict verdict = mine.newcomers()
                .computeIfAbsent(newcomer, begins -> new CatchUp(limits, now, last))
                .judge(now, progress.matchIndex(), last);
        boolean gone =
                !replication.heard().contains(newcomer) || progress.storage().isEmpty();
        return gone && verdict == Verdict.CAUGHT_UP ? Verdict.TOO_SLOW : verdict;
    }

    /** The folders that voters, and those who are to be some, are known by. */
    private SortedMap<NodeId, Long> storageIds() {
        SortedMap<NodeId, Long> known =
                new TreeMap<>(node.parts().storage().ballots().current().storageIds());
        known.put(node.id(), node.storageId());
        known.keySet().removeIf(peer -> !node.log().configuration().isVoter(peer));
        replication.followers().forEach((follower, progress) -> {
            if (node.log().configuration().isLearner(follower)) {
                progress.storage().ifPresent(storage -> known.put(follower, storage));
            }
        });
        return known;
    }

    private void append(Configuration next) {
        node.context().getLog().info("{} changes the configuration to {}", node.id(), next);
        append.accept(List.of(new Payload.Reconfigure(next)));
    }

    private void settle(Wish mine, Optional<Refusal> refusal) {
        wish = Optional.empty();
        node.settled().settle(mine.request(), answer(mine.request(), refusal));
    }

    private MembersChanged answer(ChangeMembers request, Optional<Refusal> refusal) {
        return new MembersChanged(request.request(), node.log().configurationIndex(), refusal);
    }

    /** What the names in a request mean; nothing when one is no name, or an address none. */
    private static Optional<Change> change(Members members) {
        List<String> names = new ArrayList<>(members.add().keySet());
        List.of(members.promote(), members.demote(), members.remove(), members.renew())
                .forEach(some -> names.addAll(some));
        boolean sound = names.stream().allMatch(NodeId::isOne)
                && members.add().values().stream().allMatch(PeerAddress::isOne);
        if (!sound) {
            return Optional.empty();
        }
        SortedMap<NodeId, String> add = new TreeMap<>();
        members.add().forEach((name, address) -> add.put(NodeId.of(name), address));
        return Optional.of(new Change(
                add,
                nodes(members.promote()),
                nodes(members.demote()),
                nodes(members.remove()),
                nodes(members.renew())));
    }

    private static SortedSet<NodeId> nodes(List<String> names) {
        SortedSet<NodeId> nodes = new TreeSet<>();
        names.forEach(name -> nodes.add(NodeId.of(name)));
        return nodes;
    }
}
