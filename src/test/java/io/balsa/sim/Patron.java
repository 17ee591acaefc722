package io.balsa.sim;

import io.balsa.Applied;
import io.balsa.Consistency;
import io.balsa.client.RaftClient;
import io.balsa.client.delivery.Freshness;
import io.balsa.client.delivery.Outcome;
import io.balsa.config.ClientSettings;
import io.balsa.model.NodeId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;

/** Whoever uses the real {@link RaftClient}: has a few things under way at a time and believes what it is told. */
final class Patron {
    private static final int MOST_AT_A_TIME = 4;
    private static final ClientSettings SETTINGS =
            new ClientSettings(Duration.ofSeconds(5), 4, 64 * 1024, 1024 * 1024, 16, false);

    private final String name;
    private final Cluster cluster;
    private final History history;
    private final SplittableRandom random;
    private Life life;
    private long lives;
    private long words;
    private long unknown;
    private long done;
    private boolean closing;

    Patron(String name, Cluster cluster, History history) {
        this.name = name;
        this.cluster = cluster;
        this.history = history;
        this.random = cluster.world().random().split();
        this.life = new Life();
    }

    /** One process with one client. */
    private final class Life {
        private final SimDialer dialer;
        private final Host host;
        private Optional<ActorRef<RaftClient.Command>> client = Optional.empty();
        private int open;

        Life() {
            World world = cluster.world();
            NodeId id = NodeId.of(name + "-" + ++lives);
            dialer = new SimDialer(id, cluster);
            host = world.system().boot(id.name(), this::behavior, ref -> client = Optional.of(ref));
        }

        private Behavior<RaftClient.Command> behavior(Host itself) {
            World world = cluster.world();
            List<String> addresses = cluster.ids().stream().map(World::address).toList();
            return RaftClient.create(new RaftClient.Setup(
                    SimClient.TARGET, addresses, SETTINGS, () -> world.runtime().nanos(), dialer, 0));
        }
    }

    /** Requests whose fate it was not told. */
    long unknown() {
        return unknown;
    }

    /** Requests that were carried out. */
    long done() {
        return done;
    }

    void start() {
        later(life);
    }

    void close() {
        closing = true;
    }

    boolean isIdle() {
        return life.open == 0;
    }

    /** The process ends with all it has under way, and another takes its place. */
    void die() {
        cluster.world().play().note(() -> name + " dies");
        cluster.world().system().kill(life.host);
        life = new Life();
        later(life);
    }

    private void later(Life here) {
        long pause = Duration.ofMillis(random.nextInt(80)).toNanos();
        cluster.world().runtime().after(pause, () -> next(here));
    }

    private void next(Life here) {
        if (here != life || closing) {
            return;
        }
        if (here.client.isPresent() && here.open < MOST_AT_A_TIME) {
            here.open++;
            here.client.get().tell(random.nextInt(4) == 0 ? query(here) : submit(here));
        }
        later(here);
    }

    private RaftClient.Command submit(Life here) {
        String word = name + "-" + ++words;
        history.invokes(word);
        return new RaftClient.Submit(word.getBytes(StandardCharsets.UTF_8), outcome -> submitted(here, word, outcome));
    }

    private void submitted(Life here, String word, Outcome<Applied> outcome) {
        if (here != life) {
            return;
        }
        here.open--;
        if (outcome instanceof Outcome.Done<Applied> applied) {
            done++;
            history.acknowledges(word, applied.value().index());
        } else if (outcome instanceof Outcome.Unknown) {
            unknown++;
        } else {
            history.refuses(word);
        }
    }

    private RaftClient.Command query(Life here) {
        Freshness freshness =
                switch (random.nextInt(4)) {
                    case 0 -> Freshness.of(Consistency.LINEARIZABLE);
                    case 1 -> Freshness.linearizableAnywhere();
                    case 2 -> Freshness.of(Consistency.LEASE);
                    default -> Freshness.within(Duration.ofMillis(1 + random.nextInt(500)));
                };
        boolean stale = freshness.consistency() == Consistency.STALE;
        History.Asked asked = stale ? history.asksStale() : history.asks();
        return new RaftClient.Query(SimMachine.FINGERPRINT, freshness, outcome -> {
            if (here == life) {
                here.open--;
                answered(asked, outcome);
            }
        });
    }

    private void answered(History.Asked asked, Outcome<Applied> outcome) {
        if (outcome instanceof Outcome.Done<Applied> answer) {
            done++;
            history.reads(asked, Fingerprint.of(answer.value().reply()));
        }
    }
}
