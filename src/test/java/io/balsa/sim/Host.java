package io.balsa.sim;

import io.balsa.model.Invariant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.pekko.actor.ActorPath;

/**
 * One incarnation of a process: the actors below one name under the guardian. It runs, stands still, or is dead; what a
 * dead one still does while its actors are being taken down reaches nobody.
 */
final class Host {
    /** Where actors of the simulation itself run: never paused, never dead. */
    static final Host NONE = new Host("");

    private static final Map<String, Host> BY_NAME = new HashMap<>();

    private final String name;
    private boolean up = true;
    private long pausedUntil;
    private double rate = 1;
    private Consumer<Optional<Throwable>> onEnd = cause -> {};

    private Host(String name) {
        this.name = name;
    }

    /** A new incarnation, whose top actor must be spawned under this name. */
    static Host boot(String name) {
        Host host = new Host(name);
        BY_NAME.put(name, host);
        return host;
    }

    /** The incarnation an actor belongs to. */
    static Host of(ActorPath path) {
        ActorPath top = path;
        while (top.parent().parent() != top.parent() && !top.parent().name().equals("user")) {
            top = top.parent();
        }
        return BY_NAME.getOrDefault(top.name(), NONE);
    }

    static void forgetAll() {
        BY_NAME.clear();
    }

    String name() {
        return name;
    }

    boolean isUp() {
        return up;
    }

    /** Its top actor has stopped by itself; without a cause when it chose to. */
    void ended(Throwable cause) {
        if (this != NONE) {
            die();
            onEnd.accept(Optional.ofNullable(cause));
        }
    }

    /** Who is told when the process ends by itself. */
    void onEnd(Consumer<Optional<Throwable>> listener) {
        onEnd = listener;
    }

    void die() {
        up = false;
        BY_NAME.remove(name);
    }

    /** Stops the process (as SIGSTOP does) until that virtual time. */
    void pauseUntil(long nanos) {
        Invariant.check(this != NONE, "the simulation itself cannot be paused");
        pausedUntil = nanos;
    }

    /** Its clock runs so much faster than time does. */
    void drift(double clockRate) {
        rate = clockRate;
    }

    /** What its clock shows at a moment of virtual time. */
    long onItsClock(long nanos) {
        return rate == 1 ? nanos : (long) (nanos * rate);
    }

    /** How long it really takes until its clock has gone on by so much. */
    long untilItsClockHasGone(long nanos) {
        return rate == 1 ? nanos : (long) (nanos / rate);
    }

    long pausedUntil() {
        return pausedUntil;
    }
}
