package io.balsa.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;

/**
 * The files in which the log will go on: the next one, prepared ahead of time, and those of segments that were dropped
 * (§7), which are written again. A new file takes two writes for each byte of the log, zeros first; an old one takes
 * one, and gives the file system nothing to allocate or to free.
 *
 * <p>What an old file holds is never taken for the log. Each header in it was written for the index with which its
 * segment began ({@link BatchHeader#standsAt}), and whatever is dropped began before all that is written later.
 *
 * <p>Any thread may use it. Who makes a segment of a spare holds its monitor until the file has a name of its own.
 */
final class Spares {
    private static final String NEXT = Segment.FOLDER + "/spare";
    private static final Pattern OLD = Pattern.compile("\\d{20}\\.old");

    /** What is left free for the files that a server cannot live without: term and vote, a truncation. */
    private static final long RESERVE = 1 << 20;

    private final Disk disk;
    private final StorageOptions options;
    private final Deque<String> old = new ArrayDeque<>();
    private final Queue<Segment> dropped = new ConcurrentLinkedQueue<>();
    private volatile Spare next;

    /**
     * A file that is durable under the name of a spare, and may become a segment.
     *
     * @param old whether there is anything but zeros in it
     */
    record Spare(Disk.File file, boolean old) {

        /** Makes it a segment: first what it is becomes durable, then its name. */
        Segment become(Disk disk, Segment.Header header) throws IOException {
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
        if (disk.exists(NEXT)) {
            disk.delete(NEXT);
        }
        Spares found = new Spares(disk, options);
        for (String plain : disk.list(Segment.FOLDER)) {
            if (OLD.matcher(plain).matches()) {
                found.keepOrDelete(Segment.FOLDER + "/" + plain);
            }
        }
        return found;
    }

    private void keepOrDelete(String name) throws IOException {
        if (isWanted(sizeOf(name))) {
            old.add(name);
        } else {
            disk.delete(name);
        }
    }

    /**
     * Makes a file of zeros, durable.
     *
     * @throws StorageFullException when there is no room; what was written is gone again
     */
    static Spare preallocate(Disk disk, int size) throws IOException {
        if (disk.room() < size + RESERVE) {
            throw new StorageFullException("no room for a segment of " + size + " bytes");
        }
        Disk.File file = disk.open(NEXT);
        try {
            file.truncate(0);
            Segment.writeZeros(file, 0, size);
            file.force();
        } catch (StorageFullException e) {
            file.close();
            disk.delete(NEXT);
            throw e;
        }
        disk.forceDir(Segment.FOLDER);
        return new Spare(file, false);
    }

    boolean isReady() {
        return next != null;
    }

    /** Prepares the next file. */
    synchronized void prepare() throws IOException {
        if (next == null) {
            next = old.isEmpty() ? preallocate(disk, options.segmentBytes()) : again(old.remove());
        }
    }

    /** The next file, or a larger one when that is needed. */
    synchronized Spare take(int size) throws IOException {
        if (size > options.segmentBytes()) {
            closeNext();
            return preallocate(disk, size);
        }
        prepare();
        Spare taken = next;
        next = null;
        return taken;
    }

    /** A segment that is no longer part of the log; {@link #tidy} does the rest. */
    void drop(Segment segment) {
        dropped.add(segment);
    }

    /**
     * Takes dropped segments off the disk, or lays them aside. Each is gone for good before the next goes: a crash
     * leaves no hole in the log.
     */
    void tidy() throws IOException {
        boolean more = true;
        while (more) {
            more = tidyOne();
        }
    }

    /** Nothing is dropped any longer, because all segments are gone. */
    synchronized void forget() throws IOException {
        for (Segment segment = dropped.poll(); segment != null; segment = dropped.poll()) {
            segment.close();
        }
    }

    synchronized void close() throws IOException {
        forget();
        closeNext();
    }

    /** One at a time, so that who needs a spare waits for no more than that. */
    private synchronized boolean tidyOne() throws IOException {
        Segment segment = dropped.poll();
        if (segment == null) {
            return false;
        }
        segment.close();
        if (isWanted(segment.header().size())) {
            String aside = segment.name().replace(".log", ".old");
            disk.rename(segment.name(), aside);
            old.add(aside);
        } else {
            disk.delete(segment.name());
        }
        disk.forceDir(Segment.FOLDER);
        return true;
    }

    private boolean isWanted(long size) {
        return size == options.segmentBytes() && (old.size() + 1L) * size <= options.reuseBytes();
    }

    private long sizeOf(String name) throws IOException {
        try (Disk.File file = disk.open(name)) {
            return file.size();
        }
    }

    private void closeNext() throws IOException {
        if (next != null) {
            next.file().close();
            next = null;
        }
    }

    /** All of it is read, so that no later write into the middle of a block has to wait for the rest of that block. */
    private Spare again(String name) throws IOException {
        disk.rename(name, NEXT);
        Disk.File file = disk.open(NEXT);
        ByteBuffer buffer = ByteBuffer.allocate(Math.min(options.segmentBytes(), 256 << 10));
        for (long at = 0; at < options.segmentBytes(); at += buffer.capacity()) {
            file.readFully(buffer.clear(), at);
        }
        return new Spare(file, true);
    }
}
