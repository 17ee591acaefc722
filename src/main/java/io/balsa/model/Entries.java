package io.balsa.model;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.BiConsumer;

/**
 * A run of consecutive entries as one immutable block of bytes, encoded once where the entries were born.
 *
 * <p>The same bytes go to the leader's disk, to every follower and to theirs; an entry is decoded only when asked for.
 * Parts of a block share its bytes.
 */
public final class Entries implements Iterable<LogEntry> {
    public static final Entries EMPTY = new Entries(ByteBuffer.allocate(0), new int[] {0}, 0, 0);

    private final ByteBuffer block;
    private final int[] starts;
    private final int from;
    private final int until;

    /** {@code starts} holds where each entry begins, and behind the last one where that ends. */
    private Entries(ByteBuffer block, int[] starts, int from, int until) {
        this.block = block;
        this.starts = starts;
        this.from = from;
        this.until = until;
    }

    /** Encodes consecutive entries. */
    public static Entries of(LogEntry... entries) {
        return of(Arrays.asList(entries));
    }

    /** Encodes consecutive entries. */
    public static Entries of(List<LogEntry> entries) {
        int bound = 0;
        for (LogEntry entry : entries) {
            bound += EntryCodec.bound(entry.payload());
        }
        ByteBuffer out = ByteBuffer.allocate(bound);
        int[] starts = new int[entries.size() + 1];
        for (int i = 0; i < entries.size(); i++) {
            EntryCodec.write(entries.get(i), out);
            starts[i + 1] = out.position();
        }
        Entries block = new Entries(exactly(out), starts, 0, entries.size());
        block.checkOrder();
        return block;
    }

    /**
     * Takes a block as it came from a peer or a file, after checking every length, checksum and the order of indexes.
     *
     * @throws CorruptEntryException when any of it is wrong
     */
    public static Entries decode(byte[] bytes) {
        Entries entries = validPrefix(bytes);
        if (entries.bytes() < bytes.length) {
            throw new CorruptEntryException(
                    "no valid entry at byte " + entries.bytes() + " of a block of " + bytes.length);
        }
        return entries;
    }

    /** As many entries from the beginning as are whole, intact and in order: what a torn write has left of a block. */
    public static Entries validPrefix(byte[] bytes) {
        ByteBuffer block = ByteBuffer.wrap(bytes);
        int[] starts = new int[16];
        int count = 0;
        for (int size = EntryCodec.sizeAt(block, 0); size > 0; size = EntryCodec.sizeAt(block, starts[count])) {
            int at = starts[count];
            if (!EntryCodec.isIntactAt(block, at, size) || (count > 0 && !follows(block, at, starts[count - 1]))) {
                break;
            }
            count++;
            if (count == starts.length) {
                starts = Arrays.copyOf(starts, 2 * count);
            }
            starts[count] = at + size;
        }
        return new Entries(block, starts, 0, count);
    }

    /** Puts blocks that follow each other into one. */
    public static Entries concat(List<Entries> parts) {
        if (parts.size() == 1) {
            return parts.get(0);
        }
        int bytes = parts.stream().mapToInt(Entries::bytes).sum();
        int[] starts = new int[parts.stream().mapToInt(Entries::count).sum() + 1];
        ByteBuffer out = ByteBuffer.allocate(bytes);
        int filled = 0;
        for (Entries part : parts) {
            int shift = out.position() - part.starts[part.from];
            for (int i = part.from; i < part.until; i++) {
                starts[++filled] = part.starts[i + 1] + shift;
            }
            part.writeTo(out);
        }
        Entries whole = new Entries(out, starts, 0, filled);
        whole.checkOrder();
        return whole;
    }

    public boolean isEmpty() {
        return from == until;
    }

    public int count() {
        return until - from;
    }

    /** The encoded size in bytes. */
    public int bytes() {
        return starts[until] - starts[from];
    }

    /** The id of the first entry; {@link EntryId#NONE} when empty. */
    public EntryId first() {
        return isEmpty() ? EntryId.NONE : idAt(from);
    }

    /** The id of the last entry; {@link EntryId#NONE} when empty. */
    public EntryId last() {
        return isEmpty() ? EntryId.NONE : idAt(until - 1);
    }

    public boolean contains(long index) {
        return !isEmpty() && index >= first().index() && index <= last().index();
    }

    /** The id of the entry at {@code index}, which must be in the block. */
    public EntryId id(long index) {
        return idAt(slot(index));
    }

