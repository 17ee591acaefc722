package io.balsa.it;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.balsa.config.PekkoSettings;
import io.balsa.model.EntryId;
import io.balsa.model.NodeId;
import io.balsa.model.Sender;
import io.balsa.protocol.RequestVote;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** A process with a certificate of one node that speaks as another. */
final class Impostor implements AutoCloseable {
    private final ActorSystem<Void> system;

    Impostor(Config keys) {
        Config config =
                PekkoSettings.complete(keys.withFallback(ConfigFactory.load()).resolve());
        system = ActorSystem.create(Behaviors.empty(), "raft", PekkoSettings.at(config, "127.0.0.1", 0));
    }

    /** By a transfer, which nobody refuses for having a leader. */
    void askForVotes(String address, String from, String to, long term) {
        long guess = ThreadLocalRandom.current().nextLong();
        Sender sender = new Sender("it", "main", NodeId.of(from), NodeId.of(to), 1, guess);
        RequestVote.Request request = new RequestVote.Request(sender, term, new EntryId(term, term), true);
        ActorRefResolver.get(system).resolveActorRef(address).unsafeUpcast().tell(request);
    }

    @Override
    public void close() {
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().join();
    }
}
