package io.balsa.storage.snapshot;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** A part of the replicated state that writes itself: the sessions, the state machine. */
@FunctionalInterface
public interface SnapshotPart {

    /**
     * Writes the part, and does not close the stream.
     *
     * @throws IOException when the stream does
     */
    void write(OutputStream out) throws IOException;

    /** Who reads a part back. */
    @FunctionalInterface
    interface Reader {
        /**
         * Reads the part to its last byte.
         *
         * @throws IOException when the stream does, or when the bytes are not such a part
         */
        void read(InputStream in) throws IOException;
    }
}
