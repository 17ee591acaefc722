package io.balsa.role;

import io.balsa.model.NodeId;
import io.balsa.protocol.RaftMessage;
import io.balsa.protocol.link.Link;
import java.util.SortedMap;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/** Opens the links to peers; one of the few things a server is given by the world. */
@FunctionalInterface
public interface Links {
    /**
     * @param peer the server at the other end
     * @param address its actor's path, from the configuration, such as {@code pekko://raft@127.0.0.1:7051/user/raft}
     */
    Link open(NodeId peer, String address, ActorContext<RaftMessage> context);

    /**
     * Told of each configuration before a link of it is opened: at the address of a member nobody else may answer.
     *
     * @param members addresses by member
     */
    default void expect(SortedMap<NodeId, String> members, ActorContext<RaftMessage> context) {}
}
