package io.balsa.model;

/**
 * Where an entry stands in the log: its index and the term of the leader that created it (§5.3).
 *
 * <p>By the Log Matching Property, two logs that hold the same id agree on everything up to it.
 *
 * @param index 1 for the first entry of a log; 0 only in {@link #NONE}
 * @param term 1 for the first election's leader; 0 only in {@link #NONE}
 */
public record EntryId(long index, long term) {
    /** What stands before the first entry. */
    public static final EntryId NONE = new EntryId(0, 0);

    /**
     * @throws IllegalArgumentException when either number is negative
     */
    public EntryId {
        if (index < 0 || term < 0) {
            throw new IllegalArgumentException("an entry id is never negative: index " + index + " term " + term);
        }
    }

    /** Whether a log ending here may not be overtaken by a log ending at {@code other} (§5.4.1). */
    public boolean isAtLeastAsUpToDateAs(EntryId other) {
        return term != other.term ? term > other.term : index >= other.index;
    }

    @Override
    public String toString() {
        return "(" + index + "@" + term + ")";
    }
}
