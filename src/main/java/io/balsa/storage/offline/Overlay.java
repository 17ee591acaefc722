package io.balsa.storage.offline;

import io.balsa.storage.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A data folder that can be changed without being changed: what is written, renamed and deleted is kept in memory, and
 * the folder beneath is only read. Its lock is taken all the same.
 *
 * <p>Only what differs from the folder beneath takes memory, in pages of {@value #PAGE} bytes.
 */
public final class Overlay implements Disk {
    private static final int PAGE = 4096;

    private final Disk beneath;

    /** Files that were opened, under the names they have here. */
    private final Map<String, Sheet> sheets = new HashMap<>();

    /** Names that the folder beneath has and this one has not. */
    private final Set<String> gone = new HashSet<>();

    public Overlay(Disk beneath) {
        this.beneath = beneath;
    }

    @Override
    public List<String> list(String dir) throws IOException {
        String prefix = dir.isEmpty() ? "" : dir + "/";
        Set<String> names = new TreeSet<>(beneath.list(dir));
        names.removeIf(name -> gone.contains(prefix + name));
        for (String name : sheets.keySet()) {
            boolean inside = name.startsWith(prefix) && name.indexOf('/', prefix.length()) < 0;
            if (inside) {
                names.add(name.substring(prefix.length()));
            }
        }
        return List.copyOf(names);
    }

    @Override
    public boolean exists(String name) throws IOException {
        return sheets.containsKey(name) || (!gone.contains(name) && beneath.exists(name));
    }

    @Override
    public long room() {
        return Long.MAX_VALUE;
    }

    @Override
    public Disk.File open(String name) throws IOException {
        Sheet sheet = sheets.get(name);
        if (sheet == null) {
            sheet = exists(name) ? new Sheet(name) : new Sheet();
            sheets.put(name, sheet);
        }
        sheet.use();
        return sheet;
    }

    @Override
    public void rename(String from, String to) throws IOException {
        open(from).close();
        sheets.put(to, sheets.remove(from));
        gone.add(from);
    }

    @Override
    public void delete(String name) {
        sheets.remove(name);
        gone.add(name);
    }

    @Override
    public void forceDir(String dir) {}

    @Override
    public AutoCloseable lock() throws IOException {
        return beneath.lock();
    }

    @Override
    public String toString() {
        return beneath.toString();
    }

    /** A file of the folder beneath, or none, with what was changed since. */
    private final class Sheet implements Disk.File {
        private final NavigableMap<Long, byte[]> pages = new TreeMap<>();
        private final String original;
        private Disk.File file;
        private int users;
        private long visible;
        private long size;

        Sheet() {
            this.original = "";
        }

        Sheet(String original) throws IOException {
            this.original = original;
            try (Disk.File whole = beneath.open(original)) {
                size = whole.size();
            }
            visible = size;
        }

        void use() throws IOException {
            if (users == 0 && !original.isEmpty()) {
                file = beneath.open(original);
            }
            users++;
        }

        @Override
        public long size() {
            return size;
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            int count = (int) Math.min(target.remaining(), size - position);
            if (count <= 0) {
                return -1;
            }
            ByteBuffer part = target.slice(target.position(), count);
            readBeneath(part.duplicate(), position);
            pages.subMap(position - PAGE + 1, position + count).forEach((at, page) -> {
                int from = (int) Math.max(0, position - at);
                int to = (int) Math.min(PAGE, position + count - at);
                part.put((int) (at + from - position), page, from, to - from);
            });
            target.position(target.position() + count);
            return count;
        }

        private void readBeneath(ByteBuffer part, long position) throws IOException {
            int count = part.remaining();
            int there = (int) Math.max(0, Math.min(count, visible - position));
            if (there > 0) {
                file.readFully(part.limit(there), position);
            }
            part.limit(count);
            while (part.hasRemaining()) {
                part.put((byte) 0);
            }
        }

        @Override
        public void write(ByteBuffer source, long position) throws IOException {
            long end = position + source.remaining();
            for (long at = position - position % PAGE; at < end; at += PAGE) {
                byte[] before = pageAt(at);
                byte[] after = before.clone();
                int from = (int) Math.max(0, position - at);
                int to = (int) Math.min(PAGE, end - at);
                source.get(after, from, to - from);
                if (!Arrays.equals(before, after)) {
                    pages.put(at, after);
                }
            }
            size = Math.max(size, end);
        }

        private byte[] pageAt(long at) throws IOException {
            ByteBuffer page = ByteBuffer.allocate(PAGE);
            readFully(page, at);
            return page.array();
        }

        @Override
        public void force() {}

        @Override
        public void truncate(long newSize) throws IOException {
            if (newSize >= size) {
                return;
            }
            long cut = newSize - newSize % PAGE;
            byte[] page = pageAt(cut);
            Arrays.fill(page, (int) (newSize - cut), PAGE, (byte) 0);
            pages.tailMap(cut, true).clear();
            pages.put(cut, page);
            visible = Math.min(visible, newSize);
            size = newSize;
        }

        @Override
        public void close() throws IOException {
            users--;
            if (users == 0 && file != null) {
                file.close();
            }
        }
    }
}
