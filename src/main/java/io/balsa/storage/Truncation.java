package io.balsa.storage;

import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The end of the log being cut off (§5.3), in a way that a crash at any point cannot leave half done.
 *
 * <p>What stands behind the cut is replaced by zeros, and whole segments are deleted; a batch that is cut through is
 * written again with what is left of it. A crash may leave any part of that on disk, which would look like damage to
 * synced entries. So it is first written down in a file of its own, and recovery starts with carrying it out again.
 *
 * @param segment index of the first entry of the segment that becomes the last
 * @param position in it where all is replaced
 * @param kept what is written there before the zeros: nothing, or one batch
 * @param chain checksum of the header that is then the last; not written down
 */
record Truncation(long segment, int position, ByteBuffer kept, int chain) {
    private static final String FILE = Segment.FOLDER + "/truncation";
    private static final int MAGIC = 0x42435554;
    private static final int CHECKED_FROM = 8;
    private static final int HEADER = 28;

    /** Drops an entry that is in one of these segments, and all behind it. */
    static Truncation at(long index, List<Segment> segments) throws IOException {
        Segment segment = Segment.holding(index, segments);
        return index == segment.firstIndex() && segment != segments.get(0)
                ? behind(Segment.holding(index - 1, segments), segment.header().previous())
                : within(segment, index);
    }

    /** Drops all that stands behind a segment. */
    static Truncation behind(Segment segment, int chain) {
        return new Truncation(segment.firstIndex(), segment.end(), ByteBuffer.allocate(0), chain);
    }

    /** Drops an entry of a segment and all behind it. */
    static Truncation within(Segment segment, long index) throws IOException {
        int position = segment.find(index);
        BatchHeader batch = segment.headerAt(position);
        Entries kept = index == batch.firstIndex()
                ? Entries.EMPTY
                : segment.read(batch.firstIndex(), index - 1, batch.bytes());
        return within(segment, position, batch, kept);
    }

    /** Drops a batch and all behind it, but for the first entries of the batch. */
    static Truncation within(Segment segment, int position, BatchHeader batch, Entries kept) {
        if (kept.isEmpty()) {
            return new Truncation(segment.firstIndex(), position, ByteBuffer.allocate(0), batch.previous());
        }
        long synced = Math.min(batch.syncedThrough(), kept.last().index());
        BatchHeader shorter = new BatchHeader(
                batch.epoch(), batch.firstIndex(), kept.count(), kept.bytes(), synced, batch.previous());
        ByteBuffer out = ByteBuffer.allocate(BatchHeader.SIZE + kept.bytes());
        int chain = shorter.writeTo(out, segment.place(position));
        kept.writeTo(out);
        return new Truncation(segment.firstIndex(), position, out.flip(), chain);
    }

    /**
     * Makes it durable that this is to be done. Nothing is done yet.
     *
     * @throws StorageFullException when there is no room for that; nothing was changed
     */
    void writeDown(Disk disk, long storageId) throws IOException {
        disk.replace(FILE, encode(storageId));
    }

    /**
     * Does all of it, durably, after it was written down.
     *
     * @param tail the segment that becomes the last
     * @param end up to where there may be anything of this log in it
     */
    void carryOut(Disk disk, Segment tail, int end) throws IOException {
        repeat(disk, tail, end);
        tail.shrink(position);
        if (kept.hasRemaining()) {
            tail.extend(BatchHeader.readAt(kept, 0).firstIndex(), kept.limit());
        }
    }

    /**
     * Finishes what a crash may have interrupted. What was written down may have been in the system's cache alone.
     *
     * @return whether there was anything to finish
     */
    static boolean finish(Disk disk, long storageId) throws IOException {
        if (!disk.exists(FILE)) {
            return false;
        }
        Truncation begun = decode(disk.content(FILE), storageId);
        begun.writeDown(disk, storageId);
        try (Segment tail = Segment.open(disk, Segment.name(begun.segment), storageId)) {
            begun.repeat(disk, tail, tail.header().size());
        }
        return true;
    }

    private void repeat(Disk disk, Segment tail, int end) throws IOException {
        tail.write(kept.duplicate(), position);
        tail.zero(position + kept.limit(), end);
        tail.force();
        for (String name : Segment.names(disk)) {
            if (name.compareTo(tail.name()) > 0) {
                disk.delete(name);
            }
        }
        disk.forceDir(Segment.FOLDER);
        disk.delete(FILE);
        disk.forceDir(Segment.FOLDER);
    }

