package io.balsa.machine;

import io.balsa.config.Settings;
import io.balsa.model.Entries;
import io.balsa.protocol.ClientRequest;
import io.balsa.protocol.LogRead;
import io.balsa.protocol.Subscription;
import io.balsa.protocol.reply.ClientReply.Reason;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Actors that are told of applied entries as they come, each at its own pace: in order, without gaps, and never more
 * than a window ahead of what it has confirmed. One that falls behind catches up from the log files.
 *
 * <p>Nothing watches a subscriber in another process, so one that owes a confirmation for too long is dropped; while
 * there is nothing to tell, it gets an empty delivery now and then to the same end. It may come back and go on after
 * what it has processed.
 */
final class Subscriptions {
    /** What is sent at once, in bytes, so that it may share a connection with heartbeats; a larger entry goes alone. */
    static final int PARCEL_BYTES = 48 * 1024;

    /** So often one to whom there is nothing to tell hears that it is not forgotten; less, if the timeout is short. */
    private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(1);

    private final Settings.Subscriptions limits;
    private final Pages pages;
    private final TimerScheduler<Applier.Command> timers;
    private final ActorRef<Subscription.Processed> confirmTo;
    private final Duration tick;
    private final long patience;
    private final Map<ActorRef<Subscription.Deliver>, Feed> feeds = new LinkedHashMap<>();
    private long applied;
    private long committed;

    Subscriptions(
            Settings.Subscriptions limits,
            Pages pages,
            TimerScheduler<Applier.Command> timers,
            ActorRef<Subscription.Processed> confirmTo) {
        this.limits = limits;
        this.pages = pages;
        this.timers = timers;
        this.confirmTo = confirmTo;
        Duration quarter = limits.timeout().dividedBy(4);
        this.tick = quarter.compareTo(SIGN_OF_LIFE) < 0 ? quarter : SIGN_OF_LIFE;
        this.patience = limits.timeout().plus(tick).minusNanos(1).dividedBy(tick);
    }

    /** Begins, or begins anew for the same subscriber; an empty delivery says that it has begun. */
    void add(ClientRequest.Subscribe request) {
        Feed feed = new Feed(request, limits.windowBytes(), confirmTo);
        boolean isNew = !feeds.containsKey(request.subscriber());
        if (request.from() < 1 || request.from() > applied + 1) {
            feed.reject(Reason.OUT_OF_RANGE);
        } else if (isNew && feeds.size() >= limits.max()) {
            feed.reject(Reason.BUSY);
        } else {
            if (feeds.isEmpty()) {
                timers.startTimerWithFixedDelay(Applier.Tick.SUBSCRIBERS, tick);
            }
            feeds.put(request.subscriber(), feed);
            feed.greet(committed);
            catchUp(feed);
        }
    }

    /** These entries were applied just now, and follow those that were before. */
    void applied(Entries entries, long commitIndex) {
        applied = entries.last().index();
        committed = commitIndex;
        for (Feed feed : feeds.values()) {
            if (!feed.isReading()) {
                feed.send(entries, committed);
                catchUp(feed);
            }
        }
    }

    /** The state has come to {@code index} by a snapshot, without the entries before. */
    void skipTo(long index) {
        applied = index;
        committed = Math.max(committed, index);
        List.copyOf(feeds.values()).forEach(this::catchUp);
    }

    void confirm(Subscription.Processed processed) {
        Feed feed = feeds.get(processed.subscriber());
        if (feed != null) {
            feed.confirm(processed.index());
            catchUp(feed);
        }
    }

    /** Drops those that have owed a confirmation for too long, and asks the others for a sign of life. */
    void tick() {
        for (Feed feed : List.copyOf(feeds.values())) {
            if (!feed.isOwing()) {
                feed.greet(committed);
            } else if (feed.countSilence() > patience) {
                drop(feed, Reason.BUSY);
            }
        }
    }

    int count() {
        return feeds.size();
    }

    private void catchUp(Feed feed) {
        if (feed.next() <= applied && feed.room() > 0 && !feed.isReading()) {
            feed.reading(true);
            int atMost = Math.min(PARCEL_BYTES, feed.room());
            pages.read(feed.next(), applied, atMost, page -> onPage(feed, page));
        }
    }

    private void onPage(Feed feed, LogRead.Found page) {
        feed.reading(false);
        if (feeds.get(feed.subscriber()) != feed) {
            return;
        }
        if (page.entries().isEmpty()) {
            // Applied, and for ten seconds not on this disk: it may come back. Unless a snapshot has taken its place
            // (§7).
            drop(feed, page.isGone() ? Reason.OUT_OF_RANGE : Reason.BUSY);
            return;
        }
        feed.send(page.entries(), committed);
        catchUp(feed);
    }

    private void drop(Feed feed, Reason why) {
        feeds.remove(feed.subscriber());
        feed.reject(why);
        if (feeds.isEmpty()) {
            timers.cancel(Applier.Tick.SUBSCRIBERS);
        }
    }
}
