package io.balsa.storage;

import io.balsa.model.Entries;
import io.balsa.model.Invariant;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * What stands in a segment before each batch of entries. It is local to this disk: the bytes of the entries behind it,
 * which carry checksums of their own, are the same on every server.
 *
 * <pre>
 * int   magic
 * int   checksum        CRC32C of where the header stands (see {@link #standsAt}) and of all that follows
 * long  epoch
 * long  firstIndex
 * int   count
 * int   bytes
 * long  syncedThrough
 * int   previous
 * </pre>
 *
 * @param epoch of the log when the batch was written; never falls along the file
 * @param firstIndex of the batch; of an empty one, what the next entry will have
 * @param count of entries; 0 for a header that only records what is synced
 * @param bytes of all entries together
 * @param syncedThrough the log was known to be synced up to this index when the batch was written: damage up to there
 *     is corruption, damage above it may be a write that a crash has torn
 * @param previous checksum of the header before this one: what was left over from another past of the file cannot pass
 *     for a continuation
 */
record BatchHeader(long epoch, long firstIndex, int count, int bytes, long syncedThrough, int previous) {
    static final int SIZE = 44;

    static final int MAGIC = 0x42415443;
    private static final byte FIRST = (byte) (MAGIC >>> 24);
    private static final int CHECKED_FROM = 8;

    /**
     * The header of blocks that follow each other, the first entry of which has this index.
     *
     * @param syncedThrough what is known to be synced
     */
    static BatchHeader of(long epoch, long firstIndex, List<Entries> blocks, long syncedThrough) {
        long bytes = 0;
        long next = firstIndex;
        for (Entries block : blocks) {
            Invariant.check(block.first().index() == next, "%s does not follow %s", block, next - 1);
            next = block.last().index() + 1;
            bytes += block.bytes();
        }
        int count = Math.toIntExact(next - firstIndex);
        Invariant.check(count > 0, "an empty batch");
        return new BatchHeader(epoch, firstIndex, count, Math.toIntExact(bytes), syncedThrough, 0);
    }

    /** The same behind a header with this checksum. */
    BatchHeader behind(int checksum) {
        return new BatchHeader(epoch, firstIndex, count, bytes, syncedThrough, checksum);
    }

    long lastIndex() {
        return firstIndex + count - 1;
    }

    /**
     * Writes the header at the buffer's position.
     *
     * @param place where in the world it will stand: see {@link #standsAt}
     * @return its checksum, for the next header
     */
    int writeTo(ByteBuffer out, long place) {
        int at = out.position();
        out.putInt(MAGIC).putInt(0).putLong(epoch).putLong(firstIndex);
        out.putInt(count).putInt(bytes).putLong(syncedThrough).putInt(previous);
        int checksum = checksum(out, at, place);
        out.putInt(at + 4, checksum);
        return checksum;
    }

    /**
     * Whether a header stands at {@code at} that was written for that place.
     *
     * @param place a number for the folder, the segment and the position in it: the same bytes elsewhere, such as a
     *     copy of this file inside a command, are no header
     */
    static boolean standsAt(ByteBuffer in, int at, long place) {
        return at + SIZE <= in.limit() && in.getInt(at) == MAGIC && checksumAt(in, at) == checksum(in, at, place);
    }

    /**
     * Where the next header may stand.
     *
     * @param in with an array of its own, from its first byte on
     * @return the first place at or behind {@code from} where {@link #standsAt} is worth asking, or -1
     */
    static int find(ByteBuffer in, int from) {
        byte[] bytes = in.array();
        int last = in.limit() - SIZE;
        // A start is the time for this, when nothing is compiled yet: so one comparison for most bytes, and no call.
        for (int at = from; at <= last; at++) {
            if (bytes[at] == FIRST && in.getInt(at) == MAGIC) {
                return at;
            }
        }
        return -1;
    }

    /** Reads the header that {@link #standsAt} this place. */
    static BatchHeader readAt(ByteBuffer in, int at) {
        return new BatchHeader(
                in.getLong(at + 8),
                in.getLong(at + 16),
                in.getInt(at + 24),
                in.getInt(at + 28),
                in.getLong(at + 32),
                in.getInt(at + 40));
    }

    static int checksumAt(ByteBuffer in, int at) {
        return in.getInt(at + 4);
    }

    private static int checksum(ByteBuffer bytes, int at, long place) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(Long.BYTES).putLong(0, Long.reverseBytes(place)));
        crc.update(bytes.slice(at + CHECKED_FROM, SIZE - CHECKED_FROM));
        return (int) crc.getValue();
    }
}
