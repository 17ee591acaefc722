package io.balsa.storage.offline;

import io.balsa.model.Configuration;
import io.balsa.model.CorruptEntryException;
import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import io.balsa.storage.CorruptionException;
import io.balsa.storage.Disk;
import io.balsa.storage.FolderRefusedException;
import io.balsa.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The log of a server, in one file of {@link Records}: a head, blocks of entries, and an end that says how many entries
 * there are.
 *
 * @param disk the folder of the file
 * @param name of the file in it
 */
public record Backup(Disk disk, String name) {
    private static final byte HEAD = 1;
    private static final byte ENTRIES = 2;
    private static final byte END = 3;

    /**
     * What a backup holds, every byte of it read.
     *
     * @param bytes of the file
     * @param configuration the newest in the log, if any is
     */
    public record Summary(BackupHead head, long entries, long bytes, Optional<Configuration> configuration) {}

    /**
     * Writes it under another name, syncs it, and gives it its own; a crash leaves the old file or the new one.
     *
     * @throws FolderRefusedException when the log does not go back to its first entry
     * @throws StorageException when the disk failed or is full
     */
    public void save(Examination source) {
        if (source.firstIndex() != 1) {
            throw new FolderRefusedException("the log begins at index " + source.firstIndex()
                    + "; what came before is in a snapshot, which is not saved by this version");
        }
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
        long entries = 0;
        for (long next = source.firstIndex(); next <= source.last().index(); ) {
            Entries block = source.block(next, source.last().index());
            out.write(ENTRIES, block.toByteArray());
            entries += block.count();
            next = block.last().index() + 1;
        }
        out.write(END, ByteBuffer.allocate(Long.BYTES).putLong(entries).array());
    }

    /**
     * Reads it from its first byte to its last.
     *
     * @param entries is shown all of them, in order
     * @throws CorruptionException when it is not what was once written
     * @throws FolderRefusedException when a newer version wrote it
     * @throws StorageException when it cannot be read
     */
    public Summary read(Consumer<Entries> entries) {
        try (Disk.File file = disk.open(name)) {
            Records in = Records.of(name, file);
            Summary summary = read(in, entries);
            in.check(file.size() == in.at(), "there is more behind its end");
            return summary;
        } catch (IOException e) {
            throw new StorageException("cannot read the backup " + name, e);
        }
    }

    private Summary read(Records in, Consumer<Entries> entries) throws IOException {
        BackupHead head = head(in);
        Configuration[] newest = {null};
        EntryId last = head.base();
        Records.Part part = in.next();
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
        Records.Part part = in.next();
        in.check(part.kind() == HEAD, "it does not begin with a head");
        try {
            return BackupHead.decode(part.content());
        } catch (IllegalArgumentException e) {
            throw new CorruptionException(name, in.at(), "the head makes no sense: " + e.getMessage());
        }
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
