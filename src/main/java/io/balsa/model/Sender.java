package io.balsa.model;

/**
 * Who speaks to whom, in which cluster. A server refuses what is not meant for it.
 *
 * @param cluster the cluster's id, from configuration
 * @param group the Raft group within the cluster
 * @param from the speaking server
 * @param to the server spoken to
 * @param storage the id that the speaker's data folder was given when it was made; another one under the same node id
 *     means a disk that has forgotten what it promised
 * @param pass what the one spoken to has given to the speaker alone, where its certificate was seen; 0 for none
 */
public record Sender(String cluster, String group, NodeId from, NodeId to, long storage, long pass) {
    /** The longest id of a cluster or a group, in characters. */
    public static final int LONGEST_ID = 256;

    /**
     * @throws IllegalArgumentException when an id is none: it stands in logs, and is kept
     */
    public Sender {
        requireId(cluster);
        requireId(group);
    }

    /**
     * @throws IllegalArgumentException unless it may be the id of a cluster or a group
     */
    public static void requireId(String id) {
        if (id.length() > LONGEST_ID || id.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("no id of a cluster or a group");
        }
    }

    /** The same with another pass. */
    public Sender showing(long newPass) {
        return new Sender(cluster, group, from, to, storage, newPass);
    }

    /** Without the pass, which is nobody else's business. */
    @Override
    public String toString() {
        return from + " to " + to + " in " + cluster + "/" + group + " with storage " + storage;
    }
}
