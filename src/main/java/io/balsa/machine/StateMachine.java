package io.balsa.machine;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * What a cluster replicates: every server applies the same commands in the same order to its own copy (§2).
 *
 * <p>It must be deterministic: no clock, no randomness, no reading of files, no walk over a hash table whose order may
 * differ between processes. All methods run on one thread, that of the applier, and may keep arrays they are given or
 * hand out arrays they keep, as long as nobody changes them.
 *
 * <p>A machine that can be copied cheaply should be {@link Freezable} as well.
 */
public interface StateMachine {

    /**
     * Applies one committed command. A refusal is an answer like any other; an exception means that this copy of the
     * state can no longer be trusted, and ends the process.
     *
     * @param index where the command stands in the log, 1 and up; grows with every call, with gaps
     * @return the reply for the client, never null
     */
    byte[] apply(long index, byte[] command);

    /**
     * Answers a question without changing anything. An exception, or a question too deep for the stack, refuses the
     * question and nothing else.
     *
     * @return the answer, never null
     */
    byte[] query(byte[] query);

    /**
     * Writes the whole state; the same state gives the same bytes on every server. Commands wait meanwhile, unless the
     * machine is {@link Freezable}.
     *
     * @throws IOException when {@code out} does
     */
    void snapshot(OutputStream out) throws IOException;

    /**
     * Replaces the whole state by one that {@link #snapshot} wrote, and reads no byte more than that.
     *
     * @throws IOException when {@code in} does, or when the bytes are not such a state; the old state then remains
     */
    void restore(InputStream in) throws IOException;
}