    /** Decodes the entry at {@code index}, which must be in the block. */
    public LogEntry entry(long index) {
        return entryAt(slot(index));
    }

    /** Shows each {@link Payload.Reconfigure} of the block with its index; decodes no other entry. */
    public void forEachConfiguration(BiConsumer<Long, Configuration> action) {
        for (int slot = from; slot < until; slot++) {
            if (EntryCodec.isReconfigureAt(block, starts[slot])) {
                LogEntry entry = entryAt(slot);
                action.accept(entry.index(), ((Payload.Reconfigure) entry.payload()).configuration());
            }
        }
    }

    /** The log time of the entry at {@code index}, ms, without decoding it. */
    public long timeAt(long index) {
        return EntryCodec.timeAt(block, starts[slot(index)]);
    }

    /** The encoded size in bytes of the entry at {@code index}. */
    public int bytesOf(long index) {
        int slot = slot(index);
        return starts[slot + 1] - starts[slot];
    }

    /** The entries from {@code index} on; empty when there are none. */
    public Entries from(long index) {
        if (isEmpty() || index <= first().index()) {
            return this;
        }
        return index > last().index() ? EMPTY : new Entries(block, starts, slot(index), until);
    }

    /** The entries up to and including {@code index}; empty when there are none. */
    public Entries upTo(long index) {
        if (isEmpty() || index >= last().index()) {
            return this;
        }
        return index < first().index() ? EMPTY : new Entries(block, starts, from, slot(index) + 1);
    }

    /** As many entries from the beginning as fit into {@code maxBytes}, but at least one. */
    public Entries limitedTo(int maxBytes) {
        if (bytes() <= maxBytes) {
            return this;
        }
        int end = Arrays.binarySearch(starts, from + 1, until + 1, starts[from] + maxBytes);
        int fits = end >= 0 ? end : -end - 2;
        return new Entries(block, starts, from, Math.max(from + 1, fits));
    }

    /** The encoded bytes; the caller must not change them. */
    public byte[] toByteArray() {
        boolean whole = starts[from] == 0 && starts[until] == block.capacity();
        return whole ? block.array() : Arrays.copyOfRange(block.array(), starts[from], starts[until]);
    }

    /** Writes the encoded bytes at the buffer's position. */
    public void writeTo(ByteBuffer out) {
        out.put(block.array(), starts[from], bytes());
    }

    @Override
    public Iterator<LogEntry> iterator() {
        return new Iterator<>() {
            private int next = from;

            @Override
            public boolean hasNext() {
                return next < until;
            }

            @Override
            public LogEntry next() {
                if (next >= until) {
                    throw new NoSuchElementException();
                }
                return entryAt(next++);
            }
        };
    }

    /** All entries decoded; for tests and for people, not for the hot path. */
    public List<LogEntry> toList() {
        List<LogEntry> list = new ArrayList<>(count());
        forEach(list::add);
        return Collections.unmodifiableList(list);
    }

    @Override
    public String toString() {
        return isEmpty() ? "no entries" : first() + "…" + last() + " " + bytes() + " B";
    }

    private EntryId idAt(int slot) {
        return new EntryId(EntryCodec.indexAt(block, starts[slot]), EntryCodec.termAt(block, starts[slot]));
    }

    private LogEntry entryAt(int slot) {
        return EntryCodec.read(block, starts[slot], starts[slot + 1] - starts[slot]);
    }

    private int slot(long index) {
        long slot = from + index - EntryCodec.indexAt(block, starts[from]);
        Invariant.check(!isEmpty() && slot >= from && slot < until, "index %s is not in the block %s", index, this);
        return (int) slot;
    }

    private void checkOrder() {
        for (int slot = from + 1; slot < until; slot++) {
            if (!follows(block, starts[slot], starts[slot - 1])) {
                throw new CorruptEntryException("entry " + idAt(slot) + " does not follow " + idAt(slot - 1));
            }
        }
    }

    private static boolean follows(ByteBuffer block, int later, int earlier) {
        return EntryCodec.indexAt(block, later) == EntryCodec.indexAt(block, earlier) + 1
                && EntryCodec.termAt(block, later) >= EntryCodec.termAt(block, earlier);
    }

    private static ByteBuffer exactly(ByteBuffer written) {
        boolean full = written.position() == written.capacity();
        return full ? written : ByteBuffer.wrap(Arrays.copyOf(written.array(), written.position()));
    }
}
