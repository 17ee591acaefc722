package io.balsa.storage.offline;

import io.balsa.model.Configuration;
import io.balsa.model.CorruptEntryException;
import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import io.balsa.model.LogEntry;
import io.balsa.model.NodeId;
import io.balsa.model.Snapshot;
import io.balsa.storage.CorruptionException;
import io.balsa.storage.Disk;
import io.balsa.storage.FolderRefusedException;
import io.balsa.storage.Identity;
import io.balsa.storage.Storage;
import io.balsa.storage.StorageException;
import io.balsa.storage.StorageOptions;
import io.balsa.storage.ballot.Ballot;
import io.balsa.storage.ballot.BallotBox;
import io.balsa.storage.snapshot.SnapshotFile;
import io.balsa.storage.snapshot.SnapshotStore;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What the next start of a server would find in its data folder, found in the same way, with the folder left as it is.
 * Its lock is held until this is closed.
 */
public final class Examination implements AutoCloseable {
    private static final int PAGE_BYTES = 1 << 20;
    private static final int SMALLEST_SEGMENT = 4 << 10;

    private final String folder;
    private final Storage storage;

    /** All that the log holds, every entry of it read and decoded. */
    public record Contents(long entries, long bytes) {}

    private Examination(String folder, Storage storage) {
        this.folder = folder;
        this.storage = storage;
    }

    /**
     * Reads every byte of the folder.
     *
     * @throws FolderRefusedException when it is no data folder, is in use, or was written by a newer version
     * @throws CorruptionException when something is missing or damaged that was known to be synced
     * @throws StorageException when the disk failed
     */
    public static Examination of(Disk folder) {
        try {
            return new Examination(folder.toString(), Storage.open(new Overlay(folder), options(folder)));
        } catch (IOException e) {
            throw new StorageException("cannot read the data folder " + folder, e);
        }
    }

    /**
     * Opens the folder itself, as a start of its server would: finishes a truncation that had begun, cuts a torn tail.
     *
     * @throws FolderRefusedException as {@link #of}
     * @throws CorruptionException as {@link #of}; nothing was changed then
     * @throws StorageException when the disk failed
     */
    public static Storage open(Disk folder) {
        try {
            return Storage.open(folder, options(folder));
        } catch (IOException e) {
            throw new StorageException("cannot open the data folder " + folder, e);
        }
    }

    /** Whatever the folder says of itself is what is wanted of it. */
    private static StorageOptions options(Disk folder) throws IOException {
        if (!folder.exists(Identity.FILE)) {
            return unfinished(folder);
        }
        Identity identity = Identity.read(folder);
        int segment = segmentBytes(folder);
        return new StorageOptions(
                identity.clusterId(),
                identity.group(),
                identity.nodeId(),
                true,
                segment,
                Long.MAX_VALUE,
                identity::storageId);
    }

    /** Of the first one that is there; any, should all of them be missing, which will be said elsewhere. */
    private static int segmentBytes(Disk folder) throws IOException {
        Optional<String> first = folder.list("log").stream()
                .filter(name -> name.endsWith(".log"))
                .findFirst();
        if (first.isEmpty()) {
            return PAGE_BYTES;
        }
        try (Disk.File segment = folder.open("log/" + first.get())) {
            return (int) Math.max(SMALLEST_SEGMENT, Math.min(segment.size(), Integer.MAX_VALUE));
        }
    }

    /** Without an identity it is a folder whose making was interrupted, if the rest of it does not say otherwise. */
    private static StorageOptions unfinished(Disk folder) throws IOException {
        if (!folder.exists(BallotBox.FILE) && folder.list("log").isEmpty()) {
            throw new FolderRefusedException(folder + " is no data folder: it has no " + Identity.FILE);
        }
        return new StorageOptions("", "", NodeId.of("unknown"), true, PAGE_BYTES, 0, () -> 0);
    }

    /** Whether nothing was ever in it: its making was interrupted, and a start begins that again. */
    public boolean fresh() {
        return storage.fresh();
    }

    public Identity identity() {
        return storage.identity();
    }

    /**
     * @throws FolderRefusedException unless the folder is this server's
     */
    public void requireOwner(StorageOptions options) {
        storage.identity().checkBelongsTo(options);
    }

    public Ballot ballot() {
        return storage.ballots().current();
    }

    public long firstIndex() {
        return storage.log().firstIndex();
    }

    public EntryId last() {
        return storage.log().last();
    }

    /** The newest configuration in the log or the snapshot, with the index of its entry; committed or not. */
    public Optional<Map.Entry<Long, Configuration>> configuration() {
        return Optional.ofNullable(storage.log().configurations().lastEntry()).or(() -> snapshot()
                .map(found -> Map.entry(found.configuration().index(), found.members())));
    }

    /** What the newest snapshot says of itself; every byte of it was read. */
    public Optional<Snapshot> snapshot() {
        return storage.snapshot().map(SnapshotFile::snapshot);
    }

    /** What is damaged without being missed: see {@link Storage#passedOver}. */
    public Optional<String> passedOver() {
        return storage.passedOver();
    }

    /** The snapshot that stands for what the log no longer holds; nothing when the log is whole. */
    Optional<Snapshot> compaction() {
        return snapshot().filter(found -> firstIndex() > 1);
    }

    SnapshotStore snapshots() {
        return storage.snapshots();
    }

    /** See {@link Storage#syncedThrough}. */
    public long syncedThrough() {
        return storage.syncedThrough();
    }

    /** What a start would cut off. */
    public Optional<Storage.TornTail> tornTail() {
        return storage.tornTail();
    }

    /** Whether a crash has interrupted a truncation, which a start would finish. */
    public boolean truncates() {
        return storage.finishedTruncation();
    }

    /**
     * Reads and decodes everything.
     *
     * @throws CorruptionException when an entry is whole and yet makes no sense
     */
    public Contents contents() {
        long entries = 0;
        long bytes = 0;
        for (long next = firstIndex(); next <= last().index(); ) {
            Entries block = block(next, last().index());
            decode(block, entry -> {});
            entries += block.count();
            bytes += block.bytes();
            next = block.last().index() + 1;
        }
        return new Contents(entries, bytes);
    }

    /**
     * Shows the entries between two indexes, both included, as far as there are any.
     *
     * @throws CorruptionException when an entry is whole and yet makes no sense
     */
    public void forEach(long from, long to, Consumer<LogEntry> action) {
        long end = Math.min(to, last().index());
        for (long next = Math.max(from, firstIndex()); next <= end; ) {
            Entries block = block(next, end);
            decode(block, action);
            next = block.last().index() + 1;
        }
    }

    /** What a backup of it says of itself. */
    BackupHead head() {
        EntryId base = compaction().map(Snapshot::last).orElse(EntryId.NONE);
        return new BackupHead(
                identity().clusterId(), identity().group(), identity().nodeId(), ballot().currentTerm(), base, last());
    }

    Entries block(long from, long to) {
        return storage.log().read(from, to, PAGE_BYTES);
    }

    private static void decode(Entries block, Consumer<LogEntry> action) {
        try {
            block.forEach(action);
        } catch (CorruptEntryException e) {
            throw new CorruptionException(
                    "log", 0, "of the entries " + block + " one makes no sense: " + e.getMessage());
        }
    }

    /** The folder. */
    @Override
    public String toString() {
        return folder;
    }

    @Override
    public void close() {
        storage.close();
    }
}
