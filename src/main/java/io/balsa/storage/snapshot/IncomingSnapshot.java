package io.balsa.storage.snapshot;

import io.balsa.model.EntryId;
import io.balsa.storage.Disk;
import io.balsa.storage.StorageException;
import io.balsa.storage.StorageFullException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A snapshot of another server that arrives in chunks, in order (Figure 13); nobody counts on it yet. */
public final class IncomingSnapshot {
    private final Disk disk;
    private final String draft;
    private final EntryId last;
    private final SteadyFile file;

    IncomingSnapshot(Disk disk, String draft, EntryId last) throws IOException {
        this.disk = disk;
        this.draft = draft;
        this.last = last;
        Disk.File opened = disk.open(draft);
        opened.truncate(0);
        this.file = new SteadyFile(opened);
    }

    /** The last included entry. */
    public EntryId last() {
        return last;
    }

    /** How much of it is here: where the next chunk belongs. */
    public long length() {
        return file.position();
    }

    /**
     * Adds the next chunk. It is durable only when the snapshot has been received as a whole.
     *
     * @throws StorageFullException when there is no room for it; nothing was added
     * @throws StorageException when the disk failed
     */
    public void add(byte[] chunk) throws StorageFullException {
        try {
            Draft.requireRoom(disk, chunk.length);
            file.write(ByteBuffer.wrap(chunk));
        } catch (StorageFullException e) {
            throw e;
        } catch (IOException e) {
            throw new StorageException("cannot write a snapshot", e);
        }
    }

    String draft() {
        return draft;
    }

    void force() throws IOException {
        file.force();
        file.close();
    }

    void close() throws IOException {
        file.close();
    }
}
