package io.balsa.sim;

import io.balsa.model.EntryId;
import io.balsa.model.TermRanges;
import io.balsa.storage.Storage;

/** The log that a server would find after a power cut that loses all that is not synced. */
final class SyncedLog {
    private SyncedLog() {}

    static boolean holds(Server server, EntryId entry) {
        try (Storage storage = Storage.open(server.disk().afterTheWorst(), server.storageOptions())) {
            TermRanges terms = storage.log().terms();
            return terms.covers(entry.index()) && terms.termAt(entry.index()) == entry.term();
        }
    }
}
