package io.balsa.storage.offline;

import io.balsa.model.Configuration;
import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import io.balsa.model.LogEntry;
import io.balsa.model.NodeId;
import io.balsa.model.Payload;
import io.balsa.storage.CorruptionException;
import io.balsa.storage.Disk;
import io.balsa.storage.FolderRefusedException;
import io.balsa.storage.Storage;
import io.balsa.storage.StorageException;
import io.balsa.storage.StorageOptions;
import io.balsa.storage.ballot.Ballot;
import io.balsa.storage.snapshot.IncomingSnapshot;
import io.balsa.storage.snapshot.SnapshotFile;
import io.balsa.storage.snapshot.SnapshotStore;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A log that goes on under another configuration, which no quorum has agreed to: one behind the loss of a quorum, or
 * one that a backup had kept.
 *
 * <p>The configuration becomes one more entry, of a term that no leader ever had: above all terms in the log, above
 * the term the server had reached, and by up to {@value #TERMS} more, by what is in the configuration. Were two servers
 * given different ones by mistake, their entries would differ in their terms, and the logs would still agree wherever
 * they have the same id (§5.3). The server's term is that of the entry, and its vote in it its own: nobody else can
 * ever lead it.
 */
public final class NewLife {
    private static final int TERMS = 1000;

    private NewLife() {}

    /**
     * Writes a configuration behind the log of a folder, whose torn tail is cut off, and forgets the storage ids of all
     * peers.
     *
     * @param options of the server; must fit the folder
     * @return the entry that holds the configuration
     * @throws FolderRefusedException when the folder is another server's or in use; nothing was changed
     * @throws CorruptionException when it is damaged; nothing was changed
     */
    public static EntryId recover(Disk folder, StorageOptions options, Configuration configuration) {
        try (Storage storage = Storage.open(folder, options)) {
            long own = storage.identity().storageId();
            EntryId last = storage.log().last();
            long term = Math.max(storage.ballots().current().currentTerm(), last.term());
            EntryId entry = next(term, last, configuration + "" + own);
            vote(storage, entry.term());
            append(storage, entry, configuration);
            return entry;
        }
    }

    /**
     * Makes a folder of what a backup holds. The folder must be a draft: until this has returned it is not whole.
     *
     * @param options of the server that will own the folder, in a cluster of another name
     * @return the entry that holds the configuration
     * @throws FolderRefusedException when the folder is not empty, or the cluster is the one of the backup
     * @throws CorruptionException when the backup is damaged
     */
    public static EntryId restore(Backup backup, Disk folder, StorageOptions options, Configuration configuration) {
        Backup.Summary summary = backup.read(block -> {});
        BackupHead head = summary.head();
        if (head.cluster().equals(options.clusterId())) {
            throw new FolderRefusedException("the backup is of cluster \"" + head.cluster()
                    + "\" itself; under the same id its old nodes could mix with the new ones");
        }
        requireEmpty(folder);
        if (head.base().index() > 0) {
            unpack(backup, head, folder, options);
        }
        try (Storage storage = Storage.open(folder, options)) {
            long term = Math.max(head.term(), head.last().term());
            EntryId entry = next(term, head.last(), configuration + options.clusterId());
            vote(storage, entry.term());
            backup.read(block -> append(storage, block));
            append(storage, entry, configuration);
            return entry;
        }
    }

    /** The log begins behind the snapshot, as it does wherever one has arrived. */
    private static void unpack(Backup backup, BackupHead head, Disk folder, StorageOptions options) {
        SnapshotStore theirs = new SnapshotStore(folder, head.cluster(), head.group());
        IncomingSnapshot arriving = theirs.receive(head.base());
        try {
            backup.read(piece -> add(arriving, piece), block -> {});
            SnapshotFile whole = theirs.accept(arriving, 1);
            new SnapshotStore(folder, options.clusterId(), options.group()).adopt(whole);
        } catch (IOException full) {
            throw new StorageException("cannot write the snapshot", full);
        }
    }

    private static void add(IncomingSnapshot arriving, byte[] piece) {
        try {
            arriving.add(piece);
        } catch (IOException full) {
            throw new StorageException("cannot write the snapshot", full);
        }
    }

    private static void requireEmpty(Disk folder) {
        try {
            if (!folder.list("").isEmpty() || !folder.list("log").isEmpty()) {
                throw new FolderRefusedException("the data folder " + folder + " is not empty");
            }
        } catch (IOException e) {
            throw new StorageException("cannot look into the folder " + folder, e);
        }
    }

    private static EntryId next(long term, EntryId last, String what) {
        return new EntryId(last.index() + 1, term + 1 + Math.floorMod(what.hashCode(), TERMS));
    }

    private static void vote(Storage storage, long term) {
        NodeId self = storage.identity().nodeId();
        storage.ballots().save(new Ballot(term, Optional.of(self), new TreeMap<>()));
    }

    private static void append(Storage storage, EntryId id, Configuration configuration) {
        EntryId last = storage.log().last();
        long time = last.index() < storage.log().firstIndex()
                ? storage.snapshot().map(file -> file.snapshot().time()).orElse(0L)
                : storage.log().read(last.index(), last.index(), 1).timeAt(last.index());
        append(storage, Entries.of(new LogEntry(id, time, new Payload.Reconfigure(configuration))));
        storage.log().seal();
    }

    private static void append(Storage storage, Entries block) {
        try {
            storage.log().append(storage.log().epoch(), List.of(block));
            storage.log().sync();
        } catch (IOException full) {
            throw new StorageException("cannot write to the log", full);
        }
    }
}
