package io.balsa.sim;

import io.balsa.model.Configuration;
import io.balsa.model.NodeId;
import io.balsa.protocol.AdminRequest.Members;
import io.balsa.protocol.reply.AdminReply.MembersChanged;
import io.balsa.protocol.reply.AdminReply.Transferred;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What an operator of a play does about the members of its cluster (§6), and about who of them leads. */
public final class Roster {
    private final Cluster cluster;
    private final Operator operator;

    Roster(Cluster cluster, Operator operator) {
        this.cluster = cluster;
        this.operator = operator;
    }

    Operator operator() {
        return operator;
    }

    /** Asks the leader to hand over to another server; the number under which it answers. */
    public long transfer(NodeId heir) {
        return operator.transfer(cluster.server(cluster.leader()), Optional.of(heir));
    }

    /** Runs until the transfer has come to something. */
    public Transferred awaitTransfer(long request) {
        cluster.until(() -> operator.answer(request).isPresent(), "transfer " + request + " is answered");
        return (Transferred) operator.answer(request).orElseThrow();
    }

    /** Starts servers that are to join, each with an empty disk. */
    public Roster start(NodeId... newcomers) {
        for (NodeId id : newcomers) {
            cluster.server(id).join(newest());
        }
        cluster.restart(newcomers);
        return this;
    }

    /** A server loses its disk, and starts again with an empty one. */
    public Roster loseDisk(NodeId id) {
        cluster.server(id).loseDisk(newest());
        cluster.restart(id);
        return this;
    }

    /** Asks the leader for other members; the number under which it answers. */
    public long ask(Members members) {
        return operator.change(cluster.server(cluster.leader()), members);
    }

    /** Runs until the change has come to something. */
    public MembersChanged await(long request) {
        cluster.until(() -> operator.answer(request).isPresent(), "change " + request + " is answered");
        return (MembersChanged) operator.answer(request).orElseThrow();
    }

    /** Changes the members, and fails unless that is done to its end. */
    public Roster change(Members members) {
        MembersChanged answer = await(ask(members));
        if (answer.refusal().isPresent()) {
            throw new AssertionError(members + " was refused: " + answer + "; " + cluster);
        }
        return this;
    }

    /** Adds servers without a vote. */
    public Roster add(NodeId... ids) {
        Map<String, String> members = new TreeMap<>();
        for (NodeId id : ids) {
            members.put(id.name(), World.address(id));
        }
        return change(Members.adding(members));
    }

    /** The newest configuration that is committed. */
    public Configuration newest() {
        return cluster.properties().constitutions().newest();
    }

    /** What a server takes for the configuration now. */
    public Configuration seenBy(NodeId id) {
        return cluster.properties().mirror(id).inForce();
    }

    /** Goes on with the cluster. */
    public Cluster then() {
        return cluster;
    }
}
