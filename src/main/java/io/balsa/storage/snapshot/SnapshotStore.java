package io.balsa.storage.snapshot;

import io.balsa.model.EntryId;
import io.balsa.model.Snapshot;
import io.balsa.storage.CorruptionException;
import io.balsa.storage.Disk;
import io.balsa.storage.FolderRefusedException;
import io.balsa.storage.StorageException;
import io.balsa.storage.StorageFullException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The snapshots of a data folder (§7). Any thread may use it; one at a time writes an own one, one at a time receives
 * one.
 *
 * <p>A snapshot counts from the moment it has its name, durably. That happens in {@link #publish} and {@link #accept},
 * and not before all its bytes are synced.
 */
public final class SnapshotStore {
    private static final String OWN = SnapshotFile.FOLDER + "/own.draft";
    private static final String RECEIVED = SnapshotFile.FOLDER + "/received.draft";

    private final Disk disk;
    private final String clusterId;
    private final String group;
    private EntryId sent = EntryId.NONE;

    public SnapshotStore(Disk disk, String clusterId, String group) {
        this.disk = disk;
        this.clusterId = clusterId;
        this.group = group;
    }

    /**
     * A stretch of a snapshot's file.
     *
     * @param isLast whether the file ends with it
     */
    public record Chunk(byte[] bytes, boolean isLast) {}

    private interface Work<T> {
        T run() throws IOException;
    }

    /** Removes what a crash left of a snapshot that was not finished, and makes sure of the names of all others. */
    public synchronized void clean() throws IOException {
        if (disk.list(SnapshotFile.FOLDER).isEmpty()) {
            return;
        }
        for (String draft : List.of(OWN, RECEIVED)) {
            if (disk.exists(draft)) {
                disk.delete(draft);
            }
        }
        disk.forceDir(SnapshotFile.FOLDER);
    }

    /** The last included entries of all snapshots, newest first; what their files hold was not looked at. */
    public synchronized List<EntryId> ids() throws IOException {
        List<EntryId> ids = new ArrayList<>();
        for (String plain : disk.list(SnapshotFile.FOLDER)) {
            SnapshotFile.named(plain).ifPresent(ids::add);
        }
        ids.sort(Comparator.comparingLong(EntryId::index)
                .thenComparingLong(EntryId::term)
                .reversed());
        return ids;
    }

    /**
     * Reads a snapshot from its first byte to its last.
     *
     * @throws CorruptionException when it is not what was once written
     * @throws FolderRefusedException when it is of another cluster or group, or a newer version wrote it
     */
    public synchronized SnapshotFile verified(EntryId last) throws IOException {
        return verified(SnapshotFile.name(last), last);
    }

    /** A damaged snapshot counts no longer; its file stays for whoever wants to know what has happened to it. */
    public synchronized void setAside(EntryId last) throws IOException {
        disk.rename(SnapshotFile.name(last), SnapshotFile.name(last) + ".damaged");
        disk.forceDir(SnapshotFile.FOLDER);
    }

    /**
     * What the snapshots say of themselves, newest first; one that is damaged at its ends is left out.
     *
     * @throws StorageException when the disk failed
     */
    public synchronized List<SnapshotFile> list() {
        return attempt("list the snapshots", () -> {
            List<SnapshotFile> files = new ArrayList<>();
            for (EntryId last : ids()) {
                describe(last).ifPresent(files::add);
            }
            return files;
        });
    }

    /**
     * Writes a snapshot under a name that does not count yet, piece by piece; synced on return.
     *
     * @throws StorageFullException when there is no room for it; what was written is gone again
     * @throws StorageException when the disk failed
     */
    public void write(Snapshot snapshot, SnapshotPart sessions, SnapshotPart machine) throws StorageFullException {
        try {
            fill(snapshot, sessions, machine);
        } catch (IOException | UncheckedIOException e) {
            giveUp(e);
        }
    }

    /**
     * Lets the snapshot count that was written last; durable on return.
     *
     * @param keep so many of the newest snapshots stay, at least one
     * @throws StorageException when the disk failed
     */
    public synchronized SnapshotFile publish(EntryId last, int keep) {
        return attempt("publish a snapshot", () -> {
            settle(OWN, last, keep);
            return SnapshotFile.describe(disk, SnapshotFile.name(last));
        });
    }

    /**
     * Forgets the snapshot that was written last.
     *
     * @throws StorageException when the disk failed
     */
    public synchronized void discard() {
        attempt("discard a snapshot", () -> {
            if (disk.exists(OWN)) {
                disk.delete(OWN);
            }
            return OWN;
        });
    }

    /**
     * Begins to receive a snapshot; what was received of another one is forgotten.
     *
     * @throws StorageException when the disk failed
     */
    public synchronized IncomingSnapshot receive(EntryId last) {
        return attempt("receive a snapshot", () -> new IncomingSnapshot(disk, RECEIVED, last));
    }

    /**
     * Checks a snapshot that has come to its end and lets it count; durable on return.
     *
     * @param keep so many of the newest snapshots stay, at least one
     * @throws CorruptionException when it is damaged or of another cluster; it is gone then
     * @throws StorageException when the disk failed
     */
    public synchronized SnapshotFile accept(IncomingSnapshot incoming, int keep) {
        return attempt("accept a snapshot", () -> {
            incoming.force();
            try {
                verified(incoming.draft(), incoming.last());
            } catch (CorruptionException | FolderRefusedException e) {
                disk.delete(incoming.draft());
                throw new CorruptionException(incoming.draft(), 0, e.getMessage());
            }
            settle(incoming.draft(), incoming.last(), keep);
            return SnapshotFile.describe(disk, SnapshotFile.name(incoming.last()));
        });
    }

    /**
     * Forgets what was received so far.
     *
     * @throws StorageException when the disk failed
     */
    public synchronized void abandon(IncomingSnapshot incoming) {
        attempt("abandon a snapshot", () -> {
            incoming.close();
            if (disk.exists(incoming.draft())) {
                disk.delete(incoming.draft());
            }
            return incoming;
        });
    }

    /**
     * A chunk of a snapshot's file, to be sent as it is; empty behind its end. The snapshot that was asked for last
     * stays on disk even if newer ones come, so that a slow follower gets all of it.
     *
     * @return nothing when the snapshot is gone by now
     * @throws StorageException when the disk failed
     */
    public synchronized Optional<Chunk> chunk(EntryId last, long offset, int maxBytes) {
        String name = SnapshotFile.name(last);
        return attempt("read a snapshot", () -> {
            if (!disk.exists(name)) {
                return Optional.empty();
            }
            sent = last;
            try (Disk.File file = disk.open(name)) {
                long left = Math.max(0, file.size() - offset);
                ByteBuffer chunk = SnapshotFile.read(file, offset, (int) Math.min(maxBytes, left));
                return Optional.of(new Chunk(chunk.array(), left <= maxBytes));
            }
        });
    }

    /**
     * Writes a snapshot of another cluster once more, as one of this, in the place of the other; durable on return.
     *
     * @param theirs in this folder, and found sound
     * @throws StorageFullException when there is no room for it
     * @throws StorageException when the disk failed
     */
    public void adopt(SnapshotFile theirs) throws StorageFullException {
        write(theirs.snapshot(), theirs.sessionsOn(disk), theirs.machineOn(disk));
        publish(theirs.snapshot().last(), 1);
    }

    /**
     * Reads the whole state back from a snapshot that was found sound.
     *
     * @throws IOException when it does not make sense to those who read it
     */
    public void restore(EntryId last, SnapshotPart.Reader sessions, SnapshotPart.Reader machine) throws IOException {
        SnapshotFile.describe(disk, SnapshotFile.name(last)).read(disk, sessions, machine);
    }

    private SnapshotFile verified(String name, EntryId last) throws IOException {
        SnapshotFile file = SnapshotFile.describe(disk, name);
        SnapshotHeader header = SnapshotFile.header(disk, name);
        if (!header.clusterId().equals(clusterId) || !header.group().equals(group)) {
            throw new FolderRefusedException(
                    name + " belongs to cluster \"" + header.clusterId() + "\" group \"" + header.group() + "\"");
        }
        if (!file.snapshot().last().equals(last)) {
            String found = "this is the snapshot up to " + file.snapshot().last();
            throw new CorruptionException(name, 0, found + ", not up to " + last);
        }
        file.verify(disk);
        return file;
    }

    private Optional<SnapshotFile> describe(EntryId last) throws IOException {
        try {
            return Optional.of(SnapshotFile.describe(disk, SnapshotFile.name(last)));
        } catch (CorruptionException damaged) {
            return Optional.empty();
        }
    }

    private void fill(Snapshot snapshot, SnapshotPart sessions, SnapshotPart machine) throws IOException {
        try (Disk.File file = disk.open(OWN)) {
            file.truncate(0);
            Draft draft = new Draft(disk, file);
            draft.write(new SnapshotHeader(clusterId, group, snapshot).encode());
            long head = draft.length();
            sessions.write(draft);
            long sessionsEnd = draft.length();
            machine.write(draft);
            ByteBuffer end = ByteBuffer.allocate(SnapshotFile.END - Integer.BYTES);
            end.putLong(sessionsEnd - head).putLong(draft.length() - sessionsEnd);
            draft.write(end.array());
            draft.seal();
        }
    }

    /** A writer of the machine may have wrapped what the disk has thrown. */
    private void giveUp(Exception failure) throws StorageFullException {
        Throwable cause = failure instanceof UncheckedIOException ? failure.getCause() : failure;
        if (cause instanceof StorageFullException full) {
            discard();
            throw full;
        }
        throw new StorageException("cannot write a snapshot", cause);
    }

    private void settle(String draft, EntryId last, int keep) throws IOException {
        disk.rename(draft, SnapshotFile.name(last));
        disk.forceDir(SnapshotFile.FOLDER);
        List<EntryId> old = ids();
        List<EntryId> needless = new ArrayList<>(old.subList(Math.min(Math.max(1, keep), old.size()), old.size()));
        needless.removeAll(List.of(sent, last));
        for (EntryId one : needless) {
            disk.delete(SnapshotFile.name(one));
            disk.forceDir(SnapshotFile.FOLDER);
        }
    }

    private static <T> T attempt(String what, Work<T> work) {
        try {
            return work.run();
        } catch (IOException e) {
            throw new StorageException("cannot " + what, e);
        }
    }
}
