package io.balsa.model;

import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToLongFunction;

/**
 * The servers of a cluster and who of them votes (§6).
 *
 * <p>While {@code outgoing} is not empty the configuration is joint (C<sub>old,new</sub>): every decision needs a
 * majority of {@code voters} and a majority of {@code outgoing}. Members that do not vote are learners.
 *
 * @param members every server, voting or not, with the address its peers reach it at
 * @param voters the servers whose votes and acknowledgements count
 * @param outgoing the voters of the configuration that is being left; empty when no change of voters is under way
 * @param leaving members that are none any more when the change is done
 * @param storageIds the data folder that a voter must have for its word to count; a voter without one here was among
 *     the first members, and each server holds it to the folder that it first saw
 */
public record Configuration(
        SortedMap<NodeId, String> members,
        SortedSet<NodeId> voters,
        SortedSet<NodeId> outgoing,
        SortedSet<NodeId> leaving,
        SortedMap<NodeId, Long> storageIds) {

    /** Of nobody: what a server knows that has not yet been told which cluster it is to join. */
    public static final Configuration NONE = of(Map.of());

    /**
     * @throws IllegalArgumentException when somebody is named who is not a member, or a storage id is of no voter
     */
    public Configuration {
        members = Collections.unmodifiableSortedMap(new TreeMap<>(members));
        voters = Collections.unmodifiableSortedSet(new TreeSet<>(voters));
        outgoing = Collections.unmodifiableSortedSet(new TreeSet<>(outgoing));
        leaving = Collections.unmodifiableSortedSet(new TreeSet<>(leaving));
        storageIds = Collections.unmodifiableSortedMap(new TreeMap<>(storageIds));
        if (!members.keySet().containsAll(voters) || !members.keySet().containsAll(outgoing)) {
            throw new IllegalArgumentException("every voter must be a member: " + voters + outgoing + " of " + members);
        }
        if (!members.keySet().containsAll(leaving) || !Collections.disjoint(voters, leaving)) {
            throw new IllegalArgumentException("who leaves is a member that will not vote: " + leaving);
        }
        for (NodeId node : storageIds.keySet()) {
            if (!voters.contains(node) && !outgoing.contains(node)) {
                throw new IllegalArgumentException("the folder of " + node + ", which is no voter");
            }
        }
    }

    /** A configuration that nobody leaves, and whose voters are known by the folders they were first seen with. */
    public Configuration(SortedMap<NodeId, String> members, SortedSet<NodeId> voters, SortedSet<NodeId> outgoing) {
        this(members, voters, outgoing, Collections.emptySortedSet(), Collections.emptySortedMap());
    }

    /** A configuration in which every member votes. */
    public static Configuration of(Map<NodeId, String> members) {
        return new Configuration(new TreeMap<>(members), new TreeSet<>(members.keySet()), new TreeSet<>());
    }

    /** The configuration that follows this joint one when it is committed: C<sub>new</sub>. */
    public Configuration completed() {
        SortedMap<NodeId, String> staying = new TreeMap<>(members);
        staying.keySet().removeAll(leaving);
        SortedMap<NodeId, Long> known = new TreeMap<>(storageIds);
        known.keySet().retainAll(voters);
        return new Configuration(staying, voters, Collections.emptySortedSet(), Collections.emptySortedSet(), known);
    }

    public boolean isMember(NodeId node) {
        return members.containsKey(node);
    }

    /** Whether the node is a member that does not vote (thesis §4.2.1). */
    public boolean isLearner(NodeId node) {
        return isMember(node) && !isVoter(node);
    }

    /** The data folder that this voter must have, if the configuration says. */
    public Optional<Long> storageOf(NodeId node) {
        return Optional.ofNullable(storageIds.get(node));
    }

    public boolean isJoint() {
        return !outgoing.isEmpty();
    }

    /** Whether the node's vote counts in any half of this configuration. */
    public boolean isVoter(NodeId node) {
        return voters.contains(node) || outgoing.contains(node);
    }

    /** The voter behind a node in the order of their names, the first one behind the last; none but itself is none. */
    public Optional<NodeId> voterAfter(NodeId node) {
        for (NodeId voter : voters) {
            if (voter.compareTo(node) > 0) {
                return Optional.of(voter);
            }
        }
        return voters.stream().filter(voter -> !voter.equals(node)).findFirst();
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
        long[] numbers = new long[of.size()];
        int filled = 0;
        for (NodeId node : of) {
            numbers[filled++] = reached.applyAsLong(node);
        }
        Arrays.sort(numbers);
        return numbers[(numbers.length - 1) / 2];
    }
}
