package io.balsa.http.event;

import io.balsa.config.NodeConfig;
import io.balsa.config.Settings;
import io.balsa.http.health.Health;
import io.balsa.http.metrics.NodeMeters;
import io.balsa.trace.RaftEvent;
import java.security.SecureRandom;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.MailboxSelector;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** All that a node tells of itself while it runs, and who wants to know: the stream of events, health, the meters. */
public record Listener(EventRing ring, Health health, NodeMeters meters) {
    private static final String NAME = "events";

    /** Few come; what a listener that stands still does not take is dropped. */
    private static final int MAILBOX = 10_000;

    private static final int LIFE_BITS = 40;

    /** For the node that is configured so. */
    public static Listener of(NodeConfig config) {
        Settings settings = config.settings();
        long life = new SecureRandom().nextLong() >>> (Long.SIZE - LIFE_BITS);
        EventRing ring =
                new EventRing(Long.toHexString(life), config.http().limits().events());
        Health health = new Health(
                settings.timing().electionMax().multipliedBy(2), config.http().readyMaxLag());
        return new Listener(ring, health, new NodeMeters(settings.group(), health::isFull));
    }

    /** Subscribes at once: a node that is started afterwards tells nothing that is not heard. */
    public void listen(ActorContext<?> context) {
        ActorRef<RaftEvent> ear = context.spawn(
                Behaviors.receive(RaftEvent.class)
                        .onMessage(RaftEvent.class, event -> {
                            hear(event);
                            return Behaviors.same();
                        })
                        .build(),
                NAME,
                MailboxSelector.bounded(MAILBOX));
        Adapter.toClassic(context.getSystem()).eventStream().subscribe(Adapter.toClassic(ear), RaftEvent.class);
    }

    private void hear(RaftEvent event) {
        ring.add(event);
        health.hear(event);
        meters.hear(event);
    }
}
