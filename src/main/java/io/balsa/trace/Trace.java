package io.balsa.trace;

/**
 * Is told what happens on a server, on the server's own thread, which it must not hold up. It has the clock: an event
 * happens at the moment it is told.
 */
@FunctionalInterface
public interface Trace {
    /** Nothing is recorded; who would have something to tell compares with this first, and spares the telling. */
    Trace NONE = event -> {};

    void record(TraceEvent event);
}
