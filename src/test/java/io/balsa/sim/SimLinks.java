package io.balsa.sim;

import io.balsa.model.NodeId;
import io.balsa.protocol.RaftMessage;
import io.balsa.protocol.link.Link;
import io.balsa.role.Links;
import io.balsa.sim.SimNetwork.Parcel;
import java.util.function.Function;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/** The links of one incarnation of a server: one proxy for each direction, where production has remote references. */
record SimLinks(World world, Host host, NodeId from, Function<NodeId, Server> servers) implements Links {

    @Override
    public Link open(NodeId peer, String address, ActorContext<RaftMessage> context) {
        return new Directed(new Route(from, peer));
    }

    private final class Directed implements Link {
        private final Route route;

        Directed(Route route) {
            this.route = route;
        }

        @Override
        public void tell(RaftMessage message) {
            send(new Parcel(route, message, false));
        }

        @Override
        public void bulk(RaftMessage message) {
            send(new Parcel(route, message, true));
        }

        private void arrive(Parcel parcel, Object message) {
            Server server = servers.apply(route.to());
            if (!server.isUp()) {
                world.play().loses(parcel, "no process listens");
            }
            server.receive(message);
        }

        private void send(Parcel parcel) {
            world.network().send(host, parcel, arrived -> arrive(parcel, arrived));
        }
    }
}
