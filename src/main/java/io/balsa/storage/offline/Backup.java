package io.balsa.storage.offline;

import io.balsa.model.Configuration;
import io.balsa.model.CorruptEntryException;
import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import io.balsa.model.Snapshot;
import io.balsa.storage.CorruptionException;
import io.balsa.storage.Disk;
import io.balsa.storage.FolderRefusedException;
import io.balsa.storage.StorageException;
import io.balsa.storage.snapshot.SnapshotStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The log of a server, in one file of {@link Records}: a head, blocks of entries, and an end that says how many entries
 * there are. What was compacted stands before them: the newest included entry with a configuration, and the file of the
 * snapshot, in pieces.
 *
 * @param disk the folder of the file
 * @param name of the file in it
 */
public record Backup(Disk disk, String name) {
    private static final byte HEAD = 1;
    private static final byte ENTRIES = 2;
    private static final byte END = 3;
    private static final byte CONFIGURATION = 4;
    private static final byte SNAPSHOT = 5;
    private static final int PIECE = 1 << 20;

    /**
     * What a backup holds, every byte of it read.
     *
     * @param bytes of the file
     * @param configuration the newest in the log and the snapshot, if any is
     */
    public record Summary(BackupHead head, long entries, long bytes, Optional<Configuration> configuration) {}

    /**
     * Writes it under another name, syncs it, and gives it its own; a crash leaves the old file or the new one.
     *
     * @throws StorageException when the disk failed or is full
     */
    public void save(Examination source) {
        String draft = name + ".tmp";
        try {
            try (Disk.File file = disk.open(draft)) {
                write(source, Records.begin(draft, file));
                file.force();
            }
            disk.rename(draft, name);
            disk.forceDir("");
        } catch (IOException e) {
            throw new StorageException("cannot write the backup " + name, e);
        }
    }

    private static void write(Examination source, Records out) throws IOException {
        out.write(HEAD, source.head().encode());
        if (source.compaction().isPresent()) {
            write(source, source.compaction().get(), out);
        }
        long first = source.head().base().index() + 1;
        long entries = 0;
        for (long next = first; next <= source.last().index(); ) {
            Entries block = source.block(next, source.last().index());
            out.write(ENTRIES, block.toByteArray());
            entries += block.count();
            next = block.last().index() + 1;
        }
        out.write(END, ByteBuffer.allocate(Long.BYTES).putLong(entries).array());
    }

    private static void write(Examination source, Snapshot snapshot, Records out) throws IOException {
        out.write(CONFIGURATION, Entries.of(snapshot.configuration()).toByteArray());
        boolean done = false;
        for (long at = 0; !done; at += PIECE) {
            SnapshotStore.Chunk piece =
                    source.snapshots().chunk(snapshot.last(), at, PIECE).orElseThrow();
            out.write(SNAPSHOT, piece.bytes());
            done = piece.isLast();
        }
    }

    /** As {@link #read(Consumer, Consumer)}; what was compacted is checked and shown to nobody. */
    public Summary read(Consumer<Entries> entries) {
        return read(piece -> {}, entries);
    }

    /**
     * Reads it from its first byte to its last.
     *
     * @param snapshot is shown the file of the snapshot, in pieces, if there is one
     * @param entries is shown all of them behind that, in order
     * @throws CorruptionException when it is not what was once written
     * @throws FolderRefusedException when a newer version wrote it
     * @throws StorageException when it cannot be read
     */
    public Summary read(Consumer<byte[]> snapshot, Consumer<Entries> entries) {
        try (Disk.File file = disk.open(name)) {
            Records in = Records.of(name, file);
            Summary summary = read(in, snapshot, entries);
            in.check(file.size() == in.at(), "there is more behind its end");
            return summary;
        } catch (IOException e) {
            throw new StorageException("cannot read the backup " + name, e);
        }
    }

    private Summary read(Records in, Consumer<byte[]> snapshot, Consumer<Entries> entries) throws IOException {
        BackupHead head = head(in);
        Configuration[] newest = {null};
        EntryId last = head.base();
        if (last.index() > 0) {
            block(in, part(in, CONFIGURATION))
                    .forEachConfiguration((index, configuration) -> newest[0] = configuration);
        }
        Records.Part part = in.next();
        in.check((part.kind() == SNAPSHOT) == (last.index() > 0), "what came before the log is not as it should be");
        for (; part.kind() == SNAPSHOT; part = in.next()) {
            snapshot.accept(part.content());
        }
        for (; part.kind() == ENTRIES; part = in.next()) {
            Entries block = block(in, part);
            boolean follows =
                    block.first().index() == last.index() + 1 && block.first().term() >= last.term();
            in.check(follows, "a gap in the log");
            block.forEachConfiguration((index, configuration) -> newest[0] = configuration);
            entries.accept(block);
            last = block.last();
        }
        long count = last.index() - head.base().index();
        boolean whole = part.kind() == END
                && part.content().length == Long.BYTES
                && ByteBuffer.wrap(part.content()).getLong() == count
                && last.equals(head.last());
        in.check(whole, "it does not end as it should");
        return new Summary(head, count, in.at(), Optional.ofNullable(newest[0]));
    }

    private BackupHead head(Records in) throws IOException {
        Records.Part part = part(in, HEAD);
        try {
            return BackupHead.decode(part.content());
        } catch (IllegalArgumentException e) {
            throw new CorruptionException(name, in.at(), "the head makes no sense: " + e.getMessage());
        }
    }

    private static Records.Part part(Records in, byte kind) throws IOException {
        Records.Part part = in.next();
        in.check(part.kind() == kind, "it does not begin as it should");
        return part;
    }

    private Entries block(Records in, Records.Part part) {
        try {
            Entries block = Entries.decode(part.content());
            in.check(!block.isEmpty(), "no entries where some should be");
            block.forEach(entry -> {});
            return block;
        } catch (CorruptEntryException e) {
            throw new CorruptionException(name, in.at(), e.getMessage());
        }
    }
}
