package io.balsa.protocol;

import io.balsa.model.Sender;

/**
 * The cluster and group that a client means to speak to. One who does not know them yet leaves them empty: that is
 * enough to ask servers about themselves, and for nothing else.
 */
public record Target(String cluster, String group) {
    /**
     * @throws IllegalArgumentException when an id is none
     */
    public Target {
        Sender.requireId(cluster);
        Sender.requireId(group);
    }

    /** Whether nothing is left open. */
    public boolean known() {
        return !cluster.isEmpty() && !group.isEmpty();
    }

    /** Whether these may be the ones that are meant: what was left empty may be any. */
    public boolean fits(Target actual) {
        return (cluster.isEmpty() || cluster.equals(actual.cluster)) && (group.isEmpty() || group.equals(actual.group));
    }
}
