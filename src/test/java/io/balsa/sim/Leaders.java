package io.balsa.sim;

import io.balsa.config.Settings;
import io.balsa.model.Configuration;
import io.balsa.model.EntryId;
import io.balsa.model.NodeId;
import io.balsa.role.Observer.Inspection;
import io.balsa.role.Observer.Leadership;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/** What leaders must hold by themselves: who elected them, what they believe of their followers, how much they keep. */
final class Leaders {
    private final Ledger ledger;
    private final Function<NodeId, Mirror> mirrors;
    private final Constitutions constitutions;
    private final Map<NodeId, Believed> believed = new TreeMap<>();

    Leaders(Ledger ledger, Constitutions constitutions, Function<NodeId, Mirror> mirrors) {
        this.ledger = ledger;
        this.constitutions = constitutions;
        this.mirrors = mirrors;
    }

    /** The match indexes of one leadership, as last seen. */
    private record Believed(Leadership leadership, Map<NodeId, Long> matchIndexes) {}

    /** A candidate becomes leader with votes of a majority for this term, each counted once (§5.2). */
    void elected(Inspection now) {
        Configuration configuration = mirrors.apply(now.id()).inForce();
        Set<NodeId> voted = new TreeSet<>(configuration.members().keySet());
        voted.removeIf(voter -> !hasVoted(voter, now, configuration));
        boolean elected = Constitutions.isMajority(configuration, voted::contains);
        require(elected, "Elected by a majority", now, "by " + voted + " of " + configuration);
    }

    private boolean hasVoted(NodeId voter, Inspection now, Configuration configuration) {
        boolean itself = voter.equals(now.id())
                && now.votedFor().equals(Optional.of(voter))
                && constitutions.counts(configuration, voter);
        return itself || ledger.hasVoted(voter, now.id(), now.currentTerm(), configuration);
    }

    /** At most one configuration is not committed; who gets a vote by it already has what made it a member (§6). */
    void changes(Inspection now, long committed) {
        Mirror leader = mirrors.apply(now.id());
        int open = leader.configurationsBehind(committed);
        require(open <= 1, "One change at a time", now, open + " configurations are not committed");
        boolean decided = leader.configurationsBehind(now.commitIndex()) == 0;
        boolean votes = leader.inForce().isVoter(now.id());
        require(votes || !decided, "A leader has a vote", now, "of " + leader.inForce() + " it is no voter");
        if (leader.inForce().equals(leader.inForceBefore())) {
            return;
        }
        EntryId known = leader.idAt(leader.indexBefore());
        for (NodeId voter : leader.inForce().voters()) {
            boolean there = leader.inForceBefore().isVoter(voter)
                    || mirrors.apply(voter).holdsDurably(known);
            require(there, "Promoted when caught up", now, voter + " does not even hold " + known);
        }
    }

    /** matchIndex never falls, and names what is on the follower's disk (Figure 2); queues keep to their bounds. */
    void check(Inspection now, Leadership leadership, Settings settings) {
        Believed before = believed.get(now.id());
        if (before == null || before.leadership() != leadership) {
            before = new Believed(leadership, new TreeMap<>());
            believed.put(now.id(), before);
        }
        Configuration configuration = mirrors.apply(now.id()).inForce();
        before.matchIndexes()
                .keySet()
                .removeIf(known -> leadership.matchIndex(known).isEmpty());
        for (NodeId follower : configuration.members().keySet()) {
            OptionalLong match = leadership.matchIndex(follower);
            // Of a folder that is not the one it is known by, anything may be believed: it does not count.
            boolean counts = constitutions.counts(configuration, follower);
            if (match.isPresent() && counts) {
                check(now, follower, match.getAsLong(), before.matchIndexes());
                int inFlight = leadership.inFlight(follower);
                int window = settings.replication().maxInFlight();
                require(inFlight <= window, "Bounded", now, inFlight + " messages under way to " + follower);
                long bytes = leadership.bytesInFlight(follower);
                long most = settings.replication().maxInFlightBytes() + World.LARGEST_REQUEST;
                require(bytes <= most, "Bounded", now, bytes + " bytes under way to " + follower);
            }
        }
        long pending = leadership.pendingBytes();
        boolean bounded = pending < settings.limits().maxPendingBytes() + World.LARGEST_REQUEST;
        require(bounded, "Bounded", now, pending + " bytes are pending");
    }

    /** Memory of any server, whatever its role. */
    void checkMemory(Inspection now, Settings settings) {
        Settings.Storage storage = settings.storage();
        long most = storage.tailBytes() + storage.maxUnsyncedBytes() + 2L * World.LARGEST_REQUEST;
        require(now.bytesInMemory() <= most, "Bounded", now, now.bytesInMemory() + " bytes of log in memory");
        int reads = settings.limits().maxPendingReads();
        require(now.openQueries() <= reads, "Bounded", now, now.openQueries() + " queries are open");
    }

    private void check(Inspection now, NodeId follower, long match, Map<NodeId, Long> before) {
        Long last = before.put(follower, match);
        if (last != null && last == match) {
            return;
        }
        require(last == null || last < match, "matchIndex never falls", now, follower + ": " + last + " → " + match);
        // A deposed leader hears of earlier times: whoever has gone on to a newer term may have dropped it since.
        Mirror other = mirrors.apply(follower);
        boolean goneOn = other.term() > now.currentTerm();
        boolean there = match == 0
                || goneOn
                || other.holdsDurably(mirrors.apply(now.id()).idAt(match));
        require(there, "matchIndex is true", now, follower + " does not hold entry " + match + " on its disk");
    }

    private static void require(boolean holds, String rule, Inspection now, String seen) {
        if (!holds) {
            throw new Violation(rule, now.id() + " in term " + now.currentTerm() + ": " + seen);
        }
    }
}
