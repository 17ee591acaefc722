package io.balsa.sim;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** The bytes of one file: what a reader sees, what is on the disk, and the changes in between. */
final class SimFile {
    private static final int SECTOR = 512;

    private byte[] cached;
    private byte[] synced;
    private final List<Change> unsynced = new ArrayList<>();
    private Losses losses = new Losses();

    /** What power cuts have cost. */
    static final class Losses {
        private long bytes;
        private long torn;

        void add(Losses other) {
            bytes += other.bytes;
            torn += other.torn;
        }

        long bytes() {
            return bytes;
        }

        /** Writes of which only a part got to the disk. */
        long torn() {
            return torn;
        }
    }

    /** Bytes written at a position; or, without bytes, a cut. */
    private record Change(int position, byte[] bytes) {

        byte[] applyTo(byte[] file) {
            byte[] larger = Arrays.copyOf(file, Math.max(file.length, position + bytes.length));
            System.arraycopy(bytes, 0, larger, position, bytes.length);
            return bytes.length == 0 ? Arrays.copyOf(file, Math.min(file.length, position)) : larger;
        }
    }

    /** A file whose content is synced. */
    SimFile(byte[] content) {
        cached = content.clone();
        synced = content.clone();
    }

    int size() {
        return cached.length;
    }

    byte[] cached() {
        return cached.clone();
    }

    byte[] synced() {
        return synced.clone();
    }

    int read(ByteBuffer target, int position) {
        int count = Math.min(target.remaining(), cached.length - position);
        if (count > 0) {
            target.put(cached, position, count);
        }
        return count > 0 ? count : -1;
    }

    void write(ByteBuffer source, int position) {
        byte[] bytes = new byte[source.remaining()];
        source.get(bytes);
        if (bytes.length > 0) {
            change(new Change(position, bytes));
        }
    }

    void truncate(int size) {
        change(new Change(size, new byte[0]));
    }

    void force() {
        unsynced.forEach(change -> synced = applied(change, synced));
        unsynced.clear();
    }

    /** A failed sync: the cache still shows the bytes and believes that they are on disk. */
    void forgetUnsynced() {
        unsynced.clear();
    }

    void flip(int offset, int bit) {
        cached[offset] ^= (byte) (1 << bit);
        if (offset < synced.length) {
            synced[offset] ^= (byte) (1 << bit);
        }
    }

    /** Each change reaches the disk, or does not, or only some of its sectors and a part of one. */
    Losses losePower(RandomGenerator random) {
        losses = new Losses();
        for (Change change : unsynced) {
            switch (random.nextInt(4)) {
                case 0 -> synced = change.applyTo(synced);
                case 1, 2 -> tear(change, random);
                default -> losses.bytes += change.bytes().length;
            }
        }
        unsynced.clear();
        cached = synced.clone();
        return losses;
    }

    private void tear(Change change, RandomGenerator random) {
        losses.torn++;
        for (int from = 0; from < change.bytes().length; from += SECTOR) {
            int whole = Math.min(SECTOR, change.bytes().length - from);
            int written = random.nextInt(8) == 0 ? random.nextInt(whole + 1) : whole;
            if (random.nextBoolean() && written > 0) {
                byte[] sector = Arrays.copyOfRange(change.bytes(), from, from + written);
                synced = new Change(change.position() + from, sector).applyTo(synced);
                losses.bytes += whole - written;
            } else {
                losses.bytes += whole;
            }
        }
    }

    private void change(Change change) {
        cached = applied(change, cached);
        unsynced.add(change);
    }

    /** In place when the file does not change its size. */
    private static byte[] applied(Change change, byte[] file) {
        boolean inside = change.bytes().length > 0 && change.position() + change.bytes().length <= file.length;
        if (!inside) {
            return change.applyTo(file);
        }
        System.arraycopy(change.bytes(), 0, file, change.position(), change.bytes().length);
        return file;
    }
}
