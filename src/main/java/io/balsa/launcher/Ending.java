package io.balsa.launcher;

import java.util.concurrent.atomic.AtomicReference;

/** Why the process ends. Several things may fail while it does; the first one was the reason. */
final class Ending {
    private final AtomicReference<Exit> first = new AtomicReference<>();

    /** Whether this is the first reason. */
    boolean because(Exit exit) {
        return first.compareAndSet(null, exit);
    }

    /** Whether the node was asked to stop, and nothing had failed before. */
    boolean isInOrder() {
        return first.get() == Exit.OK;
    }

    /** The reason; an end that nobody gave a reason for is a mistake. */
    Exit exit() {
        Exit exit = first.get();
        return exit == null ? Exit.INTERNAL : exit;
    }
}
