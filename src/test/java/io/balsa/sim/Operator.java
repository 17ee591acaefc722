package io.balsa.sim;

import io.balsa.model.NodeId;
import io.balsa.protocol.AdminRequest;
import io.balsa.protocol.RaftMessage;
import io.balsa.protocol.reply.AdminReply;
import io.balsa.sim.SimNetwork.Parcel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Whoever administers a cluster: asks single servers for something, over the network, and keeps the answers. */
final class Operator {
    private static final NodeId ID = NodeId.of("operator");

    private final World world;
    private final Map<NodeId, ActorRef<AdminReply>> doors = new TreeMap<>();
    private final List<AdminReply> answers = new ArrayList<>();
    private long requests;

    Operator(World world, Iterable<NodeId> servers) {
        this.world = world;
        for (NodeId server : servers) {
            Route route = new Route(server, ID);
            world.system().boot(ID.name(), host -> carry(route), door -> doors.put(server, door));
        }
    }

    /** Asks a server to hand over, if it leads; the number under which it answers. */
    long transfer(Server server, Optional<NodeId> heir) {
        long request = ++requests;
        ActorRef<AdminReply> door = doors.get(server.id());
        send(server, new AdminRequest.Transfer(SimClient.TARGET, request, door, heir.map(NodeId::name)));
        return request;
    }

    /** Asks a server to take a snapshot now; the number under which it answers. */
    long snapshot(Server server) {
        long request = ++requests;
        send(server, new AdminRequest.TriggerSnapshot(SimClient.TARGET, request, doors.get(server.id())));
        return request;
    }

    /** Asks a server to change the members, if it leads; the number under which it answers. */
    long change(Server server, AdminRequest.Members members) {
        long request = ++requests;
        send(server, new AdminRequest.ChangeMembers(SimClient.TARGET, request, doors.get(server.id()), members));
        return request;
    }

    private void send(Server server, RaftMessage message) {
        world.network().send(Host.NONE, new Parcel(new Route(ID, server.id()), message, false), server::receive);
    }

    Optional<AdminReply> answer(long request) {
        return answers.stream().filter(answer -> answer.request() == request).findFirst();
    }

    private Behavior<AdminReply> carry(Route route) {
        return Behaviors.receiveMessage(reply -> {
            Parcel parcel = new Parcel(route, reply, false);
            world.network().send(Host.NONE, parcel, arrived -> answers.add((AdminReply) arrived));
            return Behaviors.same();
        });
    }
}