    /**
     * The truncations that are to come: what stands from there on is on file still, but of the log no longer. Any
     * thread may use it.
     */
    static final class Announced {
        private static final long NOTHING = Long.MAX_VALUE;

        private long epoch;
        private long from = NOTHING;

        synchronized void add(long ofEpoch, long index) {
            epoch = ofEpoch;
            from = Math.min(from, index);
        }

        /** All of them up to this epoch, which is returned, are done. */
        synchronized long done(long upToEpoch) {
            from = epoch <= upToEpoch ? NOTHING : from;
            return upToEpoch;
        }

        synchronized long from() {
            return from;
        }
    }

    /**
     * All of the log being cut off, because a snapshot takes its place that it does not continue (§7). It is written
     * down before, as any truncation, for a crash could leave a log with a hole.
     *
     * @param base the last entry that the snapshot includes; the log begins anew behind it
     * @param segmentBytes size of the first segment of the new log
     */
    record Whole(EntryId base, int segmentBytes) {
        private static final String FILE = Segment.FOLDER + "/restart";
        private static final int SIZE = 36;

        void writeDown(Disk disk, long storageId) throws IOException {
            ByteBuffer out = ByteBuffer.allocate(SIZE);
            out.putInt(MAGIC).putInt(0).putLong(storageId);
            out.putLong(base.index()).putLong(base.term()).putInt(segmentBytes).flip();
            disk.replace(FILE, out.putInt(4, checksum(out)));
        }

        /**
         * Does it, durably, after it was written down.
         *
         * @return the only segment of the new log
         */
        Segment carryOut(Disk disk, long storageId, Spares.Spare spare) throws IOException {
            deleteAll(disk);
            Segment first = begin(disk, storageId, spare);
            disk.delete(FILE);
            disk.forceDir(Segment.FOLDER);
            return first;
        }

        /** Makes the first segment of a log. */
        Segment begin(Disk disk, long storageId, Spares.Spare spare) throws IOException {
            return spare.become(
                    disk, new Segment.Header(segmentBytes, storageId, base, base.index(), 0, spare.isUsed()));
        }

        /** Finishes what a crash may have interrupted. */
        static void finish(Disk disk, long storageId) throws IOException {
            if (!disk.exists(FILE)) {
                return;
            }
            ByteBuffer in = disk.content(FILE);
            if (in.limit() != SIZE || in.getInt(0) != MAGIC || in.getInt(4) != checksum(in)) {
                throw new CorruptionException(FILE, 0, "this is not a truncation");
            }
            if (in.getLong(8) != storageId) {
                throw new FolderRefusedException(FILE + " belongs to another data folder");
            }
            Whole begun = new Whole(new EntryId(in.getLong(16), in.getLong(24)), in.getInt(32));
            begun.writeDown(disk, storageId);
            deleteAll(disk);
            begun.carryOut(disk, storageId, Spares.preallocate(disk, begun.segmentBytes))
                    .close();
        }

        private static void deleteAll(Disk disk) throws IOException {
            for (String name : Segment.names(disk)) {
                disk.delete(name);
            }
            disk.forceDir(Segment.FOLDER);
        }
    }

    private ByteBuffer encode(long storageId) {
        ByteBuffer out = ByteBuffer.allocate(HEADER + kept.limit());
        out.putInt(MAGIC).putInt(0).putLong(storageId).putLong(segment).putInt(position);
        out.put(kept.duplicate()).flip();
        return out.putInt(4, checksum(out));
    }

    private static Truncation decode(ByteBuffer in, long storageId) {
        boolean whole = in.limit() >= HEADER && in.getInt(0) == MAGIC && in.getInt(4) == checksum(in);
        if (!whole) {
            throw new CorruptionException(FILE, 0, "this is not a truncation");
        }
        if (in.getLong(8) != storageId) {
            throw new FolderRefusedException(FILE + " belongs to another data folder");
        }
        return new Truncation(in.getLong(16), in.getInt(24), in.slice(HEADER, in.limit() - HEADER), 0);
    }

    private static int checksum(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.slice(CHECKED_FROM, bytes.limit() - CHECKED_FROM));
        return (int) crc.getValue();
    }
}
