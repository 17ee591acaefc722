package io.balsa.sim;

import io.balsa.model.EntryId;
import io.balsa.model.TermRanges;
import io.balsa.storage.Storage;

/** The log and the snapshot that a server would find after a power cut that loses all that is not synced. */
final class SyncedLog {
    private SyncedLog() {}

    static boolean holds(Server server, EntryId entry) {
        try (Storage storage = Storage.open(server.disk().afterTheWorst(), server.storageOptions())) {
            TermRanges terms = storage.log().terms();
            boolean included = entry.index() <= snapshotOf(storage).index()
                    && entry.index() < terms.base().index();
            return included || (terms.covers(entry.index()) && terms.termAt(entry.index()) == entry.term());
        }
    }

    /** The last entry that the newest snapshot includes. */
    static EntryId snapshotOf(Server server) {
        try (Storage storage = Storage.open(server.disk().afterTheWorst(), server.storageOptions())) {
            return snapshotOf(storage);
        }
    }

    private static EntryId snapshotOf(Storage storage) {
        return storage.snapshot().map(file -> file.snapshot().last()).orElse(EntryId.NONE);
    }
}
