package io.balsa.role;

import io.balsa.config.Settings.Timing;
import io.balsa.protocol.Local.Tick;
import io.balsa.protocol.RaftMessage;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/** A server's timers and its only source of time: the election clock, the heartbeat, and the slow greeting. */
final class Clock {
    private final TimerScheduler<RaftMessage> timers;
    private final LongSupplier nanos;
    private final RandomGenerator random;
    private final Timing timing;
    private long electionDue;

    Clock(TimerScheduler<RaftMessage> timers, Environment world) {
        this.timers = timers;
        this.nanos = world.nanos();
        this.random = world.random();
        this.timing = world.settings().timing();
    }

    long now() {
        return nanos.getAsLong();
    }

    boolean isWithin(Duration span, long since) {
        return now() - since < span.toNanos();
    }

    long millisSince(long moment) {
        return (now() - moment) / 1_000_000;
    }

    Timing timing() {
        return timing;
    }

    /** Starts the election clock again, at a random point between its two bounds (§5.2). */
    void armElection() {
        arm(between(timing.electionMin(), timing.electionMax()));
    }

    /**
     * Starts the election clock of a follower that hears its leader. One follower is first in line: it comes within the
     * first eighth of the range, and the others not within the first quarter, so that most elections begin early and
     * have one candidate. Not at the very beginning: those who heard the leader last would still turn it away.
     */
    void armElection(boolean firstInLine) {
        Duration min = timing.electionMin();
        Duration range = timing.electionMax().minus(min);
        if (firstInLine) {
            arm(between(min.plus(range.dividedBy(32)), min.plus(range.dividedBy(8))));
        } else {
            arm(between(min.plus(range.dividedBy(4)), timing.electionMax()));
        }
    }

    /** Starts the election clock for a short random while, after a refused pre-vote. */
    void armRetry() {
        arm(between(timing.heartbeat(), timing.electionMin()));
    }

    /** Gives the messages that queued up while this process stood still a chance to be heard first. */
    void armGrace() {
        arm(timing.heartbeat());
    }

    /** Whether the tick came so late that the process must have stood still. */
    boolean isElectionLate() {
        return now() - electionDue > timing.heartbeat().toNanos();
    }

    void stopElection() {
        timers.cancel(Tick.ELECTION);
    }

    void startHeartbeat() {
        timers.startTimerWithFixedDelay(Tick.HEARTBEAT, Tick.HEARTBEAT, timing.heartbeat());
    }

    void stopHeartbeat() {
        timers.cancel(Tick.HEARTBEAT);
    }

    void startHello() {
        timers.startTimerWithFixedDelay(Tick.HELLO, Tick.HELLO, timing.hello());
    }

    private void arm(Duration wait) {
        electionDue = now() + wait.toNanos();
        timers.startSingleTimer(Tick.ELECTION, Tick.ELECTION, wait);
    }

    private Duration between(Duration low, Duration high) {
        return Duration.ofNanos(random.nextLong(low.toNanos(), Math.max(low.toNanos() + 1, high.toNanos())));
    }
}
