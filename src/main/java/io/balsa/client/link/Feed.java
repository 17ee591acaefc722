package io.balsa.client.link;

import io.balsa.model.Entries;
import io.balsa.protocol.Subscription.Deliver;
import io.balsa.protocol.Subscription.Processed;
import java.time.Duration;
import java.util.Optional;
import java.util.function.ObjLongConsumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * A subscriber to committed entries: hands each to its consumer once and in order, confirms what it has done with,
 * and asks to be subscribed again, from the next index, when its server falls silent or something was lost.
 */
public final class Feed extends AbstractBehavior<Deliver> {
    /** A server that has nothing to tell is silent too; asking it again for the next entry does no harm. */
    static final Duration SILENCE = Duration.ofSeconds(2);

    /** After a loss, what else is on its way is let pass. */
    static final Duration PAUSE = Duration.ofMillis(50);

    private static final Deliver SILENT = new Deliver(new byte[0], 0, null);

    private final TimerScheduler<Deliver> timers;
    private final ObjLongConsumer<Entries> consumer;
    private final ActorRef<Report> reports;
    private Optional<ActorRef<Processed>> source = Optional.empty();
    private long next;
    private boolean begun;
    private boolean lost;

    /** What a feed tells the one that subscribes it. */
    public sealed interface Report {
        ActorRef<Deliver> feed();
    }

    /** A server has delivered something for the first time, if only that the subscription has begun. */
    public record Begun(ActorRef<Deliver> feed) implements Report {}

    /**
     * The feed wants to be subscribed.
     *
     * @param next the index of the first entry it has not seen
     */
    public record Resume(ActorRef<Deliver> feed, long next) implements Report {}

    private Feed(
            ActorContext<Deliver> context,
            TimerScheduler<Deliver> timers,
            ObjLongConsumer<Entries> consumer,
            ActorRef<Report> reports) {
        super(context);
        this.timers = timers;
        this.consumer = consumer;
        this.reports = reports;
    }

    /**
     * @param from the first index wanted
     * @param consumer is given entries, and how far the log is committed; may block
     * @param reports subscribes the feed whenever it asks for it
     */
    public static Behavior<Deliver> create(long from, ObjLongConsumer<Entries> consumer, ActorRef<Report> reports) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            Feed feed = new Feed(context, timers, consumer, reports);
            feed.next = from;
            return feed.resume();
        }));
    }

    @Override
    public Receive<Deliver> createReceive() {
        return newReceiveBuilder()
                .onMessageEquals(SILENT, this::resume)
                .onMessage(Deliver.class, this::onDeliver)
                .build();
    }

    private Behavior<Deliver> onDeliver(Deliver deliver) {
        if (source.isPresent() && !source.get().equals(deliver.feed())) {
            return this; // of a server that this feed has left; it will notice that nothing is confirmed
        }
        source = Optional.of(deliver.feed());
        begin();
        Entries entries = deliver.entries();
        if (!entries.isEmpty() && entries.first().index() > next) {
            return onLoss();
        }
        hand(entries.from(next), deliver.commitIndex());
        deliver.feed().tell(new Processed(next - 1, getContext().getSelf()));
        awaitNext();
        return this;
    }

    private void begin() {
        if (!begun) {
            begun = true;
            reports.tell(new Begun(getContext().getSelf()));
        }
    }

    private Behavior<Deliver> onLoss() {
        if (!lost) {
            lost = true;
            timers.startSingleTimer(SILENT, PAUSE);
        }
        return this;
    }

    private void hand(Entries entries, long commitIndex) {
        if (!entries.isEmpty()) {
            consumer.accept(entries, commitIndex);
            next = entries.last().index() + 1;
        }
    }

    private Behavior<Deliver> resume() {
        source = Optional.empty();
        reports.tell(new Resume(getContext().getSelf(), next));
        awaitNext();
        return this;
    }

    private void awaitNext() {
        lost = false;
        timers.startSingleTimer(SILENT, SILENCE);
    }
}
