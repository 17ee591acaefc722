package io.balsa.storage.snapshot;

import io.balsa.storage.Disk;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A file that is written from its beginning to its end and synced every so often on the way. A large one that is synced
 * only at its end keeps the disk busy for so long then that the log's own syncs wait behind it.
 */
final class SteadyFile implements Closeable {
    private static final long STEP = 4 << 20;

    private final Disk.File file;
    private long position;
    private long synced;

    SteadyFile(Disk.File file) {
        this.file = file;
    }

    /** How many bytes were written. */
    long position() {
        return position;
    }

    void write(ByteBuffer bytes) throws IOException {
        int length = bytes.remaining();
        file.write(bytes, position);
        position += length;
        if (position - synced >= STEP) {
            force();
        }
    }

    /** Makes all that was written durable. */
    void force() throws IOException {
        file.force();
        synced = position;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
