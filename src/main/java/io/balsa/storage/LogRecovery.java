package io.balsa.storage;

import io.balsa.model.Configuration;
import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import io.balsa.model.TermRanges;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads the whole log after a start, and proves it before anyone may rely on it.
 *
 * <p>Every byte of the log is checked. The first that is wrong ends it: what stands there and behind was either never
 * synced, and is cut off, or was known to be synced, and then the log is corrupt. Which of the two is told by the
 * highest {@link BatchHeader#syncedThrough} of any header that is still whole, wherever it stands: a power cut may keep
 * later writes and lose earlier ones.
 *
 * <p>Bytes that can be read may still be in the system's cache alone, and after a failed sync even a new sync would not
 * write them. So all that stands above that index is written once more and synced.
 */
final class LogRecovery {
    private final Disk disk;
    private final long storageId;
    private final List<Segment> segments = new ArrayList<>();
    private ByteBuffer buffer = ByteBuffer.allocate(0);
    private final NavigableMap<Long, Configuration> configurations = new TreeMap<>();
    private TermRanges terms;
    private long epoch;
    private int chain;
    private long syncedThrough;
    private Damage damage;
    private Storage.TornTail tornTail;
    private boolean finishedTruncation;

    /**
     * Where the log ends, and neither zeros stand there nor, in a file that was used before, what it held then.
     *
     * @param offset of the first wrong byte known
     * @param kept entries in front of it in the same batch, not yet counted
     * @param cut what is to be done if nothing was known to be synced from there on
     */
    private record Damage(Segment segment, long offset, String reason, Entries kept, Truncation cut) {}

    /**
     * A log as it was found on disk, all of it durable.
     *
     * @param terms of all entries
     * @param configurations those among the entries, by index
     * @param epoch the highest in any header
     * @param chain checksum of the last header
     * @param recordedThrough the highest {@link BatchHeader#syncedThrough} in any header
     */
    record Found(
            long storageId,
            List<Segment> segments,
            TermRanges terms,
            NavigableMap<Long, Configuration> configurations,
            long epoch,
            int chain,
            long recordedThrough) {

        /** A log that has just begun behind {@code base}. */
        static Found behind(EntryId base, Segment first) {
            long storageId = first.header().storageId();
            TermRanges terms = new TermRanges(base);
            return new Found(storageId, List.of(first), terms, new TreeMap<>(), 0, 0, base.index());
        }
    }

    LogRecovery(Disk disk, long storageId) {
        this.disk = disk;
        this.storageId = storageId;
    }

    /**
     * @throws CorruptionException when entries that were known to be synced are damaged or gone
     * @throws FolderRefusedException when a segment is of another folder or a newer version
     */
    SegmentedLog recover(StorageOptions options) throws IOException {
        Truncation.Whole.finish(disk, storageId);
        finishedTruncation = Truncation.finish(disk, storageId);
        Spares spares = Spares.find(disk, options);
        openAll();
        for (Segment segment : List.copyOf(segments)) {
            read(segment);
        }
        if (damage != null) {
            cutOrRefuse();
        }
        prove();
        disk.forceDir(Segment.FOLDER);
        buffer = ByteBuffer.allocate(0);
        Found found = new Found(storageId, segments, terms, configurations, epoch, chain, recordedThrough());
        SegmentedLog log = new SegmentedLog(disk, options, spares, found);
        log.seal();
        return log;
    }

    /** What was cut off, if anything was. */
    Optional<Storage.TornTail> tornTail() {
        return Optional.ofNullable(tornTail);
    }

    /** Whether a crash had interrupted a truncation. */
    boolean finishedTruncation() {
        return finishedTruncation;
    }

    /** The log was known to be synced up to this index when it was found. */
    long syncedThrough() {
        return syncedThrough;
    }

    /** What a header says that was not cut off. */
    private long recordedThrough() {
        return tornTail == null ? syncedThrough : 0;
    }

    private void openAll() throws IOException {
        for (String name : Segment.names(disk)) {
            segments.add(Segment.open(disk, name, storageId));
        }
        if (segments.isEmpty()) {
            throw new CorruptionException(Segment.name(1), 0, "the log is missing");
        }
        terms = new TermRanges(segments.get(0).header().base());
        chain = segments.get(0).header().previous();
        int largest = segments.stream()
                .mapToInt(segment -> segment.header().size())
                .max()
                .orElseThrow();
        buffer = ByteBuffer.allocate(largest);
    }

    private void read(Segment segment) throws IOException {
        syncedThrough = Math.max(syncedThrough, segment.header().syncedThrough());
        ByteBuffer bytes = segment.readInto(buffer);
        if (damage == null && !follows(segment.header())) {
            Segment before = segments.get(segments.indexOf(segment) - 1);
            String reason = "the log ends here at " + terms.last() + ", but " + segment + " is there";
            damage = new Damage(before, before.end(), reason, Entries.EMPTY, Truncation.behind(before, chain));
        }
        if (damage == null) {
            walk(segment, bytes);
        } else {
            search(segment, bytes, Segment.BODY);
        }
    }

    private boolean follows(Segment.Header header) {
        return header.base().equals(terms.last()) && header.previous() == chain;
    }

    private void walk(Segment segment, ByteBuffer bytes) {
        int at = Segment.BODY;
        while (damage == null && BatchHeader.standsAt(bytes, at, segment.place(at))) {
            take(segment, bytes, at);
            at = segment.end();
        }
        if (damage == null && !endsAt(segment, bytes, at)) {
            damage = nothingFrom(segment, "neither a batch nor the end of the log");
        }
        if (damage != null) {
            search(segment, bytes, at);
        }
    }

    /** Whether nothing of this log stands from there on. */
    private boolean endsAt(Segment segment, ByteBuffer bytes, int at) {
        return segment.header().reused()
                ? isZero(bytes, at, at + segment.zerosBehind(at)) && !search(segment, bytes, at)
                : isZero(bytes, at, bytes.limit());
    }

    private void take(Segment segment, ByteBuffer bytes, int at) {
        BatchHeader batch = BatchHeader.readAt(bytes, at);
        syncedThrough = Math.max(syncedThrough, batch.syncedThrough());
        int body = at + BatchHeader.SIZE;
        boolean continues = batch.previous() == chain
                && batch.epoch() >= epoch
                && batch.firstIndex() == terms.last().index() + 1
                && batch.bytes() <= bytes.limit() - body;
        if (!continues) {
            damage = nothingFrom(segment, "a batch that does not continue the log");
            return;
        }
        Entries entries = readable(Arrays.copyOfRange(bytes.array(), body, body + batch.bytes()), batch);
        if (entries.count() < batch.count()) {
            Truncation cut = Truncation.within(segment, at, batch, entries);
            damage = new Damage(segment, body + entries.bytes(), "an entry is damaged", entries, cut);
            return;
        }
        keep(entries);
        epoch = batch.epoch();
        chain = BatchHeader.checksumAt(bytes, at);
        segment.extend(batch.firstIndex(), BatchHeader.SIZE + batch.bytes());
    }

    private void keep(Entries entries) {
        terms.append(entries);
        entries.forEachConfiguration(configurations::put);
    }

    private Entries readable(byte[] block, BatchHeader batch) {
        Entries entries = Entries.validPrefix(block);
        boolean follow = !entries.isEmpty()
                && entries.first().index() == batch.firstIndex()
                && entries.first().term() >= terms.last().term();
        return follow ? entries : Entries.EMPTY;
    }

    private Damage nothingFrom(Segment segment, String reason) {
        Truncation cut = new Truncation(segment.firstIndex(), segment.end(), ByteBuffer.allocate(0), chain);
        return new Damage(segment, segment.end(), reason, Entries.EMPTY, cut);
    }

    /** Whether there are headers behind the end. They do not continue the log, but what they say was true. */
    private boolean search(Segment segment, ByteBuffer bytes, int from) {
        boolean found = false;
        for (int at = BatchHeader.find(bytes, from); at >= 0; at = BatchHeader.find(bytes, at + 1)) {
            if (BatchHeader.standsAt(bytes, at, segment.place(at))) {
                found = true;
                syncedThrough =
                        Math.max(syncedThrough, BatchHeader.readAt(bytes, at).syncedThrough());
            }
        }
        return found;
    }

    private void cutOrRefuse() throws IOException {
        long lost = terms.last().index() + damage.kept().count() + 1;
        Segment tail = damage.segment();
        if (lost <= syncedThrough) {
            throw new CorruptionException(
                    tail.name(),
                    damage.offset(),
                    damage.reason() + "; entry " + lost + " is lost, and the log was synced up to " + syncedThrough);
        }
        while (segments.get(segments.size() - 1) != tail) {
            segments.remove(segments.size() - 1).close();
        }
        damage.cut().writeDown(disk, storageId);
        damage.cut().carryOut(disk, tail, tail.header().size());
        keep(damage.kept());
        if (!damage.kept().isEmpty()) {
            // What is kept of a batch stands in one of the same epoch, and nothing may follow it in an older one.
            epoch = BatchHeader.readAt(damage.cut().kept(), 0).epoch();
        }
        chain = damage.cut().chain();
        tornTail = new Storage.TornTail(tail.name(), damage.offset(), damage.reason(), lost);
    }

    /**
     * Writes what may only be in the system's cache once more, and syncs it. Behind the end nothing may be left of
     * log either: entries of a batch that has lost its header would stand ready there to complete another.
     */
    private void prove() throws IOException {
        Segment tail = segments.get(segments.size() - 1);
        if (tail.header().reused()) {
            tail.zero(tail.end(), tail.header().size());
        }
        long first = syncedThrough + 1;
        for (int i = segments.size() - 1; i >= 0; i--) {
            Segment segment = segments.get(i);
            boolean holdsFirst = segment.firstIndex() <= first;
            int end = segment.end() + segment.zerosBehind(segment.end());
            segment.rewrite(holdsFirst ? segment.near(first) : Segment.BODY, end);
            segment.force();
            if (holdsFirst) {
                return;
            }
        }
    }

    private static boolean isZero(ByteBuffer bytes, int from, int to) {
        int at = from;
        while (at <= to - Long.BYTES && bytes.getLong(at) == 0) {
            at += Long.BYTES;
        }
        while (at < to && bytes.get(at) == 0) {
            at++;
        }
        return at == to;
    }
}
