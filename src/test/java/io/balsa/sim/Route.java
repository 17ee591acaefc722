package io.balsa.sim;

import io.balsa.model.NodeId;

/** One direction between two parties, servers or clients. */
record Route(NodeId from, NodeId to) implements Comparable<Route> {
    Route back() {
        return new Route(to, from);
    }

    @Override
    public int compareTo(Route other) {
        int first = from.compareTo(other.from);
        return first != 0 ? first : to.compareTo(other.to);
    }

    @Override
    public String toString() {
        return from + " → " + to;
    }
}
