package io.balsa.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToLongFunction;

/**
 * The servers of a cluster and who of them votes (§6).
 *
 * <p>While {@code outgoing} is not empty the configuration is joint: every decision needs a majority of {@code voters}
 * and a majority of {@code outgoing}.
 *
 * @param members every server, voting or not, with the address its peers reach it at
 * @param voters the servers whose votes and acknowledgements count
 * @param outgoing the voters of the configuration that is being left; empty when no change is under way
 */
public record Configuration(SortedMap<NodeId, String> members, SortedSet<NodeId> voters, SortedSet<NodeId> outgoing) {

    /**
     * @throws IllegalArgumentException when a voter is not a member
     */
    public Configuration {
        members = Collections.unmodifiableSortedMap(new TreeMap<>(members));
        voters = Collections.unmodifiableSortedSet(new TreeSet<>(voters));
        outgoing = Collections.unmodifiableSortedSet(new TreeSet<>(outgoing));
        if (!members.keySet().containsAll(voters) || !members.keySet().containsAll(outgoing)) {
            throw new IllegalArgumentException("every voter must be a member: " + voters + outgoing + " of " + members);
        }
    }

    /** A configuration in which every member votes. */
    public static Configuration of(Map<NodeId, String> members) {
        return new Configuration(new TreeMap<>(members), new TreeSet<>(members.keySet()), new TreeSet<>());
    }

    public boolean isJoint() {
        return !outgoing.isEmpty();
    }

    /** Whether the node's vote counts in any half of this configuration. */
    public boolean isVoter(NodeId node) {
        return voters.contains(node) || outgoing.contains(node);
    }

    /** Whether these nodes are a majority of the voters; while joint, of both halves. Others do not count. */
    public boolean isQuorum(Set<NodeId> nodes) {
        return isMajority(nodes, voters) && (!isJoint() || isMajority(nodes, outgoing));
    }

    /**
     * The highest number that a quorum has reached: the commit index from match indexes, a confirmed round from the
     * rounds answered, a moment from the moments last heard.
     */
    public long quorumReached(ToLongFunction<NodeId> reached) {
        long incoming = majorityReached(voters, reached);
        return isJoint() ? Math.min(incoming, majorityReached(outgoing, reached)) : incoming;
    }

    private static boolean isMajority(Set<NodeId> nodes, SortedSet<NodeId> of) {
        long counted = of.stream().filter(nodes::contains).count();
        return counted > of.size() / 2;
    }

    private static long majorityReached(SortedSet<NodeId> of, ToLongFunction<NodeId> reached) {
        if (of.isEmpty()) {
            return Long.MIN_VALUE;
        }
        List<Long> numbers = new ArrayList<>();
        of.forEach(node -> numbers.add(reached.applyAsLong(node)));
        Collections.sort(numbers);
        return numbers.get((numbers.size() - 1) / 2);
    }
}
