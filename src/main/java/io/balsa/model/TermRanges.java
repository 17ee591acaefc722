package io.balsa.model;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The term of every entry of a log, held as the first index of each term, so that asking never reads the disk.
 *
 * <p>Terms never fall along a log (§5.3), hence a handful of ranges describes millions of entries.
 */
public final class TermRanges {
    private final NavigableMap<Long, Long> termByFirstIndex = new TreeMap<>();
    private EntryId last;

    /** Ranges of a log that begins behind {@code base}; {@link EntryId#NONE} for a log that begins at index 1. */
    public TermRanges(EntryId base) {
        termByFirstIndex.put(base.index(), base.term());
        last = base;
    }

    public TermRanges(TermRanges other) {
        termByFirstIndex.putAll(other.termByFirstIndex);
        last = other.last;
    }

    public EntryId last() {
        return last;
    }

    /** The id just before the first entry. */
    public EntryId base() {
        return new EntryId(
                termByFirstIndex.firstKey(), termByFirstIndex.firstEntry().getValue());
    }

    public boolean covers(long index) {
        return index >= termByFirstIndex.firstKey() && index <= last.index();
    }

    /**
     * The term of the entry at {@code index}; the base counts as an entry.
     *
     * @throws Invariant.Violated when the index is not covered
     */
    public long termAt(long index) {
        Invariant.check(covers(index), "index %s is outside the log that ends at %s", index, last);
        return termByFirstIndex.floorEntry(index).getValue();
    }

    /** Notes entries that follow the last one. */
    public void append(Entries entries) {
        if (entries.isEmpty()) {
            return;
        }
        append(entries.first());
        for (long index = last.index() + 1; last.term() < entries.last().term(); index++) {
            append(entries.id(index));
        }
        last = entries.last();
    }

    /** Notes one entry that follows the last one. */
    public void append(EntryId id) {
        Invariant.check(id.index() == last.index() + 1 && id.term() >= last.term(), "%s cannot follow %s", id, last);
        if (id.term() != last.term()) {
            termByFirstIndex.put(id.index(), id.term());
        }
        last = id;
    }

    /** Forgets the entry at {@code index} and all behind it. */
    public void truncateFrom(long index) {
        if (index <= last.index()) {
            last = new EntryId(index - 1, termAt(index - 1));
            termByFirstIndex.tailMap(index, true).clear();
        }
    }

    /** Forgets the terms of all entries before {@code newBase}, which is one of this log or its base (§7). */
    public void compact(EntryId newBase) {
        Invariant.check(
                covers(newBase.index()) && termAt(newBase.index()) == newBase.term(),
                "%s cannot be the base of a log that ends at %s",
                newBase,
                last);
        termByFirstIndex.headMap(newBase.index(), true).clear();
        termByFirstIndex.put(newBase.index(), newBase.term());
    }

    /**
     * The largest index up to {@code bound.index()} whose term does not exceed {@code bound.term()} (§5.3, conflict
     * hint).
     */
    public EntryId lastNotAbove(EntryId bound) {
        long index = Math.min(bound.index(), last.index());
        Map.Entry<Long, Long> range = termByFirstIndex.floorEntry(index);
        while (range != null && range.getValue() > bound.term()) {
            index = range.getKey() - 1;
            range = termByFirstIndex.lowerEntry(range.getKey());
        }
        return range == null ? base() : new EntryId(index, range.getValue());
    }
}
