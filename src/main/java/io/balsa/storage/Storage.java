package io.balsa.storage;

import io.balsa.model.EntryId;
import io.balsa.storage.ballot.Ballot;
import io.balsa.storage.ballot.BallotBox;
import io.balsa.storage.snapshot.SnapshotFile;
import io.balsa.storage.snapshot.SnapshotStore;
import java.io.IOException;
import java.util.Optional;

/**
 * A server's data folder, opened and recovered: all that it holds is durable, and its owner may speak.
 *
 * <p>{@link #open} either succeeds, after which nothing is left of an earlier crash, or refuses with
 * {@link CorruptionException}, {@link FolderRefusedException} or {@link StorageException}.
 */
public final class Storage implements AutoCloseable {
    private final AutoCloseable lock;
    private final Identity identity;
    private final BallotBox ballots;
    private final SegmentedLog log;
    private final SnapshotStore snapshots;
    private final Optional<SnapshotFile> snapshot;
    private final boolean fresh;
    private final Optional<TornTail> tornTail;
    private final Optional<String> passedOver;
    private final long syncedThrough;
    private final boolean finishedTruncation;

    /**
     * An end of the log that a crash has left half written.
     *
     * @param file that the log now ends in, relative to the data folder
     * @param offset of the first wrong byte known
     * @param firstLost index of the first entry that is not in the log any more; none from there on was known to be
     *     synced
     */
    public record TornTail(String file, long offset, String reason, long firstLost) {
        @Override
        public String toString() {
            return "cut a torn tail off " + file + " at byte " + offset + " (" + reason + "): from entry " + firstLost
                    + " on nothing was known to be synced";
        }
    }

    private Storage(Disk disk, AutoCloseable lock, StorageOptions options) throws IOException {
        this.lock = lock;
        this.fresh = !disk.exists(Identity.FILE);
        if (fresh) {
            found(disk, options);
        }
        identity = Identity.read(disk);
        identity.checkBelongsTo(options);
        ballots = BallotBox.reopen(disk);
        LogRecovery recovery = new LogRecovery(disk, identity.storageId());
        log = recovery.recover(options);
        tornTail = recovery.tornTail();
        syncedThrough = recovery.syncedThrough();
        finishedTruncation = recovery.finishedTruncation();
        snapshots = new SnapshotStore(disk, options.clusterId(), options.group());
        Beginning beginning = new Beginning(snapshots, log);
        snapshot = beginning.find();
        passedOver = beginning.warning();
        disk.forceDir("");
    }

    /**
     * Opens the folder, or makes it when it is empty.
     *
     * @throws FolderRefusedException when it belongs to another server or version, or another process holds it
     * @throws CorruptionException when something is missing or damaged that was known to be synced
     * @throws StorageException when the disk failed, or has no room for an empty log
     */
    public static Storage open(Disk disk, StorageOptions options) {
        AutoCloseable lock = null;
        Storage opened = null;
        try {
            lock = disk.lock();
            opened = new Storage(disk, lock, options);
            return opened;
        } catch (IOException e) {
            throw new StorageException("cannot open the data folder " + disk, e);
        } finally {
            if (opened == null && lock != null) {
                release(lock);
            }
        }
    }

    /** Whose folder this is. */
    public Identity identity() {
        return identity;
    }

    /** Term and vote. */
    public BallotBox ballots() {
        return ballots;
    }

    public SegmentedLog log() {
        return log;
    }

    /** What the log was compacted to (§7). */
    public SnapshotStore snapshots() {
        return snapshots;
    }

    /** The newest snapshot, as it was found: the state to begin with, which the log continues. */
    public Optional<SnapshotFile> snapshot() {
        return snapshot;
    }

    /** Whether the folder was empty. */
    public boolean fresh() {
        return fresh;
    }

    /** What was cut off the end of the log, or which snapshot is damaged, if any; worth a warning. */
    public Optional<String> warning() {
        return tornTail.map(TornTail::toString).or(() -> passedOver);
    }

    /** The snapshot that is damaged and was passed over, because the log still holds what it stood for. */
    public Optional<String> passedOver() {
        return passedOver;
    }

    /** What was cut off the end of the log, for programs. */
    public Optional<TornTail> tornTail() {
        return tornTail;
    }

