package io.balsa.machine;

import io.balsa.model.Invariant;
import io.balsa.protocol.LogRead;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Applied or committed entries read back from the log files, one page after the other: the reader has one request of
 * the applier at a time.
 *
 * <p>An entry may be committed before this server's own disk has it. Such a page is asked for again a little later.
 */
final class Pages {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(10);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(5120);

    private final ActorRef<? super LogRead.Read> reader;
    private final ActorRef<LogRead.Found> self;
    private final TimerScheduler<Applier.Command> timers;
    private final Deque<Wanted> queue = new ArrayDeque<>();
    private Optional<Wanted> underWay = Optional.empty();

    /** A page that was asked for, and who gets it. */
    record Wanted(long from, long to, int maxBytes, Duration pause, Consumer<LogRead.Found> then) {
        Wanted withLongerPause() {
            return new Wanted(from, to, maxBytes, pause.multipliedBy(2), then);
        }
    }

    Pages(ActorRef<? super LogRead.Read> reader, ActorRef<LogRead.Found> self, TimerScheduler<Applier.Command> timers) {
        this.reader = reader;
        this.self = self;
        this.timers = timers;
    }

    /**
     * Asks for entries from {@code from} to {@code to}, both inclusive.
     *
     * @param maxBytes as many as fit, but at least one
     * @param then gets them; an empty block when they are gone for good, or have not turned up for ten seconds
     */
    void read(long from, long to, int maxBytes, Consumer<LogRead.Found> then) {
        queue.addLast(new Wanted(from, to, maxBytes, FIRST_PAUSE, then));
        next();
    }

    /** The reader has answered. */
    void found(LogRead.Found found) {
        Wanted wanted = underWay.orElseThrow();
        Invariant.check(found.fromIndex() == wanted.from(), "read %s instead of %s", found.fromIndex(), wanted.from());
        underWay = Optional.empty();
        if (found.entries().isEmpty() && !found.isGone() && wanted.pause().compareTo(LONGEST_PAUSE) <= 0) {
            timers.startSingleTimer(wanted, new Applier.ReadAgain(wanted), wanted.pause());
        } else {
            wanted.then().accept(found);
        }
        next();
    }

    /** Asks again for what was not there, with more patience. */
    void again(Wanted wanted) {
        queue.addLast(wanted.withLongerPause());
        next();
    }

    private void next() {
        if (underWay.isEmpty() && !queue.isEmpty()) {
            Wanted wanted = queue.removeFirst();
            underWay = Optional.of(wanted);
            reader.tell(new LogRead.Read(wanted.from(), wanted.to(), wanted.maxBytes(), self));
        }
    }
}
