package io.balsa.role;

import io.balsa.model.Configuration;
import io.balsa.model.NodeId;
import java.util.Set;
import java.util.TreeSet;

/** Who has granted and who has refused, by name, so that an answer that comes twice counts once (§5.2). */
final class Votes {
    private final Configuration configuration;
    private final Set<NodeId> granted = new TreeSet<>();
    private final Set<NodeId> refused = new TreeSet<>();

    Votes(Configuration configuration, NodeId self) {
        this.configuration = configuration;
        granted.add(self);
    }

    void add(NodeId voter, boolean grants) {
        if (grants) {
            granted.add(voter);
            refused.remove(voter); // said before it knew, or answered another request
        } else if (!granted.contains(voter)) {
            refused.add(voter);
        }
    }

    boolean isWon() {
        return configuration.isQuorum(granted);
    }

    /** Whether those who have not refused could still make a majority. */
    boolean isLost() {
        Set<NodeId> possible = new TreeSet<>(configuration.members().keySet());
        possible.removeAll(refused);
        return !configuration.isQuorum(possible);
    }

    @Override
    public String toString() {
        return "granted by " + granted + (refused.isEmpty() ? "" : ", refused by " + refused);
    }
}