    /** How far the log was known to be synced when it was found: damage up to there would have been corruption. */
    public long syncedThrough() {
        return syncedThrough;
    }

    /** Whether a crash had interrupted a truncation, which is now done. */
    public boolean finishedTruncation() {
        return finishedTruncation;
    }

    /** What was found, in one line. */
    public String report() {
        long entries = log.last().index() + 1 - log.firstIndex();
        String found = fresh ? "a new folder" : entries + " entries up to " + log.last();
        String behind = snapshot.map(
                        file -> ", snapshot up to " + file.snapshot().last())
                .orElse("");
        return found + behind + ", " + log.segmentCount() + " segments, term "
                + ballots.current().currentTerm();
    }

    /** Closes all files and lets others use the folder. */
    @Override
    public void close() {
        try {
            log.close();
        } catch (IOException e) {
            throw new StorageException("cannot close the log", e);
        } finally {
            release(lock);
        }
    }

    /**
     * Makes the folder. The identity comes last: before it is there nobody can have promised anything, and what a crash
     * left of an earlier attempt is made again.
     */
    private static void found(Disk disk, StorageOptions options) throws IOException {
        if (disk.exists(BallotBox.FILE) && !BallotBox.read(disk).equals(Ballot.BLANK)) {
            throw new CorruptionException(Identity.FILE, 0, "the file is missing, but the ballot is not blank");
        }
        for (String segment : Segment.names(disk)) {
            if (!disk.exists(BallotBox.FILE)) {
                throw new CorruptionException(Identity.FILE, 0, "the file is missing, but " + segment + " is there");
            }
            disk.delete(segment);
        }
        BallotBox.create(disk);
        long storageId = options.newStorageId().getAsLong();
        disk.forceDir("");
        Spares.Spare first = Spares.preallocate(disk, options.segmentBytes());
        new Truncation.Whole(EntryId.NONE, options.segmentBytes())
                .begin(disk, storageId, first)
                .close();
        Identity.of(options, storageId).write(disk);
    }

    private static void release(AutoCloseable lock) {
        try {
            lock.close();
        } catch (Exception e) {
            throw new IllegalStateException("cannot unlock the data folder", e);
        }
    }

    /** Where the state begins: the newest snapshot that is sound, and the log behind it (§7). */
    private static final class Beginning {
        private final SnapshotStore snapshots;
        private final SegmentedLog log;
        private Optional<String> warning = Optional.empty();

        Beginning(SnapshotStore snapshots, SegmentedLog log) {
            this.snapshots = snapshots;
            this.log = log;
        }

        Optional<String> warning() {
            return warning;
        }

        /**
         * A damaged snapshot may be passed over as long as the log holds what it stood for; an older one, or the
         * beginning of the log, is then where the state begins.
         *
         * @throws CorruptionException when something is missing between the snapshot and the log, or a snapshot is
         *     damaged that nothing else stands for
         */
        Optional<SnapshotFile> find() throws IOException {
            snapshots.clean();
            for (EntryId last : snapshots.ids()) {
                Optional<SnapshotFile> sound = sound(last);
                if (sound.isPresent()) {
                    fit(last);
                    return sound;
                }
            }
            checkReaches(EntryId.NONE);
            return Optional.empty();
        }

        /**
         * A log that does not hold the last entry of the snapshot ends before it, or is of another past: a crash came
         * between the installation of the snapshot and the new beginning of the log.
         */
        private void fit(EntryId last) throws IOException {
            checkReaches(last);
            if (!holds(last)) {
                log.restart(log.epoch() + 1, last);
            }
        }

        private Optional<SnapshotFile> sound(EntryId last) throws IOException {
            try {
                return Optional.of(snapshots.verified(last));
            } catch (CorruptionException damage) {
                if (!holds(last)) {
                    throw damage;
                }
                snapshots.setAside(last);
                warning = Optional.of("passes over a damaged snapshot: " + damage.getMessage());
                return Optional.empty();
            }
        }

        private boolean holds(EntryId id) {
            return log.terms().covers(id.index()) && log.terms().termAt(id.index()) == id.term();
        }

        private void checkReaches(EntryId last) {
            if (log.base().index() > last.index()) {
                String reason = "the entries between " + last + " and " + log.base() + " are missing";
                throw new CorruptionException(Segment.name(log.firstIndex()), 0, reason);
            }
        }
    }
}
