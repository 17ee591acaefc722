package io.balsa.rehearsal;

import io.balsa.storage.Disk;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** A data folder in memory, for those whose data need not outlive them. */
final class MemoryDisk implements Disk {
    private final NavigableMap<String, Content> files = new ConcurrentSkipListMap<>();

    /** Grows by doubling; the bytes behind the size are zeros. */
    private static final class Content implements File {
        private byte[] bytes = new byte[64];
        private int size;

        @Override
        public synchronized long size() {
            return size;
        }

        @Override
        public synchronized int read(ByteBuffer target, long position) {
            if (position >= size) {
                return -1;
            }
            int length = (int) Math.min(target.remaining(), size - position);
            target.put(bytes, (int) position, length);
            return length;
        }

        @Override
        public synchronized void write(ByteBuffer source, long position) {
            int end = Math.toIntExact(position + source.remaining());
            if (end > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(end, 2 * bytes.length));
            }
            source.get(bytes, (int) position, source.remaining());
            size = Math.max(size, end);
        }

        @Override
        public synchronized void truncate(long newSize) {
            if (newSize < size) {
                Arrays.fill(bytes, (int) newSize, size, (byte) 0);
                size = (int) newSize;
            }
        }

        @Override
        public void force() {}

        @Override
        public void close() {}
    }

    @Override
    public List<String> list(String dir) {
        String prefix = dir.isEmpty() ? "" : dir + "/";
        return files.tailMap(prefix).keySet().stream()
                .takeWhile(name -> name.startsWith(prefix))
                .map(name -> name.substring(prefix.length()))
                .filter(name -> name.indexOf('/') < 0)
                .toList();
    }

    @Override
    public boolean exists(String name) {
        return files.containsKey(name);
    }

    @Override
    public long room() {
        return Long.MAX_VALUE;
    }

    @Override
    public File open(String name) {
        return files.computeIfAbsent(name, missing -> new Content());
    }

    @Override
    public void rename(String from, String to) {
        files.put(to, files.remove(from));
    }

    @Override
    public void delete(String name) {
        files.remove(name);
    }

    @Override
    public void forceDir(String dir) {}

    @Override
    public AutoCloseable lock() {
        return () -> {};
    }
}
