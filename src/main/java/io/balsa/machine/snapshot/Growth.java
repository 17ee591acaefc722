package io.balsa.machine.snapshot;

import io.balsa.config.Settings;
import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import io.balsa.model.LogEntry;
import io.balsa.model.Payload;
import io.balsa.model.Snapshot;
import java.util.Optional;

/**
 * How far a state has come since its last snapshot (§7): what the next one would say of itself, and whether it is due.
 */
public final class Growth {
    private final Settings.Snapshots limits;
    private EntryId last = EntryId.NONE;
    private long time;
    private Optional<LogEntry> configuration = Optional.empty();
    private EntryId covered = EntryId.NONE;
    private long bytes;
    private long entries;

    public Growth(Settings.Snapshots limits) {
        this.limits = limits;
    }

    /** These entries have been applied. */
    public void add(Entries applied) {
        last = applied.last();
        time = applied.timeAt(last.index());
        bytes += applied.bytes();
        entries += applied.count();
    }

    /** This entry has been applied; only one that holds a configuration counts. */
    public void note(LogEntry entry) {
        if (entry.payload() instanceof Payload.Reconfigure) {
            configuration = Optional.of(entry);
        }
    }

    /** The state is that of a snapshot. */
    public void begin(Snapshot snapshot) {
        last = snapshot.last();
        time = snapshot.time();
        configuration = Optional.of(snapshot.configuration());
        cover(snapshot.last());
    }

    /** A snapshot of the state up to here is being taken. */
    public void cover(EntryId upTo) {
        covered = upTo;
        bytes = 0;
        entries = 0;
    }

    /** Whether so much was applied since the last snapshot that another is due. */
    public boolean isDue() {
        return bytes >= limits.maxLogBytes() || entries >= limits.maxLogEntries();
    }

    /** What a snapshot taken now would say of itself; none while there is nothing new, or no configuration yet. */
    public Optional<Snapshot> next() {
        return last.equals(covered) ? Optional.empty() : configuration.map(entry -> new Snapshot(last, time, entry));
    }
}
