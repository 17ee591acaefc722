package io.balsa.sim;

import io.balsa.model.Configuration;
import io.balsa.model.EntryId;
import io.balsa.model.NodeId;
import io.balsa.role.Observer.Inspection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What can be seen of a cluster at one moment, from outside. */
record Sight(World world, Map<NodeId, Server> servers, Properties properties) {

    Inspection inspect(NodeId id) {
        return servers.get(id).inspection().orElseThrow(() -> new AssertionError(id + " does not run; " + this));
    }

    boolean leads(NodeId id) {
        return properties.mirror(id).isLeading() && servers.get(id).isUp();
    }

    /** The one that leads in the newest term, whoever believes it. */
    NodeId leader() {
        return servers.keySet().stream()
                .filter(this::leads)
                .max(Comparator.comparingLong(id -> inspect(id).currentTerm()))
                .orElseThrow(() -> new AssertionError("nobody leads; " + this));
    }

    boolean hasLeader() {
        return establishedLeader().isPresent();
    }

    /** One that leads a majority. */
    Optional<NodeId> establishedLeader() {
        return servers.keySet().stream()
                .filter(this::leads)
                .filter(id -> Constitutions.isMajority(
                        properties.mirror(id).inForce(),
                        followers(id, inspect(id).currentTerm())::contains))
                .findFirst();
    }

    /** Those that know the leader of this term, itself included. */
    Set<NodeId> followers(NodeId leader, long term) {
        Set<NodeId> followers = new TreeSet<>();
        for (Server server : servers.values()) {
            boolean follows = server.isUp()
                    && server.view().term() == term
                    && server.view().leader().equals(Optional.of(leader));
            if (follows) {
                followers.add(server.id());
            }
        }
        return followers;
    }

    /** Those that run and can exchange messages with this one, itself included. */
    Set<NodeId> reachable(NodeId from) {
        Set<NodeId> reachable = new TreeSet<>(servers.keySet());
        reachable.removeIf(id -> !servers.get(id).isUp()
                || world.network().isCut(new Route(from, id))
                || world.network().isCut(new Route(id, from)));
        return reachable;
    }

    /** The members that run, by the newest configuration of whoever has the longest log. */
    List<Server> citizens() {
        Configuration newest = servers.values().stream()
                .filter(server -> server.inspection().isPresent())
                .max(Comparator.comparing(
                                (Server server) -> inspect(server.id()).last().term())
                        .thenComparing(server -> inspect(server.id()).last().index()))
                .map(server -> properties.mirror(server.id()).inForce())
                .orElse(Configuration.NONE);
        return servers.values().stream()
                .filter(server -> server.isUp() && newest.isMember(server.id()))
                .toList();
    }

    /** Whether all members that run have the same log, committed and applied to its end. */
    boolean isSettled() {
        List<Server> running = citizens();
        boolean unready =
                running.stream().anyMatch(server -> server.inspection().isEmpty());
        if (unready || running.isEmpty()) {
            return false;
        }
        EntryId end = inspect(running.get(0).id()).last();
        return end.index() > 0 && running.stream().allMatch(server -> isComplete(server, end));
    }

    /** The last index up to which two logs are the same. */
    long lastCommon(NodeId one, NodeId other) {
        return properties.mirror(one).lastCommonWith(properties.mirror(other));
    }

    /** Whether a server has the leader's log up to this index, on its disk. */
    boolean holdsAsFarAs(NodeId leader, NodeId id, long index) {
        return lastCommon(leader, id) >= index && inspect(id).durable().index() >= index;
    }

    private boolean isComplete(Server server, EntryId end) {
        Inspection now = inspect(server.id());
        boolean safe = now.last().equals(end) && now.durable().equals(end);
        return safe && now.commitIndex() == end.index() && server.view().appliedIndex() == end.index();
    }

    /** One line on each server. */
    @Override
    public String toString() {
        return servers.values().stream().map(Sight::describe).collect(Collectors.joining("; "));
    }

    private static String describe(Server server) {
        return server.inspection()
                .map(now -> now.id() + " " + now.role() + " term " + now.currentTerm() + " last " + now.last()
                        + " durable " + now.durable().index() + " commit " + now.commitIndex() + " applied "
                        + server.view().appliedIndex())
                .orElse(server.id() + " down");
    }
}
