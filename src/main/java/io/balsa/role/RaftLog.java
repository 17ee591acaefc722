package io.balsa.role;

import io.balsa.config.Settings;
import io.balsa.journal.Journal;
import io.balsa.model.Configuration;
import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import io.balsa.model.Invariant;
import io.balsa.model.Snapshot;
import io.balsa.model.TermRanges;
import io.balsa.protocol.Local;
import io.balsa.storage.SegmentedLog;
import io.balsa.storage.Storage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * The log as the roles see it: every term, the newest entries, and how far the disk has followed (§5.3).
 *
 * <p>Memory may be ahead of the disk; what is not yet durable is never let go. Every change is handed to the journal in
 * order, under the log epoch that a truncation raises.
 */
final class RaftLog {
    private TermRanges terms;
    private final NavigableMap<Long, Entries> tail = new TreeMap<>();
    private final NavigableMap<Long, Configuration> configurations = new TreeMap<>();
    private final SegmentedLog files;
    private final ActorRef<Journal.Command> journal;
    private final Settings.Storage limits;
    private long epoch;
    private EntryId durable;
    private long tailBytes;
    private long unsyncedBytes;

    /** A log as it was recovered; nothing of it is in memory yet. */
    RaftLog(Storage storage, ActorRef<Journal.Command> journal, Settings settings) {
        SegmentedLog recovered = storage.log();
        this.files = recovered;
        this.terms = recovered.terms();
        this.epoch = recovered.epoch();
        this.durable = recovered.last();
        this.journal = journal;
        this.limits = settings.storage();
        configurations.put(0L, settings.first());
        storage.snapshot().ifPresent(file -> note(file.snapshot()));
        configurations.putAll(recovered.configurations());
    }

    EntryId last() {
        return terms.last();
    }

    EntryId durable() {
        return durable;
    }

    long tailBytes() {
        return tailBytes;
    }

    long epoch() {
        return epoch;
    }

    /** The index of the oldest entry that is kept, or that the first one will have. */
    long firstIndex() {
        return base().index() + 1;
    }

    /** The entry before the oldest that is kept (§7); its id is known still. */
    EntryId base() {
        return terms.base();
    }

    long termAt(long index) {
        return terms.termAt(index);
    }

    EntryId idAt(long index) {
        return new EntryId(index, terms.termAt(index));
    }

    /**
     * Whether this log holds the entry. What is compacted was committed, so every log that a leader has agrees with it
     * (§5.4): entries before the base count as held.
     */
    boolean contains(EntryId id) {
        return id.index() < base().index() || (terms.covers(id.index()) && terms.termAt(id.index()) == id.term());
    }

    /** The largest of this log's entries that a log holding {@code bound} may also hold (§5.3, conflict hint). */
    EntryId lastNotAbove(EntryId bound) {
        return terms.lastNotAbove(bound);
    }

    /** The newest configuration in the log, committed or not (§6). */
    Configuration configuration() {
        return configurations.lastEntry().getValue();
    }

    /** Where the newest configuration stands; 0 while only the configured peers are known. */
    long configurationIndex() {
        return configurations.lastKey();
    }

    /** The configuration before the newest one, as long as that may still be truncated; otherwise nothing. */
    Optional<Configuration> undecidedAfter(long commitIndex) {
        boolean decided = configurationIndex() <= commitIndex;
        return Optional.ofNullable(decided ? null : configurations.lowerEntry(configurationIndex()))
                .map(Map.Entry::getValue);
    }

    /** Whether any entry holds a configuration; without one the configured peers are the configuration. */
    boolean holdsConfiguration() {
        return configurations.lastKey() > 0;
    }

    /** Whether so much is not yet on disk that nothing more may be taken. */
    boolean isBacklogged() {
        return unsyncedBytes >= limits.maxUnsyncedBytes();
    }

    /** Takes entries that follow the last one. They are durable when the journal says so. */
    void append(Entries entries) {
        terms.append(entries);
        tail.put(entries.first().index(), entries);
        tailBytes += entries.bytes();
        unsyncedBytes += entries.bytes();
        entries.forEachConfiguration(configurations::put);
        journal.tell(new Journal.Append(epoch, entries));
    }

