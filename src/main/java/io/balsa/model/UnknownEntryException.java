package io.balsa.model;

/** An entry that is whole, and of a kind that a later version must have added. */
public final class UnknownEntryException extends CorruptEntryException {
    private static final long serialVersionUID = 1L;

    UnknownEntryException(EntryId id, byte kind) {
        super("entry " + id + " is of kind " + kind + ", which this version does not know: a newer version wrote it");
    }
}
