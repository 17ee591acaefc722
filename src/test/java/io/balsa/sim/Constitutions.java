package io.balsa.sim;

import io.balsa.model.Configuration;
import io.balsa.model.EntryId;
import io.balsa.model.NodeId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Which configuration which entry holds, kept outside of all servers, and what majorities are, worked out anew. */
final class Constitutions {
    private final Map<EntryId, Configuration> known = new HashMap<>();
    private final Map<NodeId, Integer> folders = new HashMap<>();
    private final Map<NodeId, Map<Integer, Long>> storageIds = new HashMap<>();
    private final List<Configuration> committed = new ArrayList<>();

    Constitutions(Configuration bootstrap) {
        committed.add(bootstrap);
    }

    /** An entry was seen to hold this. */
    void holds(EntryId entry, Configuration configuration) {
        Configuration first = known.putIfAbsent(entry, configuration);
        if (first != null && !first.equals(configuration)) {
            throw new Violation("Log Matching", entry + " holds " + first + " and " + configuration);
        }
    }

    Optional<Configuration> at(EntryId entry) {
        return Optional.ofNullable(known.get(entry));
    }

    void commits(EntryId entry) {
        at(entry).ifPresent(committed::add);
    }

    /** The newest configuration that is committed. */
    Configuration newest() {
        return committed.get(committed.size() - 1);
    }

    /** How many configurations were committed after the first. */
    long changes() {
        return Math.max(0, committed.size() - 2);
    }

    /** How often somebody got a vote. */
    long promotions() {
        long promotions = 0;
        for (int i = 1; i < committed.size(); i++) {
            Set<NodeId> before = committed.get(i - 1).voters();
            promotions += committed.get(i).voters().stream()
                    .filter(voter -> !before.contains(voter))
                    .count();
        }
        return promotions;
    }

    /** A server's data folder is lost; the next one is another. */
    void loses(NodeId server) {
        folders.merge(server, 1, Integer::sum);
    }

    /** How many data folders a server has lost. */
    int folder(NodeId server) {
        return folders.getOrDefault(server, 0);
    }

    /** A server has found this in its folder; if it is made anew before it was ever used, that is another one. */
    void uses(NodeId server, long storageId) {
        storageIds.computeIfAbsent(server, first -> new HashMap<>()).put(folder(server), storageId);
    }

    /** Whether the server is known by the folder that it has now. */
    boolean counts(Configuration configuration, NodeId server) {
        return counts(configuration, server, folder(server));
    }

    /** Whether what a server said when it had this folder counts: that folder is the one it is known by. */
    boolean counts(Configuration configuration, NodeId server, int folder) {
        Long bound = configuration.storageIds().get(server);
        return bound == null
                ? folder == 0
                : bound.equals(storageIds.getOrDefault(server, Map.of()).get(folder));
    }

    /** Whether those for whom this holds are a majority; of a joint configuration, of both sides. */
    static boolean isMajority(Configuration configuration, Predicate<NodeId> holds) {
        long yes = configuration.voters().stream().filter(holds).count();
        long old = configuration.outgoing().stream().filter(holds).count();
        boolean joint = !configuration.outgoing().isEmpty();
        return 2 * yes > configuration.voters().size()
                && (!joint || 2 * old > configuration.outgoing().size());
    }

    /** Whether any two majorities, one of each, share a server. */
    static boolean agree(Configuration one, Configuration other) {
        Set<NodeId> all = new TreeSet<>(one.voters());
        List.of(one.outgoing(), other.voters(), other.outgoing()).forEach(some -> all.addAll(some));
        List<NodeId> servers = List.copyOf(all);
        for (int bits = 0; bits < 1 << servers.size(); bits++) {
            int chosen = bits;
            Predicate<NodeId> some = server -> (chosen >> servers.indexOf(server) & 1) == 1;
            if (isMajority(one, some) && isMajority(other, some.negate())) {
                return false;
            }
        }
        return true;
    }
}