    /** Drops the entry at {@code index} and all behind it: they conflict with the leader's (§5.3). */
    void truncateFrom(long index, long commitIndex) {
        Invariant.check(index > commitIndex, "truncation at %s would take back commit index %s", index, commitIndex);
        terms.truncateFrom(index);
        configurations.tailMap(index, true).clear();
        cutTail(index);
        if (durable.index() >= index) {
            durable = terms.last();
        }
        epoch++;
        unsyncedBytes = bytesBehind(durable.index());
        files.announceTruncation(epoch, index);
        journal.tell(new Journal.Truncate(epoch, index));
    }

    /** The entries up to {@code newBase} have gone from the disk; a durable snapshot includes them (§7). */
    void compacted(EntryId newBase) {
        if (newBase.index() > base().index()) {
            terms.compact(newBase);
            configurations
                    .headMap(configurations.floorKey(newBase.index()), false)
                    .clear();
        }
    }

    /**
     * A durable snapshot reaches further than what is committed here (Figure 13, receiver, steps 6 and 7): entries
     * behind it stay if this log holds its last one, else all are gone and the log begins anew behind it.
     */
    void install(Snapshot snapshot) {
        EntryId last = snapshot.last();
        boolean isContinued = contains(last);
        if (!isContinued) {
            terms = new TermRanges(last);
            tail.clear();
            tailBytes = 0;
            configurations.tailMap(0L, false).clear();
            durable = last;
            epoch++;
            files.announceTruncation(epoch, 0);
            journal.tell(new Journal.Restart(epoch, last));
        }
        note(snapshot);
        durable = durable.index() < last.index() ? last : durable;
        unsyncedBytes = bytesBehind(durable.index());
    }

    private void note(Snapshot snapshot) {
        configurations.put(snapshot.configuration().index(), snapshot.members());
    }

    /**
     * Notes what the journal has synced.
     *
     * @return whether the durable part grew; an answer that speaks of an older epoch says nothing
     */
    boolean persisted(Local.Persisted persisted) {
        if (persisted.epoch() != epoch || persisted.last().index() <= durable.index()) {
            return false;
        }
        Invariant.check(
                contains(persisted.last()), "journal synced %s, which is not in the log at %s", persisted, last());
        durable = persisted.last();
        unsyncedBytes = bytesBehind(durable.index());
        evict();
        return true;
    }

    /** Consecutive blocks from {@code index} on, up to {@code maxBytes}, at least one entry; none if not in memory. */
    List<Entries> blocks(long index, long upTo, int maxBytes) {
        List<Entries> blocks = new ArrayList<>();
        Map.Entry<Long, Entries> at = tail.floorEntry(index);
        int left = maxBytes;
        for (long next = index; at != null && next <= upTo && left > 0; at = tail.higherEntry(at.getKey())) {
            Entries part = at.getValue().from(next).upTo(upTo);
            if (part.isEmpty() || (!blocks.isEmpty() && part.bytesOf(next) > left)) {
                break;
            }
            Entries fitting = part.limitedTo(left);
            blocks.add(fitting);
            left -= fitting.bytes();
            next = fitting.last().index() + 1;
            if (fitting.count() < part.count()) {
                break;
            }
        }
        return blocks;
    }

    /** As {@link #blocks}, in one piece. */
    Entries batch(long index, int maxBytes) {
        List<Entries> blocks = blocks(index, last().index(), maxBytes);
        return blocks.isEmpty() ? Entries.EMPTY : Entries.concat(blocks);
    }

    /** Lets go of the oldest entries that are on disk. Whoever still needs them reads them there, as the subscriber. */
    private void evict() {
        while (tailBytes > limits.tailBytes()
                && tail.firstEntry().getValue().last().index() <= durable.index()) {
            tailBytes -= tail.pollFirstEntry().getValue().bytes();
        }
    }

    private void cutTail(long index) {
        for (Entries cut : List.copyOf(tail.tailMap(index, true).values())) {
            tail.remove(cut.first().index());
            tailBytes -= cut.bytes();
        }
        Map.Entry<Long, Entries> straddling = tail.lowerEntry(index);
        if (straddling != null) {
            Entries kept = straddling.getValue().upTo(index - 1);
            tailBytes -= straddling.getValue().bytes() - kept.bytes();
            tail.put(kept.first().index(), kept);
        }
    }

    private long bytesBehind(long index) {
        long bytes = 0;
        Map.Entry<Long, Entries> block = tail.lastEntry();
        while (block != null && block.getValue().last().index() > index) {
            bytes += block.getValue().from(index + 1).bytes();
            block = tail.lowerEntry(block.getKey());
        }
        return bytes;
    }
}
