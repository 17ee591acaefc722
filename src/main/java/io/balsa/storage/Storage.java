package io.balsa.storage;

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
    private final boolean fresh;
    private final Optional<TornTail> tornTail;
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

    /** Whether the folder was empty. */
    public boolean fresh() {
        return fresh;
    }

    /** What was cut off the end of the log, if anything; worth a warning. */
    public Optional<String> warning() {
        return tornTail.map(TornTail::toString);
    }

    /** The same for programs. */
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
        return found + ", " + log.segmentCount() + " segments, term "
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
        SegmentedLog.create(disk, options, storageId);
        Identity.of(options, storageId).write(disk);
    }

    private static void release(AutoCloseable lock) {
        try {
            lock.close();
        } catch (Exception e) {
            throw new IllegalStateException("cannot unlock the data folder", e);
        }
    }
}
