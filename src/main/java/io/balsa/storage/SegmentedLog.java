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
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * The log on disk (Figure 2, {@code log[]}; §5.3), as a row of {@link Segment}s.
 *
 * <p>One thread writes: it appends, syncs and truncates. Any thread may {@link #read}, {@link #prepareSpare} and {@link
 * #tidy}. What was appended is readable at once, and durable when {@link #sync} has returned. After one failed write or
 * sync every further call fails, with a {@link StorageException}.
 */
public final class SegmentedLog {
    private static final int SMALLEST_BUFFER = 64 << 10;

    private final Disk disk;
    private final StorageOptions options;
    private final long storageId;
    private final Spares spares;

    /** Held for reading while files are read, for writing while parts of them are taken away. */
    private final ReadWriteLock truncation = new ReentrantReadWriteLock();

    private final Truncation.Announced announced = new Truncation.Announced();
    private LogRecovery.Found found;
    private volatile List<Segment> segments;
    private volatile EntryId last;
    private volatile StorageException failure;
    private ByteBuffer buffer = ByteBuffer.allocate(0);
    private long epoch;
    private int chain;
    private long syncedThrough;
    private long recordedThrough;
    private boolean dirty;

    private interface Work {
        void run() throws IOException;
    }

    SegmentedLog(Disk disk, StorageOptions options, Spares spares, LogRecovery.Found recovered) {
        this.disk = disk;
        this.spares = spares;
        this.options = options;
        this.storageId = recovered.storageId();
        this.epoch = recovered.epoch() + 1;
        begin(recovered);
    }

    private void begin(LogRecovery.Found beginning) {
        found = beginning;
        segments = List.copyOf(found.segments());
        last = found.terms().last();
        chain = found.chain();
        dirty = false;
        syncedThrough = last.index();
        recordedThrough = found.recordedThrough();
    }

    /** The last entry appended; {@link EntryId#NONE} when there is none. */
    public EntryId last() {
        return last;
    }

    /** The index of the oldest entry that is kept, or that the first one will have. */
    public long firstIndex() {
        return base().index() + 1;
    }

    /** The entry before the oldest that is kept; {@link EntryId#NONE} when none was ever dropped. */
    public EntryId base() {
        return segments.get(0).header().base();
    }

    /** The terms of all entries as they were recovered; later appends and truncations are not noted. */
    public TermRanges terms() {
        return new TermRanges(found.terms());
    }

    /** The configurations among the entries as they were recovered, by index; later changes are not noted. */
    public NavigableMap<Long, Configuration> configurations() {
        return Collections.unmodifiableNavigableMap(found.configurations());
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

    /** Makes all that was appended durable; does nothing when {@link StorageOptions#sync} is off. */
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
     */
    public void announceTruncation(long epoch, long index) {
        announced.add(epoch, index);
    }

    /**
     * Drops the entry at {@code index} and all behind it (§5.3). On return that is durable, and so is all before.
     *
     * @param epoch of the log from now on
     * @throws StorageFullException when there is no room to write down what is to be cut; nothing was cut
     */
    public void truncateFrom(long epoch, long index) throws StorageFullException {
        checkWorking();
        Invariant.check(index >= firstIndex(), "entry %s is not in the log from %s on", index, firstIndex());
        exclusively("truncate the log", () -> {
            if (index <= last.index()) {
                cutAt(index);
            }
            this.epoch = announced.done(Math.max(epoch, this.epoch));
        });
    }

    /**
     * Drops all entries and begins anew behind {@code base}, where a durable snapshot ends (§7); durable on return. A
     * full disk changes nothing.
     */
    public void restart(long epoch, EntryId base) throws StorageFullException {
        checkWorking();
        Invariant.check(base.index() >= base().index(), "a log behind %s would begin anew behind %s", base(), base);
        synchronized (spares) {
            prepareSpare();
            Truncation.Whole whole = new Truncation.Whole(base, options.segmentBytes());
            exclusively("begin the log anew", () -> {
                whole.writeDown(disk, storageId);
                attempt("begin the log anew", () -> {
                    List<Segment> gone = segments;
                    Spares.Spare spare = spares.take(options.segmentBytes());
                    begin(LogRecovery.Found.behind(base, whole.carryOut(disk, storageId, spare)));
                    Segment.close(gone);
                    spares.forgetDropped();
                });
                this.epoch = announced.done(Math.max(epoch, this.epoch));
            });
        }
    }

    /**
     * Drops the oldest segments that hold nothing behind {@code index}, up to which a durable snapshot goes (§7), but
     * for {@code keepBytes} of the log. {@link #tidy} takes them off the disk.
     */
    public void compact(long index, long keepBytes) {
        checkWorking();
        truncation.writeLock().lock();
        try {
            while (Segment.isFirstNeedless(segments, index, keepBytes)) {
                spares.drop(segments.get(0));
                segments = List.copyOf(segments.subList(1, segments.size()));
            }
        } finally {
            truncation.writeLock().unlock();
        }
    }

    /**
     * Takes the oldest of the dropped segments off the disk, or lays it aside to be used once more.
     *
     * @return whether there are more
     */
    public boolean tidy() {
        try {
            return spares.tidyOne();
        } catch (IOException e) {
            throw failed("cannot drop a segment", e);
        }
    }

    /**
     * Reads entries from {@code fromIndex} up to {@code toIndex}: as many as fit into {@code maxBytes} and stand in one
     * segment, but at least one; none when the first one is not on file.
     *
     * @throws CorruptionException when they are damaged
     */
    public Entries read(long fromIndex, long toIndex, int maxBytes) {
        truncation.readLock().lock();
        try {
            long end = Math.min(Math.min(toIndex, last.index()), announced.from() - 1);
            return fromIndex > end || fromIndex < firstIndex()
                    ? Entries.EMPTY
                    : Segment.holding(fromIndex, segments).read(fromIndex, end, maxBytes);
        } catch (IOException e) {
            throw new StorageException("cannot read the log", e);
        } finally {
            truncation.readLock().unlock();
        }
    }

    /** Whether the current segment is half full and the next one is not prepared. */
    public boolean wantsSpare() {
        return !spares.isReady() && tail().end() > tail().header().size() / 2;
    }

    /**
     * Prepares the next segment, so that the writer need not wait for it.
     *
     * @throws StorageFullException when there is no room for it; tried again when it is needed
     */
    public void prepareSpare() throws StorageFullException {
        unlessFull("prepare a segment", spares::prepare);
    }

    int segmentCount() {
        return segments.size();
    }

    void close() throws IOException {
        exclusively("close the log", () -> Segment.close(segments));
        spares.close();
    }

    private Segment tail() {
        return segments.get(segments.size() - 1);
    }

    private BatchHeader header(long epoch, List<Entries> blocks) {
        Invariant.check(epoch >= this.epoch, "epoch %s is over, this is %s", epoch, this.epoch);
        this.epoch = epoch;
        return BatchHeader.of(epoch, last.index() + 1, blocks, syncedThrough).behind(chain);
    }

    private void write(BatchHeader batch, List<Entries> blocks) {
        Segment tail = tail();
        int size = BatchHeader.SIZE + batch.bytes();
        int zeros = tail.zerosBehind(tail.end() + size);
        ByteBuffer out = buffer(size + zeros);
        int checksum = batch.writeTo(out, tail.place(tail.end()));
        for (Entries block : blocks) {
            block.writeTo(out);
        }
        out.put(new byte[zeros]);
        attempt("write to the log", () -> tail.write(out.flip(), tail.end()));
        tail.extend(batch.firstIndex(), size);
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
        int size = Math.max(options.segmentBytes(), Segment.BODY + batchSize);
        synchronized (spares) {
            Spares.Spare spare = spare(size);
            sync();
            attempt("start a segment", () -> {
                Segment before = tail();
                List<Segment> more = new ArrayList<>(segments);
                if (before.firstIndex() > last.index()) {
                    // It has the name of the next and gives way to it, with the seal that may be all that is in it.
                    more.remove(before);
                    before.close();
                    chain = before.header().previous();
                }
                Segment.Header header = new Segment.Header(size, storageId, last, syncedThrough, chain, spare.isUsed());
                more.add(spare.become(disk, header));
                segments = List.copyOf(more);
                recordedThrough = syncedThrough;
            });
        }
    }

    private Spares.Spare spare(int size) throws StorageFullException {
        Spares.Spare[] taken = new Spares.Spare[1];
        unlessFull("prepare a segment", () -> taken[0] = spares.take(size));
        return taken[0];
    }

    private void cutAt(long index) throws IOException {
        EntryId newLast = index == firstIndex()
                ? base()
                : Segment.holding(index - 1, segments)
                        .read(index - 1, index - 1, 1)
                        .last();
        Truncation cut = Truncation.at(index, segments);
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

    /** Does what no reader may see half done. */
    private void exclusively(String what, Work work) throws StorageFullException {
        truncation.writeLock().lock();
        try {
            unlessFull(what, work);
        } finally {
            truncation.writeLock().unlock();
        }
    }

    /** As {@link #attempt}, but a full disk is no failure. */
    private void unlessFull(String what, Work work) throws StorageFullException {
        try {
            work.run();
        } catch (StorageFullException e) {
            throw e;
        } catch (IOException e) {
            throw failed("cannot " + what, e);
        }
    }

    private StorageException failed(String message, IOException cause) {
        failure = new StorageException(message, cause);
        return failure;
    }
}
