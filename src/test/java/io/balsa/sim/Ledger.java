package io.balsa.sim;

import io.balsa.model.Configuration;
import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import io.balsa.model.LogEntry;
import io.balsa.model.NodeId;
import io.balsa.model.Payload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** All that a cluster has ever decided, kept outside of it; a second opinion on anything is a violation. */
final class Ledger {
    private final Map<Long, NodeId> leaders = new TreeMap<>();
    private final Map<NodeId, Map<Long, NodeId>> votes = new TreeMap<>();
    private final Map<NodeId, Long> spokenTerms = new TreeMap<>();
    private final Map<EntryId, EntryId> predecessors = new HashMap<>();
    private final Map<EntryId, Integer> contents = new HashMap<>();
    private final Set<EntryId> commands = new HashSet<>();
    private final List<Committed> committed = new ArrayList<>();
    private final Map<Long, String> applied = new TreeMap<>();
    private final Constitutions constitutions;

    Ledger(Constitutions constitutions) {
        this.constitutions = constitutions;
    }

    /** An entry, and the term of the leader that committed it. */
    record Committed(EntryId id, long inTerm) {}

    /** At most one leader can be elected in a given term (Figure 3, §5.2). */
    void leads(NodeId server, long term) {
        NodeId first = leaders.putIfAbsent(term, server);
        check(first == null || first.equals(server), "Election Safety", "term " + term, first, server);
    }

    /** Each server will vote for at most one candidate in a given term, whatever crash lies between (§5.2). */
    void votes(NodeId server, long term, NodeId candidate) {
        NodeId first =
                votes.computeIfAbsent(voice(server), any -> new TreeMap<>()).putIfAbsent(term, candidate);
        boolean same = first == null || first.equals(candidate);
        check(same, "One vote per term", server + " in term " + term, first, candidate);
    }

    /** A server has spoken for a term; it must never again know a lower one. */
    void speaks(NodeId server, long term) {
        spokenTerms.merge(voice(server), term, Math::max);
    }

    long spokenTerm(NodeId server) {
        return spokenTerms.getOrDefault(voice(server), 0L);
    }

    /** The vote a server has told others of, or given itself aloud; null when none. */
    NodeId voteOf(NodeId server, long term) {
        return votes.getOrDefault(voice(server), Map.of()).get(term);
    }

    /** What was promised with a folder that is lost binds nobody. */
    private NodeId voice(NodeId server) {
        return voice(server, constitutions.folder(server));
    }

    private static NodeId voice(NodeId server, int folder) {
        return folder == 0 ? server : NodeId.of(server + "." + folder);
    }

    /** Whether a server has voted for a candidate, with the folder that it is known by. */
    boolean hasVoted(NodeId server, NodeId candidate, long term, Configuration configuration) {
        for (int folder = 0; folder <= constitutions.folder(server); folder++) {
            Map<Long, NodeId> cast = votes.getOrDefault(voice(server, folder), Map.of());
            if (constitutions.counts(configuration, server, folder) && candidate.equals(cast.get(term))) {
                return true;
            }
        }
        return false;
    }

    /** Entries with the same index and term have the same predecessor, and so on back (Log Matching, §5.3). */
    void follows(EntryId entry, EntryId predecessor) {
        EntryId first = predecessors.putIfAbsent(entry, predecessor);
        check(first == null || first.equals(predecessor), "Log Matching", "before " + entry, first, predecessor);
    }

    /** Entries with the same index and term store the same command (Figure 3, Log Matching, §5.3). */
    void travels(Entries entries) {
        if (entries.isEmpty()) {
            return;
        }
        for (long index = entries.first().index(); index <= entries.last().index(); index++) {
            int hash = Arrays.hashCode(entries.from(index).upTo(index).toByteArray());
            Integer first = contents.putIfAbsent(entries.id(index), hash);
            if (first == null) {
                note(entries.from(index).iterator().next());
            }
            check(first == null || first == hash, "Log Matching", "bytes of " + entries.id(index), first, hash);
        }
    }

    private void note(LogEntry entry) {
        if (entry.payload() instanceof Payload.Command) {
            commands.add(entry.id());
        } else if (entry.payload() instanceof Payload.Reconfigure change) {
            constitutions.holds(entry.id(), change.configuration());
        }
    }

    /** How many of the committed entries are commands, whether they were applied or turned out to be repeated. */
    long committedCommands() {
        return committed.stream().filter(entry -> commands.contains(entry.id())).count();
    }

    /**
     * A server holds these to be committed; what was committed before must be the same (State Machine Safety, §5.4.3).
     *
     * @return whether it is news
     */
    boolean commits(EntryId entry, long inTerm) {
        int slot = (int) entry.index() - 1;
        if (slot < committed.size()) {
            EntryId first = committed.get(slot).id();
            check(first.equals(entry), "Committed entries never change", "index " + entry.index(), first, entry);
            return false;
        }
        check(slot == committed.size(), "Commits have no gap", "at", committed.size(), entry);
        committed.add(new Committed(entry, inTerm));
        return true;
    }

    List<Committed> committed() {
        return committed;
    }

    /** No server will ever apply a different command for the same index (Figure 3, State Machine Safety, §5.4.3). */
    void applies(long index, String word) {
        String first = applied.putIfAbsent(index, word);
        check(first == null || first.equals(word), "State Machine Safety", "index " + index, first, word);
    }

    /** A state that came from a snapshot is one that somebody had: the words that were applied first (§7). */
    void restores(List<String> words) {
        List<String> first = applied.values().stream().limit(words.size()).toList();
        check(first.equals(words), "Snapshots hold what was applied", words.size() + " words", first, words);
    }

    /** What was applied, by index. */
    Map<Long, String> applied() {
        return applied;
    }

    private static void check(boolean holds, String rule, String where, Object... both) {
        if (!holds) {
            throw new Violation(rule, where + " " + both[0] + " and " + both[1]);
        }
    }
}
