package io.balsa.model;

import java.util.regex.Pattern;

/**
 * The name of one server, unique within its cluster: 1 to 64 letters, digits, dots, dashes or underscores.
 *
 * <p>Nodes are always walked in the order of their names, so that a run can be repeated exactly.
 */
public record NodeId(String name) implements Comparable<NodeId> {
    private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    /**
     * @throws IllegalArgumentException when the name is empty, too long, or holds another character
     */
    public NodeId {
        if (!ALLOWED.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "node id \"" + name + "\" must be 1 to 64 letters, digits, dots, dashes or underscores");
        }
    }

    /** Whether there can be a node of this name. */
    public static boolean isOne(String name) {
        return ALLOWED.matcher(name).matches();
    }

    public static NodeId of(String name) {
        return new NodeId(name);
    }

    @Override
    public int compareTo(NodeId other) {
        return name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return name;
    }
}
