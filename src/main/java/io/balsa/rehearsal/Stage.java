package io.balsa.rehearsal;

import io.balsa.client.Inbox;
import io.balsa.client.RaftClient;
import io.balsa.config.ClientSettings;
import io.balsa.config.NodeConfig;
import io.balsa.config.Settings;
import io.balsa.kv.KeyValueMachine;
import io.balsa.model.NodeId;
import io.balsa.protocol.Local;
import io.balsa.protocol.RaftMessage;
import io.balsa.protocol.Target;
import io.balsa.protocol.link.Link;
import io.balsa.role.Environment;
import io.balsa.role.NodeView;
import io.balsa.role.RaftNode;
import io.balsa.trace.Trace;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.Serializer;
import org.apache.pekko.serialization.Serializers;

/** Three servers and a client of theirs in one actor system that is theirs alone, each with its disk in memory. */
final class Stage {
    /** What all of them log goes here, and nowhere else. */
    static final String LOGGER = "io.balsa.rehearsal";

    private final Inbox inbox;
    private final Map<NodeId, NodeView> views = new ConcurrentHashMap<>();
    private final Map<String, ActorRef<RaftMessage>> servers = new ConcurrentHashMap<>();

    /** What can be done to the servers from outside. */
    enum Deed {
        /** The leader gives its office to another one. */
        HAND_OVER,
        /** The leader leaves without a word, as one whose process was killed. */
        DIE
    }

    Stage(ClientSettings client) {
        this.inbox = new Inbox(client, System::nanoTime);
    }

    /** Where commands are handed in. */
    Inbox inbox() {
        return inbox;
    }

    /** The server that leads in the newest term, as far as it knows. */
    Optional<NodeId> leader() {
        return views.entrySet().stream()
                .filter(server -> server.getValue().isLeader())
                .max(Comparator.comparingLong(server -> server.getValue().term()))
                .map(Map.Entry::getKey);
    }

    /** The guardian, which all others are children of. */
    Behavior<Deed> open(Function<NodeId, NodeConfig> configs, List<NodeId> ids) {
        return Behaviors.setup(context -> {
            Serialization serialization = SerializationExtension.get(Adapter.toClassic(context.getSystem()));
            for (NodeId id : ids) {
                Settings settings = configs.apply(id).settings();
                servers.put(
                        settings.address(), spawn(context, RaftNode.create(world(settings, serialization)), id.name()));
            }
            NodeConfig any = configs.apply(ids.get(0));
            Target target =
                    new Target(any.settings().clusterId(), any.settings().group());
            RaftClient.Setup setup = new RaftClient.Setup(
                    target,
                    List.copyOf(servers.keySet()),
                    any.client(),
                    System::nanoTime,
                    (address, client) -> link(address, serialization),
                    0);
            spawn(context, RaftClient.create(setup, inbox), RaftClient.NAME);
            return Behaviors.receiveMessage(deed -> {
                leader().flatMap(id -> context.getChild(id.name())).ifPresent(leader -> befall(leader, deed, context));
                return Behaviors.same();
            });
        });
    }

    private static void befall(ActorRef<Void> leader, Deed deed, ActorContext<?> context) {
        if (deed == Deed.DIE) {
            context.stop(leader);
        } else {
            leader.<RaftMessage>unsafeUpcast()
                    .tell(new Local.Resign(context.getSystem().ignoreRef()));
        }
    }

    private static <T> ActorRef<T> spawn(ActorContext<?> context, Behavior<T> behavior, String name) {
        Behavior<T> named = Behaviors.setup(own -> {
            own.setLoggerName(LOGGER);
            return behavior;
        });
        return context.spawn(named, name, DispatcherSelector.blocking());
    }

    private Environment world(Settings settings, Serialization serialization) {
        NodeView view = views.computeIfAbsent(settings.nodeId(), id -> new NodeView());
        return new Environment(
                settings,
                new MemoryDisk(),
                (peer, address, context) -> link(address, serialization),
                System::nanoTime,
                new SplittableRandom(),
                new KeyValueMachine(),
                view,
                inspection -> {},
                Trace.NONE);
    }

    /** As between processes, what is sent to a server is written and read again. */
    private Link link(String address, Serialization serialization) {
        return message -> {
            ActorRef<RaftMessage> server = servers.get(address);
            if (server != null) {
                server.tell(copy(message, serialization));
            }
        };
    }

    private static RaftMessage copy(RaftMessage message, Serialization serialization) {
        byte[] bytes = serialization.serialize(message).get();
        Serializer serializer = serialization.findSerializerFor(message);
        String manifest = Serializers.manifestFor(serializer, message);
        return (RaftMessage) serialization
                .deserialize(bytes, serializer.identifier(), manifest)
                .get();
    }
}
