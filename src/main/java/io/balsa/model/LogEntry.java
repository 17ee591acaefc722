package io.balsa.model;

/**
 * One entry of the replicated log (§5.3).
 *
 * @param id index and term
 * @param time log time in milliseconds: never goes back along the log, and stands still while there is no leader
 * @param payload what it carries
 */
public record LogEntry(EntryId id, long time, Payload payload) {
    public long index() {
        return id.index();
    }

    public long term() {
        return id.term();
    }
}
