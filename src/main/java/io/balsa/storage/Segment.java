package io.balsa.storage;

import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * One file of the log: a header, batches of entries behind each other, and zeros up to its full size; or, in a file
 * that was a segment before, a few zeros and what that has left.
 *
 * <p>A segment gets its name only when its header is durable; from then on its size never changes. It is written by one
 * thread and read by any.
 */
final class Segment implements Closeable {
    static final String FOLDER = "log";

    /** Where the first batch stands. */
    static final int BODY = 64;

    private static final Pattern NAME = Pattern.compile("\\d{20}\\.log");
    private static final int MAGIC = 0x42534547;
    private static final int CHECKED_FROM = 8;

    /** Not every batch is noted in memory, only one in so many bytes; the others are found by walking. */
    private static final int STRIDE = 16 << 10;

    private static final int MOST_READ_AHEAD = 1 << 20;

    /** So many zeros tell where the last batch ends: see {@link Header#reused}. */
    private static final int END = Long.BYTES;

    /** The format of a segment in a file that was one before; others have that of the folder. */
    private static final int REUSED = 2;

    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(256 << 10).asReadOnlyBuffer();

    private final String name;
    private final Disk.File file;
    private final Header header;
    private volatile Points points;
    private volatile int end = BODY;

    /**
     * What a segment says of itself.
     *
     * @param size of the whole file
     * @param storageId of the folder it was made in
     * @param base the entry before its first
     * @param syncedThrough as in {@link BatchHeader}
     * @param previous checksum of the last header in the segment before
     * @param reused whether the file was a segment before, the remains of which may stand where others have zeros; so
     *     eight zeros are written behind each batch, with it, for an end is known by them
     */
    record Header(int size, long storageId, EntryId base, long syncedThrough, int previous, boolean reused) {
        private ByteBuffer encode() {
            ByteBuffer out = ByteBuffer.allocate(BODY + END);
            out.putInt(MAGIC)
                    .putInt(0)
                    .putInt(reused ? REUSED : Identity.FORMAT_VERSION)
                    .putInt(size)
                    .putLong(storageId);
            out.putLong(base.index())
                    .putLong(base.term())
                    .putLong(syncedThrough)
                    .putInt(previous);
            return out.putInt(4, checksum(out)).clear();
        }

        private static Header decode(ByteBuffer in) {
            EntryId base = new EntryId(in.getLong(24), in.getLong(32));
            return new Header(
                    in.getInt(12), in.getLong(16), base, in.getLong(40), in.getInt(48), in.getInt(8) == REUSED);
        }

        private static int checksum(ByteBuffer bytes) {
            CRC32C crc = new CRC32C();
            crc.update(bytes.slice(CHECKED_FROM, BODY - CHECKED_FROM));
            return (int) crc.getValue();
        }
    }

    /** Where some of the batches begin, by index: {@code count} of them, in order. */
    private record Points(long[] firsts, int[] positions, int count) {
        int at(long index) {
            int found = Arrays.binarySearch(firsts, 0, count, index);
            return positions[Math.max(0, found >= 0 ? found : -found - 2)];
        }

        Points with(long first, int position) {
            int room = count < firsts.length ? firsts.length : 2 * count;
            long[] moreFirsts = room == firsts.length ? firsts : Arrays.copyOf(firsts, room);
            int[] morePositions = room == firsts.length ? positions : Arrays.copyOf(positions, room);
            moreFirsts[count] = first;
            morePositions[count] = position;
            return new Points(moreFirsts, morePositions, count + 1);
        }

        Points before(int position) {
            int left = Arrays.binarySearch(positions, 0, count, position);
            return new Points(firsts, positions, Math.max(1, left >= 0 ? left : -left - 1));
        }
    }

    Segment(Disk.File file, Header header) {
        this.name = name(header.base().index() + 1);
        this.file = file;
        this.header = header;
        this.points = new Points(new long[] {firstIndex()}, new int[] {BODY}, 1);
    }

