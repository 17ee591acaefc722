package io.balsa.sim;

import io.balsa.client.link.Dialer;
import io.balsa.model.NodeId;
import io.balsa.protocol.AdminRequest;
import io.balsa.protocol.Client;
import io.balsa.protocol.ClientRequest;
import io.balsa.protocol.RaftMessage;
import io.balsa.protocol.link.Link;
import io.balsa.protocol.reply.AdminReply;
import io.balsa.protocol.reply.ClientReply;
import io.balsa.sim.SimNetwork.Parcel;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * The links of one process with a real client in it. Servers answer to references, which in one actor system would be
 * the client itself: each request is given references of its route instead, that send what they are told over the
 * network.
 */
final class SimDialer implements Dialer {
    private final NodeId id;
    private final Cluster cluster;
    private final Map<NodeId, Doors> doors = new HashMap<>();

    SimDialer(NodeId id, Cluster cluster) {
        this.id = id;
        this.cluster = cluster;
        cluster.ids().forEach(server -> doors.put(server, new Doors(new Route(server, id))));
    }

    @Override
    public Link dial(String address, ActorContext<?> context) {
        NodeId server = cluster.ids().stream()
                .filter(candidate -> World.address(candidate).equals(address))
                .findFirst()
                .orElseThrow();
        return new Directed(server, Host.of(context.getSelf().path()));
    }

    /** Where the answers of one server enter the network, and to whom they go at its end. */
    private final class Doors {
        private final Route route;
        private ActorRef<ClientReply> small;
        private ActorRef<ClientReply> bulk;
        private ActorRef<AdminReply> admin;
        private Client client;
        private ActorRef<AdminReply> asker;

        Doors(Route route) {
            this.route = route;
            SimSystem system = cluster.world().system();
            String name = id.name();
            system.boot(
                    name,
                    host -> carry(
                            ClientReply.class, false, reply -> client.ref().tell(reply)),
                    ref -> small = ref);
            system.boot(
                    name,
                    host -> carry(
                            ClientReply.class, true, reply -> client.bulk().tell(reply)),
                    ref -> bulk = ref);
            system.boot(name, host -> carry(AdminReply.class, true, reply -> asker.tell(reply)), ref -> admin = ref);
        }

        private <T> Behavior<T> carry(Class<T> kind, boolean large, Consumer<T> arrive) {
            return Behaviors.receiveMessage(reply -> {
                Parcel parcel = new Parcel(route, reply, large);
                cluster.world().network().send(Host.NONE, parcel, arrived -> arrive.accept(kind.cast(arrived)));
                return Behaviors.same();
            });
        }

        Client instead(Client real) {
            client = real;
            return new Client(small, bulk);
        }

        ActorRef<AdminReply> instead(ActorRef<AdminReply> real) {
            asker = real;
            return admin;
        }

        boolean areOpen() {
            return small != null && bulk != null && admin != null;
        }
    }

    private final class Directed implements Link {
        private final NodeId server;
        private final Host host;

        Directed(NodeId server, Host host) {
            this.server = server;
            this.host = host;
        }

        @Override
        public void tell(RaftMessage message) {
            send(message, false);
        }

        @Override
        public void bulk(RaftMessage message) {
            send(message, true);
        }

        private void send(RaftMessage message, boolean large) {
            Doors here = doors.get(server);
            if (here.areOpen()) {
                Parcel parcel = new Parcel(new Route(id, server), addressed(message, here), large);
                cluster.world().network().send(host, parcel, cluster.server(server)::receive);
            }
        }
    }

    private static RaftMessage addressed(RaftMessage message, Doors to) {
        if (message instanceof ClientRequest.Submit submit) {
            return new ClientRequest.Submit(
                    submit.target(),
                    submit.request(),
                    to.instead(submit.client()),
                    submit.session(),
                    submit.firstSequence(),
                    submit.firstUnacknowledged(),
                    submit.commands());
        } else if (message instanceof ClientRequest.Query query) {
            Client client = to.instead(query.client());
            return new ClientRequest.Query(
                    query.target(),
                    query.request(),
                    client,
                    query.consistency(),
                    query.maxAgeMillis(),
                    query.queries());
        } else if (message instanceof ClientRequest.OpenSession open) {
            return new ClientRequest.OpenSession(open.target(), open.request(), to.instead(open.client()));
        } else if (message instanceof ClientRequest.CloseSession close) {
            Client client = to.instead(close.client());
            return new ClientRequest.CloseSession(close.target(), close.request(), client, close.session());
        } else if (message instanceof AdminRequest.GetStatus status) {
            return new AdminRequest.GetStatus(status.target(), status.request(), to.instead(status.replyTo()));
        }
        throw new IllegalArgumentException("no client of a run sends " + message);
    }
}
