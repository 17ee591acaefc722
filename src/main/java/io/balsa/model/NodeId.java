package io.balsa.model;

/**
 * The name of one server, unique within its cluster: 1 to 64 letters, digits, dots, dashes or underscores.
 *
 * <p>Nodes are always walked in the order of their names, so that a run can be repeated exactly.
 */
public record NodeId(String name) implements Comparable<NodeId> {
    private static final int LONGEST = 64;

    /**
     * @throws IllegalArgumentException when the name is empty, too long, or holds another character
     */
    public NodeId {
        if (!isOne(name)) {
            throw new IllegalArgumentException(
                    "node id \"" + name + "\" must be 1 to 64 letters, digits, dots, dashes or underscores");
        }
    }

    /** Whether there can be a node of this name. */
    public static boolean isOne(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (!isAllowed(name.charAt(i))) {
                return false;
            }
        }
        return !name.isEmpty() && name.length() <= LONGEST;
    }

    private static boolean isAllowed(char letter) {
        return (letter >= 'a' && letter <= 'z')
                || (letter >= 'A' && letter <= 'Z')
                || (letter >= '0' && letter <= '9')
                || letter == '.'
                || letter == '_'
                || letter == '-';
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
