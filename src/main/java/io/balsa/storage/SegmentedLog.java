package io.balsa.storage;

import io.balsa.model.Configuration;
import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import io.balsa.model.Invariant;
import io.balsa.model.TermRanges;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * The log on disk (Figure 2, {@code log[]}; §5.3), as a row of {@link Segment}s.
 *
 * <p>One thread writes: it appends, syncs and truncates. Any thread may {@link #read} and {@link #prepareSpare}. What
 * was appended is readable at once, and durable when {@link #sync} has returned. After one failed write or sync every
 * further call fails.
 */
public final class SegmentedLog {
    static final String SPARE = Segment.FOLDER + "/spare";
    private static final int SMALLEST_BUFFER = 64 << 10;
    private static final Cut NO_CUT = new Cut(0, Long.MAX_VALUE);

    private final Disk disk;
    private final StorageOptions options;
    private final long storageId;
    private final TermRanges terms;
    private final NavigableMap<Long, Configuration> configurations;
    private final Object spareMonitor = new Object();

    /** Held for reading while files are read, for writing while parts of them are taken away. */
    private final ReadWriteLock truncation = new ReentrantReadWriteLock();

    private final AtomicReference<Cut> announced = new AtomicReference<>(NO_CUT);

    private volatile List<Segment> segments;
    private volatile EntryId last;
    private volatile Disk.File spare;
    private volatile StorageException failure;
    private ByteBuffer buffer = ByteBuffer.allocate(0);
    private long epoch;
    private int chain;
    private long syncedThrough;
    private long recordedThrough;
    private boolean dirty;

    /**
     * A log as it was found on disk, all of it durable.
     *
     * @param terms of all entries
     * @param configurations those among the entries, by index
     * @param epoch the highest in any header
     * @param chain checksum of the last header
     * @param recordedThrough the highest {@link BatchHeader#syncedThrough} in any header
     */
    record Recovered(
            long storageId,
            List<Segment> segments,
            TermRanges terms,
            NavigableMap<Long, Configuration> configurations,
            long epoch,
            int chain,
            long recordedThrough) {}

    /** A truncation that is to come: what stands from here on is on file still, but of the log no longer. */
    private record Cut(long epoch, long from) {}

    private interface Work {
        void run() throws IOException;
    }

    SegmentedLog(Disk disk, StorageOptions options, Recovered recovered) {
        this.disk = disk;
        this.options = options;
        this.storageId = recovered.storageId();
        this.segments = List.copyOf(recovered.segments());
        this.terms = recovered.terms();
        this.configurations = recovered.configurations();
        this.last = terms.last();
        this.epoch = recovered.epoch() + 1;
        this.chain = recovered.chain();
        this.syncedThrough = last.index();
        this.recordedThrough = recovered.recordedThrough();
    }

    /** Makes the first segment of a log that has none. */
    static void create(Disk disk, StorageOptions options, long storageId) throws IOException {
        disk.forceDir("");
        Disk.File file = Segment.preallocate(disk, SPARE, options.segmentBytes());
        Segment.Header header = new Segment.Header(options.segmentBytes(), storageId, EntryId.NONE, 0, 0);
        Segment.create(disk, SPARE, file, header).close();
    }

    /** The last entry appended; {@link EntryId#NONE} when there is none. */
    public EntryId last() {
        return last;
    }

    /** The index of the oldest entry that is kept, or that the first one will have. */
    public long firstIndex() {
        return segments.get(0).firstIndex();
    }

    /** The terms of all entries as they were recovered; later appends and truncations are not noted. */
    public TermRanges terms() {
        return new TermRanges(terms);
    }

    /** The configurations among the entries as they were recovered, by index; later changes are not noted. */
    public NavigableMap<Long, Configuration> configurations() {
        return Collections.unmodifiableNavigableMap(configurations);
    }

    /** Raised by every truncation; after opening one above all that are on disk. */
    public long epoch() {
        return epoch;
    }

    /**
     * Writes blocks that follow the last entry as one batch, in one write. They are durable after the next {@link
     * #sync}.
     *
     * @param epoch of the log under which they are appended
     * @throws StorageFullException when they need another segment and there is no room for it; nothing was changed
     * @throws StorageException when the disk failed
     */
    public void append(long epoch, List<Entries> blocks) throws StorageFullException {
        checkWorking();
        BatchHeader batch = header(epoch, blocks);
        // Behind every batch there is room for a seal, however full the segment is.
        int size = BatchHeader.SIZE + batch.bytes() + BatchHeader.SIZE;
        if (!tail().hasRoomFor(size)) {
            roll(size);
            batch = header(epoch, blocks);
        }
        write(batch, blocks);
        last = blocks.get(blocks.size() - 1).last();
    }

    /**
     * Makes all that was appended durable; does nothing when {@link StorageOptions#sync} is off.
     *
     * @throws StorageException when the disk failed
     */
    public void sync() {
        checkWorking();
        if (dirty && options.sync()) {
            attempt("sync the log", tail()::force);
            dirty = false;
            syncedThrough = last.index();
        }
    }

    /**
     * Records how far the log is synced, in an empty batch that is not synced itself: damage below is then known to be
     * corruption. Does nothing when that is on disk already. There is always room for it.
     */
    public void seal() {
        checkWorking();
        if (recordedThrough < syncedThrough && tail().hasRoomFor(BatchHeader.SIZE)) {
            write(new BatchHeader(epoch, last.index() + 1, 0, 0, syncedThrough, chain), List.of());
        }
    }

    /**
     * Says that a truncation will come. Until it is done nothing from {@code index} on is read, so that nobody takes
     * what is still on file for the log. Any thread may call it, one at a time.
     *
     * @param epoch of the log from now on
     */
    public void announceTruncation(long epoch, long index) {
        announced.updateAndGet(before -> new Cut(epoch, Math.min(before.from(), index)));
    }

    /**
     * Drops the entry at {@code index} and all behind it (§5.3). On return that is durable, and so is all before.
     *
     * @param epoch of the log from now on
     * @throws StorageFullException when there is no room to write down what is to be cut; nothing was cut
     * @throws StorageException when the disk failed
     */
    public void truncateFrom(long epoch, long index) throws StorageFullException {
        checkWorking();
        Invariant.check(index >= firstIndex(), "entry %s is not in the log from %s on", index, firstIndex());
        this.epoch = Math.max(epoch, this.epoch);
        truncation.writeLock().lock();
        try {
            if (index <= last.index()) {
                cutAt(index);
            }
            announced.updateAndGet(cut -> cut.epoch() <= epoch ? NO_CUT : cut);
        } catch (StorageFullException e) {
            throw e;
        } catch (IOException e) {
            throw failed("cannot truncate the log", e);
        } finally {
            truncation.writeLock().unlock();
        }
    }

    /**
     * Reads entries from {@code fromIndex} up to {@code toIndex}: as many as fit into {@code maxBytes} and stand in one
     * segment, but at least one; none when the first one is not on file.
     *
     * @throws CorruptionException when they are damaged
     * @throws StorageException when the disk failed
     */
    public Entries read(long fromIndex, long toIndex, int maxBytes) {
        truncation.readLock().lock();
        try {
            long end = Math.min(Math.min(toIndex, last.index()), announced.get().from() - 1);
            return fromIndex > end || fromIndex < firstIndex()
                    ? Entries.EMPTY
                    : segmentOf(fromIndex).read(fromIndex, end, maxBytes);
        } catch (IOException e) {
            throw new StorageException("cannot read the log", e);
        } finally {
            truncation.readLock().unlock();
        }
    }

    /** Whether the current segment is half full and the next one is not prepared. */
    public boolean wantsSpare() {
        Segment tail = tail();
        return spare == null && tail.end() > tail.header().size() / 2;
    }

    /**
     * Prepares the next segment, so that the writer need not wait for it.
     *
     * @throws StorageFullException when there is no room for it; tried again when it is needed
     * @throws StorageException when the disk failed
     */
    public void prepareSpare() throws StorageFullException {
        synchronized (spareMonitor) {
            if (spare == null) {
                spare = preallocate(options.segmentBytes());
            }
        }
    }

    int segmentCount() {
        return segments.size();
    }

    void close() throws IOException {
        truncation.writeLock().lock();
        try {
            for (Segment segment : segments) {
                segment.close();
            }
            if (spare != null) {
                spare.close();
            }
        } finally {
            truncation.writeLock().unlock();
        }
    }

    private Segment tail() {
        return segments.get(segments.size() - 1);
    }

    private Segment segmentOf(long index) {
        return Segment.holding(index, segments);
    }

    private BatchHeader header(long epoch, List<Entries> blocks) {
        Invariant.check(epoch >= this.epoch, "epoch %s is over, this is %s", epoch, this.epoch);
        this.epoch = epoch;
        long bytes = 0;
        long next = last.index() + 1;
        for (Entries block : blocks) {
            Invariant.check(block.first().index() == next, "%s does not follow %s", block, next - 1);
            next = block.last().index() + 1;
            bytes += block.bytes();
        }
        int count = Math.toIntExact(next - 1 - last.index());
        Invariant.check(count > 0, "an empty batch");
        return new BatchHeader(epoch, last.index() + 1, count, Math.toIntExact(bytes), syncedThrough, chain);
    }

    private void write(BatchHeader batch, List<Entries> blocks) {
        ByteBuffer out = buffer(BatchHeader.SIZE + batch.bytes());
        Segment tail = tail();
        int checksum = batch.writeTo(out, tail.place(tail.end()));
        for (Entries block : blocks) {
            block.writeTo(out);
        }
        attempt("write to the log", () -> tail.write(out.flip(), tail.end()));
        tail.extend(batch.firstIndex(), BatchHeader.SIZE + batch.bytes());
        chain = checksum;
        // Also for a seal: the next segment will be chained to it, so it must be on disk before that begins.
        dirty = true;
        recordedThrough = Math.max(recordedThrough, batch.syncedThrough());
    }

    /** One buffer outside the heap for all writes, which the system can take as it is. */
    private ByteBuffer buffer(int bytes) {
        if (buffer.capacity() < bytes) {
            buffer = ByteBuffer.allocateDirect(Math.max(SMALLEST_BUFFER, Integer.highestOneBit(bytes - 1) << 1));
        }
        return buffer.clear();
    }

    /**
     * Goes on in a new segment. The old one is synced first, so that a torn tail is always in the last. Until the new
     * file has a name of its own it stands where the next spare would be made, so nobody may prepare one meanwhile.
     */
    private void roll(int batchSize) throws StorageFullException {
        synchronized (spareMonitor) {
            Disk.File file = nextFile(Math.max(options.segmentBytes(), Segment.BODY + batchSize));
            sync();
            attempt("start a segment", () -> {
                int size = Math.toIntExact(file.size());
                Segment.Header header = new Segment.Header(size, storageId, last, syncedThrough, chain);
                List<Segment> more = new ArrayList<>(segments);
                more.add(Segment.create(disk, SPARE, file, header));
                segments = List.copyOf(more);
                recordedThrough = syncedThrough;
            });
        }
    }

    /** The spare if there is one; the caller holds its monitor. */
    private Disk.File nextFile(int size) throws StorageFullException {
        Disk.File prepared = spare;
        spare = null;
        if (prepared != null && size <= options.segmentBytes()) {
            return prepared;
        }
        if (prepared != null) {
            attempt("close a file", prepared::close);
        }
        return preallocate(size);
    }

    private Disk.File preallocate(int size) throws StorageFullException {
        try {
            return Segment.preallocate(disk, SPARE, size);
        } catch (StorageFullException e) {
            throw e;
        } catch (IOException e) {
            throw failed("cannot preallocate a segment", e);
        }
    }

    private void cutAt(long index) throws IOException {
        EntryId newLast = index == firstIndex()
                ? segments.get(0).header().base()
                : segmentOf(index - 1).read(index - 1, index - 1, 1).last();
        Segment segment = segmentOf(index);
        Truncation cut = index == segment.firstIndex() && index != firstIndex()
                ? Truncation.behind(segmentOf(index - 1), segment.header().previous())
                : Truncation.within(segment, index);
        cut.writeDown(disk, storageId);
        attempt("truncate the log", () -> {
            dropBehind(cut.segment());
            cut.carryOut(disk, tail(), tail().end());
        });
        chain = cut.chain();
        last = newLast;
        dirty = false;
        syncedThrough = options.sync() ? last.index() : Math.min(syncedThrough, last.index());
        recordedThrough = 0; // whatever header said more may have been cut off
    }

    private void dropBehind(long firstIndex) throws IOException {
        List<Segment> left = new ArrayList<>(segments);
        while (left.get(left.size() - 1).firstIndex() > firstIndex) {
            left.remove(left.size() - 1).close();
        }
        segments = List.copyOf(left);
    }

    private void checkWorking() {
        if (failure != null) {
            throw failure;
        }
    }

    private void attempt(String what, Work work) {
        try {
            work.run();
        } catch (IOException e) {
            throw failed("cannot " + what, e);
        }
    }

    private StorageException failed(String message, IOException cause) {
        failure = new StorageException(message, cause);
        return failure;
    }
}