    /** The name of the segment whose first entry has this index. */
    static String name(long firstIndex) {
        return String.format("%s/%020d.log", FOLDER, firstIndex);
    }

    /** The names of all segments, in the order of their entries. */
    static List<String> names(Disk disk) throws IOException {
        return disk.list(FOLDER).stream()
                .filter(plain -> NAME.matcher(plain).matches())
                .map(plain -> FOLDER + "/" + plain)
                .toList();
    }

    /** The one that holds an index, among consecutive segments of which the first holds it or an earlier one. */
    static Segment holding(long index, List<Segment> all) {
        int low = 0;
        for (int high = all.size() - 1; low < high; ) {
            int middle = (low + high + 1) >>> 1;
            if (all.get(middle).firstIndex() <= index) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return all.get(low);
    }

    /** Whether the first segment holds nothing behind an index, and the others have so many bytes. */
    static boolean isFirstNeedless(List<Segment> all, long index, long bytes) {
        List<Segment> others = all.subList(1, all.size());
        return !others.isEmpty()
                && others.get(0).firstIndex() <= index + 1
                && others.stream().mapToLong(one -> one.header.size()).sum() >= bytes;
    }

    /**
     * Opens a segment, of which only the header is looked at.
     *
     * @throws CorruptionException when the header or the size of the file is not what it was
     * @throws FolderRefusedException when it is of another folder or a newer version
     */
    static Segment open(Disk disk, String name, long storageId) throws IOException {
        Disk.File file = disk.open(name);
        ByteBuffer bytes = ByteBuffer.allocate(BODY);
        file.readFully(bytes, 0);
        if (bytes.hasRemaining() || bytes.getInt(0) != MAGIC || bytes.getInt(4) != Header.checksum(bytes)) {
            throw new CorruptionException(name, 0, "the header of the segment is damaged");
        }
        if (bytes.getInt(8) > REUSED) {
            throw new FolderRefusedException(name + " was written by a newer version (format " + bytes.getInt(8) + ")");
        }
        Header header = Header.decode(bytes);
        if (header.storageId() != storageId) {
            throw new FolderRefusedException(name + " belongs to another data folder");
        }
        if (!name.equals(name(header.base().index() + 1))) {
            throw new CorruptionException(name, 0, "this is the segment behind " + header.base());
        }
        if (file.size() != header.size()) {
            throw new CorruptionException(name, file.size(), "the file should have " + header.size() + " bytes");
        }
        return new Segment(file, header);
    }

    static void close(List<Segment> all) throws IOException {
        for (Segment segment : all) {
            segment.close();
        }
    }

    /** Writes what it is and that nothing is in it, durably. */
    void begin() throws IOException {
        file.write(header.encode(), 0);
        file.force();
    }

    String name() {
        return name;
    }

    Header header() {
        return header;
    }

    long firstIndex() {
        return header.base().index() + 1;
    }

    /** Where the next batch goes. */
    int end() {
        return end;
    }

    boolean hasRoomFor(int bytes) {
        return bytes <= header.size() - end;
    }

    /** How many zeros are written behind a batch that ends there: see {@link Header#reused}. */
    int zerosBehind(int position) {
        return header.reused() ? Math.min(END, header.size() - position) : 0;
    }

    /** See {@link BatchHeader#standsAt}. */
    long place(int position) {
        return header.storageId() ^ Long.rotateLeft(firstIndex(), 32) ^ position;
    }

    /** Reads the whole file into a buffer that is large enough. */
    ByteBuffer readInto(ByteBuffer buffer) throws IOException {
        file.readFully(buffer.clear().limit(header.size()), 0);
        return buffer.flip();
    }

    void write(ByteBuffer bytes, int position) throws IOException {
        file.write(bytes, position);
    }

    void zero(int from, int to) throws IOException {
        writeZeros(file, from, to);
    }

    void force() throws IOException {
        file.force();
    }

    /** Writes the same bytes once more, so that the next sync has them to write. */
    void rewrite(int from, int to) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Math.min(to - from, 1 << 20));
        for (int at = from; at < to; at += bytes.limit()) {
            bytes.clear().limit(Math.min(bytes.capacity(), to - at));
            file.readFully(bytes, at);
            file.write(bytes.flip(), at);
        }
    }

    /** Notes that the batch which begins with this index now stands at the end, and is so long. */
    void extend(long firstIndex, int bytes) {
        int position = end;
        if (position - points.positions()[points.count() - 1] >= STRIDE) {
            points = points.with(firstIndex, position);
        }
        end = position + bytes;
    }

    /** Forgets what stands from this position on; nobody may be reading. */
    void shrink(int position) {
        points = points.before(position);
        end = position;
    }

    /** A position at or before the batch that holds the entry, where a header stands. */
    int near(long index) {
        return points.at(index);
    }

    /** Where the batch begins that holds the entry; it must be in this segment. */
    int find(long index) throws IOException {
        Cursor cursor = new Cursor(near(index), STRIDE);
        while (cursor.header().lastIndex() < index) {
            cursor.skip();
        }
        return cursor.at;
    }

    /** The header at a position where one must stand. */
    BatchHeader headerAt(int position) throws IOException {
        return new Cursor(position, BatchHeader.SIZE).header();
    }

    /**
     * Reads entries from {@code from} on, which must be in this segment, until {@code maxBytes} or {@code to} are
     * reached or the segment ends; at least one.
     */
    Entries read(long from, long to, int maxBytes) throws IOException {
        List<Entries> parts = new ArrayList<>();
        Cursor cursor = new Cursor(near(from), Math.min(maxBytes, MOST_READ_AHEAD) + STRIDE);
        long next = from;
        for (int left = maxBytes;
                next <= to && (left > 0 || parts.isEmpty()) && cursor.at < cursor.stop;
                cursor.skip()) {
            if (cursor.header().lastIndex() >= next) {
                Entries part = cursor.entries().from(next);
                parts.add(part);
                next = part.last().index() + 1;
                left -= part.bytes();
            }
        }
        return Entries.concat(parts).upTo(to).limitedTo(maxBytes);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    @Override
    public String toString() {
        return name;
    }

    static void writeZeros(Disk.File file, int from, int to) throws IOException {
        for (int at = from; at < to; at += ZEROS.capacity()) {
            file.write(ZEROS.duplicate().limit(Math.min(ZEROS.capacity(), to - at)), at);
        }
    }

    /** Walks from batch to batch, reading ahead. */
    private final class Cursor {
        private final int stop = end;
        private final int ahead;
        private int at;
        private int start;
        private ByteBuffer window = ByteBuffer.allocate(0);
        private BatchHeader header;

        Cursor(int at, int ahead) {
            this.at = at;
            this.ahead = ahead;
        }

        BatchHeader header() throws IOException {
            if (header == null) {
                load(BatchHeader.SIZE);
                check(BatchHeader.standsAt(window, at - start, place(at)), "the header of a batch is damaged");
                header = BatchHeader.readAt(window, at - start);
            }
            return header;
        }

        Entries entries() throws IOException {
            byte[] block = new byte[header().bytes()];
            load(BatchHeader.SIZE + block.length);
            window.get(at - start + BatchHeader.SIZE, block);
            Entries entries = Entries.validPrefix(block);
            check(entries.bytes() == block.length && entries.count() == header.count(), "an entry is damaged");
            check(entries.first().index() == header.firstIndex(), "the entries of another place");
            return entries;
        }

        void skip() throws IOException {
            at += BatchHeader.SIZE + header().bytes();
            header = null;
        }

        private void load(int bytes) throws IOException {
            if (at + bytes > start + window.limit()) {
                window = ByteBuffer.allocate(Math.max(bytes, Math.min(stop - at, ahead)));
                file.readFully(window, at);
                window.flip();
                start = at;
            }
        }

        private void check(boolean intact, String reason) {
            if (!intact) {
                throw new CorruptionException(name, at, reason);
            }
        }
    }
}
