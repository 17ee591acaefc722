package io.balsa.bench;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.balsa.Applied;
import io.balsa.cli.load.Load;
import io.balsa.cli.local.LocalCluster;
import io.balsa.client.Inbox;
import io.balsa.client.RaftClient;
import io.balsa.config.ClientSettings;
import io.balsa.config.PekkoSettings;
import io.balsa.kv.KvCommand;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Any number of clients in one actor system of this process, each with a session and a key of its own. */
final class ClientSource implements Source {
    private static final Config CONFIG = PekkoSettings.at(PekkoSettings.complete(ConfigFactory.load()), "127.0.0.1", 0);
    private static final ClientSettings SETTINGS = ClientSettings.of(CONFIG);

    private final List<Inbox> clients = new ArrayList<>();
    private final ActorSystem<Void> system;

    ClientSource(LocalCluster cluster, int count) {
        List<String> addresses = List.copyOf(cluster.addresses().values());
        RaftClient.Setup setup = RaftClient.Setup.remote(LocalCluster.TARGET, addresses, SETTINGS);
        for (int i = 0; i < count; i++) {
            clients.add(new Inbox(SETTINGS, System::nanoTime));
        }
        system = ActorSystem.create(guardian(setup, clients), "bench", CONFIG);
    }

    /** Each client below a name of its own, where large messages find it as they do in an application. */
    private static Behavior<Void> guardian(RaftClient.Setup setup, List<Inbox> inboxes) {
        return Behaviors.setup(context -> {
            for (int i = 0; i < inboxes.size(); i++) {
                context.spawn(room(setup, inboxes.get(i)), "bench-" + i);
            }
            return Behaviors.empty();
        });
    }

    private static Behavior<Void> room(RaftClient.Setup setup, Inbox inbox) {
        return Behaviors.setup(context -> {
            context.spawn(RaftClient.create(setup, inbox), RaftClient.NAME);
            return Behaviors.empty();
        });
    }

    /** Has one client send a command. */
    CompletionStage<Applied> send(int client, byte[] command) {
        return clients.get(client).submit(command);
    }

    @Override
    public Outcome run(Order order) {
        List<byte[]> puts = new ArrayList<>();
        for (int i = 0; i < order.clients(); i++) {
            puts.add(put(i, order.size()));
        }
        Load load = order.run(client -> send(client, puts.get(client)));
        return new Outcome(load, OptionalLong.empty());
    }

    /** The command of a client, with a value of {@code size} bytes. */
    static byte[] put(int client, int size) {
        byte[] key = ("bench-" + client).getBytes(StandardCharsets.UTF_8);
        return new KvCommand.Put(key, new byte[size]).encode();
    }

    @Override
    public void close() {
        system.terminate();
    }
}
