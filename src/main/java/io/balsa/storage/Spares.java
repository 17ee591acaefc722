package io.balsa.storage;

import io.balsa.model.Invariant;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The files in which the log will go on: the next one, prepared ahead of time, and those of segments that were dropped
 * (§7), which are used once more. A new file takes two writes for each byte of the log, zeros first; a used one takes
 * one, and gives the file system nothing to allocate or to free.
 *
 * <p>What a used file holds is never taken for the log. Each header in it was written for the index with which its
 * segment began ({@link BatchHeader#standsAt}), and whatever is dropped began before all that is written later.
 *
 * <p>Any thread may use it. Who takes a spare while the log is written holds the monitor of this until the file has a
 * name of its own, for until then it stands where another spare would be prepared.
 */
final class Spares {
    private static final String NEXT = Segment.FOLDER + "/spare";
    private static final Pattern USED = Pattern.compile("(\\d{20})\\.old");
    private static final int PIECE = 256 << 10;

    /** What is left free for the files that a server cannot live without: term and vote, a truncation. */
    private static final long RESERVE = 1 << 20;

    private final Disk disk;
    private final StorageOptions options;
    private final Deque<Used> used = new ArrayDeque<>();
    private final Queue<Segment> dropped = new ConcurrentLinkedQueue<>();
    private volatile Spare next;

    /**
     * A file that was a segment.
     *
     * @param firstIndex with which that segment began
     */
    private record Used(String name, long firstIndex) {}

    /**
     * A file that is durable under the name of a spare, and may become a segment.
     *
     * @param usedFrom the index with which the segment began that it was before; 0 when there are only zeros in it
     */
    record Spare(Disk.File file, long usedFrom) {

        boolean isUsed() {
            return usedFrom > 0;
        }

        /** Makes it a segment: first what it is becomes durable, then its name. */
        Segment become(Disk disk, Segment.Header header) throws IOException {
            long firstIndex = header.base().index() + 1;
            Invariant.check(
                    usedFrom < firstIndex, "a segment from %s on in the file of one from %s on", firstIndex, usedFrom);
            Segment segment = new Segment(file, header);
            segment.begin();
            disk.rename(NEXT, segment.name());
            disk.forceDir(Segment.FOLDER);
            return segment;
        }
    }

    private Spares(Disk disk, StorageOptions options) {
        this.disk = disk;
        this.options = options;
    }

    /** Those that are in the folder, but for a spare of which nobody knows how far it was prepared. */
    static Spares find(Disk disk, StorageOptions options) throws IOException {
        deleteNext(disk);
        Spares found = new Spares(disk, options);
        for (String plain : disk.list(Segment.FOLDER)) {
            Matcher match = USED.matcher(plain);
            if (match.matches()) {
                found.keepOrDelete(new Used(Segment.FOLDER + "/" + plain, Long.parseLong(match.group(1))));
            }
        }
        return found;
    }

    /**
     * Makes a file of zeros, durable.
     *
     * @throws StorageFullException when there is no room; what was written is gone again
     */
    static Spare preallocate(Disk disk, int size) throws IOException {
        deleteNext(disk);
        if (disk.room() < size + RESERVE) {
            throw new StorageFullException("no room for a segment of " + size + " bytes");
        }
        Disk.File file = disk.open(NEXT);
        try {
            Segment.writeZeros(file, 0, size);
            file.force();
        } catch (StorageFullException e) {
            file.close();
            disk.delete(NEXT);
            throw e;
        }
        disk.forceDir(Segment.FOLDER);
        return new Spare(file, 0);
    }

    boolean isReady() {
        return next != null;
    }

    /**
     * Prepares the next file. A used one is read as a whole, so that no later write into the middle of a block has to
     * wait for the rest of that block.
     */
    synchronized void prepare() throws IOException {
        giveBack();
        if (next == null) {
            next = nextFile();
            readThrough(next);
        }
    }

    private void readThrough(Spare spare) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(Math.min(options.segmentBytes(), PIECE));
        for (long at = 0; spare.isUsed() && at < options.segmentBytes(); at += PIECE) {
            spare.file().readFully(buffer.clear(), at);
        }
    }

    /**
     * The next file, or a larger one when that is needed.
     *
     * @throws StorageFullException when there is no room for it; nothing was changed, but that used files may be gone
     */
    synchronized Spare take(int size) throws IOException {
        if (size > options.segmentBytes()) {
            return larger(size);
        }
        Spare taken = next == null ? nextFile() : next;
        next = null;
        return taken;
    }

    /** A segment that is no longer part of the log; {@link #tidyOne} does the rest. */
    void drop(Segment segment) {
        dropped.add(segment);
    }

    /**
     * Takes the first of the dropped segments off the disk, or lays it aside; durable on return, so that each is gone
     * before the next goes: a crash leaves no hole in the log.
     *
     * @return whether there are more
     */
    synchronized boolean tidyOne() throws IOException {
        Segment segment = dropped.poll();
        if (segment == null) {
            return false;
        }
        segment.close();
        if (!isWanted(segment.header().size()) || !isLaidAside(segment)) {
            disk.delete(segment.name());
        }
        giveBack();
        disk.forceDir(Segment.FOLDER);
        return !dropped.isEmpty();
    }

    /** Some disks have no room for another name when they are full. */
    private boolean isLaidAside(Segment segment) throws IOException {
        Used aside = new Used(segment.name().replace(".log", ".old"), segment.firstIndex());
        try {
            disk.rename(segment.name(), aside.name());
        } catch (StorageFullException e) {
            return false;
        }
        used.add(aside);
        return true;
    }

    /** The files of all segments that were dropped are gone. */
    synchronized void forgetDropped() throws IOException {
        for (Segment segment = dropped.poll(); segment != null; segment = dropped.poll()) {
            segment.close();
        }
    }

    synchronized void close() throws IOException {
        for (Segment segment : dropped) {
            segment.close();
        }
        if (next != null) {
            next.file().close();
            next = null;
        }
    }

    private Spare nextFile() throws IOException {
        return used.isEmpty() ? preallocate(disk, options.segmentBytes()) : again();
    }

    /** The name is made durable at once: by no power cut may one file have two. */
    private Spare again() throws IOException {
        Used first = used.element();
        disk.rename(first.name(), NEXT);
        used.remove();
        disk.forceDir(Segment.FOLDER);
        return new Spare(disk.open(NEXT), first.firstIndex());
    }

    /** In place of the one that is ready, which is too small; what is kept to be used once more makes room for it. */
    private Spare larger(int size) throws IOException {
        while (!used.isEmpty() && disk.room() < size + RESERVE) {
            disk.delete(used.remove().name());
        }
        if (next != null) {
            next.file().close();
            next = null;
        }
        return preallocate(disk, size);
    }

    /** Nothing is kept at the expense of a snapshot, or of others who use the disk. */
    private void giveBack() throws IOException {
        while (!used.isEmpty() && disk.room() < options.reuseBytes()) {
            disk.delete(used.removeLast().name());
        }
    }

    private void keepOrDelete(Used file) throws IOException {
        if (isWanted(sizeOf(file.name()))) {
            used.add(file);
        } else {
            disk.delete(file.name());
        }
    }

    private boolean isWanted(long size) {
        return size == options.segmentBytes() && (used.size() + 1L) * size <= options.reuseBytes();
    }

    private long sizeOf(String name) throws IOException {
        try (Disk.File file = disk.open(name)) {
            return file.size();
        }
    }

    private static void deleteNext(Disk disk) throws IOException {
        if (disk.exists(NEXT)) {
            disk.delete(NEXT);
        }
    }
}
