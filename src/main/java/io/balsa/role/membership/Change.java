package io.balsa.role.membership;

import io.balsa.model.Configuration;
import io.balsa.model.NodeId;
import io.balsa.protocol.reply.AdminReply.MembersChanged.Refusal;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What an operator wishes the members to become, and by which configurations to get there (§6).
 *
 * <p>A change of voters goes through a joint configuration, whatever the two sets are; members that do not vote come
 * and go in one step, because no majority depends on them.
 *
 * @param add new members with their addresses
 * @param promote who is to vote
 * @param demote who is to stay without a vote
 * @param remove who is to be a member no longer
 * @param renew voters whose data folder is lost: first they lose their vote, then they earn it like any other
 */
public record Change(
        SortedMap<NodeId, String> add,
        SortedSet<NodeId> promote,
        SortedSet<NodeId> demote,
        SortedSet<NodeId> remove,
        SortedSet<NodeId> renew) {

    /** Why it cannot be carried out on these members, if it cannot. */
    public Optional<Refusal> refusal(Configuration now) {
        if (contradictsItself() || votersAfter(now).isEmpty()) {
            return Optional.of(Refusal.SENSELESS);
        }
        if (isTaken(now)) {
            return Optional.of(Refusal.TAKEN);
        }
        Set<NodeId> named = new TreeSet<>(promote);
        named.removeAll(add.keySet());
        List.of(demote, remove, renew).forEach(named::addAll);
        return now.members().keySet().containsAll(named) ? Optional.empty() : Optional.of(Refusal.NOT_A_MEMBER);
    }

    /**
     * Whether the voters that the next joint configuration leads to could commit anything.
     *
     * @param heard who is up, as far as the leader knows; whoever is to get a vote need not be yet, and is waited for
     */
    public boolean hasQuorum(Configuration now, Set<NodeId> heard) {
        Set<NodeId> up = new TreeSet<>(heard);
        promote.stream().filter(node -> !now.isVoter(node)).forEach(up::add);
        SortedSet<NodeId> voters = votersAfter(now);
        SortedMap<NodeId, String> members = new TreeMap<>();
        voters.forEach(voter -> members.put(voter, ""));
        return Configuration.of(members).isQuorum(up);
    }

    /** Who must have caught up before anything else can be done. */
    public SortedSet<NodeId> awaited(Configuration now) {
        SortedSet<NodeId> awaited = new TreeSet<>(promote);
        awaited.removeAll(now.voters());
        return isFirstStepDone(now) ? awaited : Collections.emptySortedSet();
    }

    /**
     * The configuration that is to stand in the log next; the present one when nothing is left to do.
     *
     * @param now committed, and not joint
     * @param storageIds the data folders that the leader knows others, and itself, to have
     */
    public Configuration next(Configuration now, Map<NodeId, Long> storageIds) {
        if (!Collections.disjoint(now.voters(), renew)) {
            SortedSet<NodeId> rest = new TreeSet<>(now.voters());
            rest.removeAll(renew);
            return joint(now, rest, Collections.emptySortedSet(), storageIds);
        }
        if (!isFirstStepDone(now)) {
            SortedMap<NodeId, String> members = new TreeMap<>(now.members());
            members.putAll(add);
            return of(now, members);
        }
        SortedSet<NodeId> voters = votersAfter(now);
        if (!voters.equals(now.voters())) {
            return joint(now, voters, remove, storageIds);
        }
        SortedMap<NodeId, String> members = new TreeMap<>(now.members());
        members.keySet().removeAll(remove);
        return of(now, members);
    }

    /** What is left to do once those that come back with an empty folder have lost their vote. */
    public Change renewed(Configuration before) {
        SortedSet<NodeId> again = new TreeSet<>(renew);
        again.retainAll(before.voters());
        again.addAll(promote);
        return new Change(add, again, demote, remove, Collections.emptySortedSet());
    }

    private boolean isFirstStepDone(Configuration now) {
        return Collections.disjoint(now.voters(), renew)
                && now.members().keySet().containsAll(add.keySet());
    }

    private SortedSet<NodeId> votersAfter(Configuration now) {
        SortedSet<NodeId> voters = new TreeSet<>(now.voters());
        voters.addAll(promote);
        List.of(demote, remove, renew).forEach(nodes -> voters.removeAll(nodes));
        return voters;
    }

    private boolean contradictsItself() {
        Set<NodeId> once = new HashSet<>();
        for (SortedSet<NodeId> nodes : List.of(promote, demote, remove, renew)) {
            if (!Collections.disjoint(once, nodes)) {
                return true;
            }
            once.addAll(nodes);
        }
        once.removeAll(promote);
        return !Collections.disjoint(once, add.keySet());
    }

    /** An address belongs to one server. */
    private boolean isTaken(Configuration now) {
        SortedMap<NodeId, String> members = new TreeMap<>(now.members());
        for (Map.Entry<NodeId, String> each : add.entrySet()) {
            String before = members.put(each.getKey(), each.getValue());
            if (before != null && !before.equals(each.getValue())) {
                return true;
            }
        }
        return new HashSet<>(members.values()).size() < members.size();
    }

    private static Configuration of(Configuration now, SortedMap<NodeId, String> members) {
        return new Configuration(members, now.voters(), now.outgoing(), now.leaving(), now.storageIds());
    }

    /** Whoever votes is held to the folder it has, so that all will recognize it by. */
    private static Configuration joint(
            Configuration now, SortedSet<NodeId> voters, SortedSet<NodeId> leaving, Map<NodeId, Long> known) {
        SortedMap<NodeId, Long> storageIds = new TreeMap<>(known);
        storageIds.putAll(now.storageIds());
        storageIds.keySet().removeIf(node -> !voters.contains(node) && !now.isVoter(node));
        return new Configuration(now.members(), voters, now.voters(), leaving, storageIds);
    }
}
