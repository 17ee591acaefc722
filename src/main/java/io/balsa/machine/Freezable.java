package io.balsa.machine;

import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.function.Consumer;

/** A state machine whose state can be written down while it goes on applying commands. */
public interface Freezable {

    /**
     * Holds fast what the state is now, in a time that does not grow with its size.
     *
     * @return writes that state, in the form of {@link StateMachine#snapshot}; may be called on any thread, at any
     *     later time, and throws {@link UncheckedIOException} when the stream fails
     */
    Consumer<OutputStream> freeze();
}
