package io.balsa.sim;

import io.balsa.model.NodeId;
import io.balsa.protocol.Client;
import io.balsa.protocol.ClientRequest;
import io.balsa.protocol.RaftMessage;
import io.balsa.protocol.Target;
import io.balsa.protocol.reply.ClientReply;
import io.balsa.sim.SimNetwork.Parcel;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** One end of the clients' protocol: sends requests over the network and hands what is answered to a listener. */
final class SimClient {
    static final Target TARGET = new Target(World.CLUSTER, World.GROUP);

    private final NodeId id;
    private final World world;
    private final Consumer<ClientReply> listener;
    private final Map<NodeId, ActorRef<ClientReply>> doors = new TreeMap<>();
    private final Map<NodeId, ActorRef<ClientReply>> bulkDoors = new TreeMap<>();
    private long requests;

    /** A client of these servers; it can send as soon as the runtime has run what is ready. */
    SimClient(String name, World world, Iterable<NodeId> servers, Consumer<ClientReply> listener) {
        this.id = NodeId.of(name);
        this.world = world;
        this.listener = listener;
        for (NodeId server : servers) {
            Route route = new Route(server, id);
            world.system().boot(name, host -> carry(route, false), door -> doors.put(server, door));
            world.system().boot(name, host -> carry(route, true), door -> bulkDoors.put(server, door));
        }
    }

    /** A number for the next request. */
    long nextRequest() {
        return ++requests;
    }

    /** Sends the request that is made from where its answer is to go. */
    void send(Server server, Function<Client, ClientRequest> request) {
        Client client = new Client(doors.get(server.id()), bulkDoors.get(server.id()));
        RaftMessage message = request.apply(client);
        Route route = new Route(id, server.id());
        world.network().send(Host.NONE, new Parcel(route, message, true), server::receive);
    }

    /** What an answer of one server is told to: it sends it over the network. */
    private Behavior<ClientReply> carry(Route route, boolean bulk) {
        return Behaviors.receiveMessage(reply -> {
            Parcel parcel = new Parcel(route, reply, bulk);
            world.network().send(Host.NONE, parcel, arrived -> listener.accept((ClientReply) arrived));
            return Behaviors.same();
        });
    }
}
