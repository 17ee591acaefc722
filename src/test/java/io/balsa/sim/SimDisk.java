package io.balsa.sim;

import io.balsa.storage.Disk;
import io.balsa.storage.FolderRefusedException;
import io.balsa.storage.StorageFullException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * A data folder in memory that keeps apart what is synced and what is not, bytes and names alike, and that fails, fills
 * up and breaks off when it is told to.
 *
 * <p>After {@link #crashProcess} everything is still there, but what was not synced is still not; after
 * {@link #crashPower} any part of that may be gone. Files opened before a crash belong to a dead process and fail.
 */
public final class SimDisk implements Disk {
    /** How much a full disk still takes: the small files, but no segment. */
    private static final int LEFT_WHEN_FULL = 2048;

    /** What changes the disk, and thereby may fail or be where a crash happens. */
    public enum Operation {
        WRITE,
        FORCE,
        TRUNCATE,
        CREATE,
        RENAME,
        DELETE,
        FORCE_DIR
    }

    /** The process or the machine stops in the middle of what it was doing; nothing catches this but the test. */
    public static final class Crash extends Error {
        private static final long serialVersionUID = 1L;
    }

    /** A name that a folder has got or lost since it was last synced. */
    private record Renaming(String name, Optional<SimFile> file) {}

    private final Map<String, SimFile> names = new TreeMap<>();
    private final Map<String, SimFile> syncedNames = new TreeMap<>();
    private final List<List<Renaming>> unsyncedNames = new ArrayList<>();
    private final Map<Operation, Integer> counts = new EnumMap<>(Operation.class);
    private final Map<Operation, IOException> failures = new EnumMap<>(Operation.class);
    private final SimFile.Losses losses = new SimFile.Losses();
    private Runnable onForce = () -> {};
    private long crashAt = Long.MAX_VALUE;
    private long failAt = Long.MAX_VALUE;
    private IOException failureThere;
    private long operations;
    private long namesLost;
    private int life;
    private boolean locked;
    private boolean full;
    private long room = Long.MAX_VALUE;
    private boolean hasBeenFull;

    /** The next operation of this kind fails; a sync that failed loses for ever what it was to write. */
    public void failNext(Operation operation) {
        failures.put(operation, new IOException("Input/output error"));
    }

    /** The operation with this number, counted from 0 at the beginning of the disk, fails in this way. */
    public void failAt(long operation, IOException failure) {
        failAt = operation;
        failureThere = failure;
    }

    /** Whether there is room for nothing but small files. */
    public void full(boolean full) {
        this.full = full;
        hasBeenFull |= full;
    }

    boolean isFull() {
        return full;
    }

    boolean hasBeenFull() {
        return hasBeenFull;
    }

    /** Runs before each sync of a file or folder: the place to let virtual time pass. */
    public void onForce(Runnable action) {
        onForce = action;
    }

    /** Breaks off before the operation with this number, counted from 0 at the beginning of the disk. */
    public void crashAt(long operation) {
        crashAt = operation;
    }

    /** How many operations there were in all. */
    public long operations() {
        return operations;
    }

    public int count(Operation operation) {
        return counts.getOrDefault(operation, 0);
    }

    /** The process ends: unsynced bytes and names stay, and stay unsynced. */
    public void crashProcess() {
        life++;
        locked = false;
        crashAt = Long.MAX_VALUE;
        failAt = Long.MAX_VALUE;
        failures.clear();
    }

    /** The power goes: of what is unsynced, any part may be lost, down to a torn write. */
    public void crashPower(RandomGenerator random) {
        crashProcess();
        for (List<Renaming> change : unsyncedNames) {
            if (random.nextBoolean()) {
                change.forEach(renaming -> apply(renaming, syncedNames));
            } else {
                namesLost++;
            }
        }
        unsyncedNames.clear();
        names.clear();
        names.putAll(syncedNames);
        names.values().stream().distinct().forEach(file -> losses.add(file.losePower(random)));
    }

    /** What power cuts have cost so far. */
    SimFile.Losses losses() {
        return losses;
    }

    /** Files created, renamed or deleted as if it had never happened, by power cuts so far. */
    long namesLost() {
        return namesLost;
    }

    /** Turns over one bit of a file, on the disk and in the cache. */
    public void flip(String name, long offset, int bit) {
        existing(name).flip(Math.toIntExact(offset), bit);
    }

    /** What a reader sees of a file. */
    public byte[] bytes(String name) {
        return existing(name).cached();
    }

    /** What would be left of a file if everything that may be lost were lost; nothing when it were the name. */
    public Optional<byte[]> synced(String name) {
        return Optional.ofNullable(syncedNames.get(name)).map(SimFile::synced);
    }

    /** Another disk, with what would be left of this one if all were lost that may be. */
    SimDisk afterTheWorst() {
        SimDisk left = new SimDisk();
        syncedNames.forEach((name, file) -> left.put(name, file.synced()));
        return left;
    }

    /** Puts a file there, all of it synced. */
    public void put(String name, byte[] content) {
        SimFile file = new SimFile(content);
        names.put(name, file);
        syncedNames.put(name, file);
    }

    /** Takes a file away as if it had never been there. */
    public void remove(String name) {
        names.remove(name);
        syncedNames.remove(name);
    }

    /** The names of all files. */
    public List<String> names() {
        return List.copyOf(names.keySet());
    }

    @Override
    public List<String> list(String dir) {
        return names.keySet().stream()
                .filter(name -> folder(name).equals(dir))
                .map(name -> name.substring(dir.isEmpty() ? 0 : dir.length() + 1))
                .toList();
    }

    @Override
    public boolean exists(String name) {
        return names.containsKey(name);
    }

    /** What it says from now on of the room it has; nothing else depends on that. */
    public void saysRoom(long bytes) {
        room = bytes;
    }

    /** Plenty unless told otherwise, as under a quota: that it is full shows only when it is written to. */
    @Override
    public long room() {
        return room;
    }

    @Override
    public Disk.File open(String name) throws IOException {
        if (!exists(name)) {
            begin(Operation.CREATE);
            change(List.of(new Renaming(name, Optional.of(new SimFile(new byte[0])))));
        }
        return new Handle(existing(name), life);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        begin(Operation.RENAME);
        SimFile file = existing(from);
        change(List.of(new Renaming(from, Optional.empty()), new Renaming(to, Optional.of(file))));
    }

    @Override
    public void delete(String name) throws IOException {
        begin(Operation.DELETE);
        existing(name);
        change(List.of(new Renaming(name, Optional.empty())));
    }

    @Override
    public void forceDir(String dir) throws IOException {
        onForce.run();
        begin(Operation.FORCE_DIR);
        List<List<Renaming>> others = new ArrayList<>();
        for (List<Renaming> change : unsyncedNames) {
            if (folder(change.get(0).name()).equals(dir)) {
                change.forEach(renaming -> apply(renaming, syncedNames));
            } else {
                others.add(change);
            }
        }
        unsyncedNames.clear();
        unsyncedNames.addAll(others);
    }

    @Override
    public AutoCloseable lock() {
        if (locked) {
            throw new FolderRefusedException("the data folder is in use by another process");
        }
        locked = true;
        int owner = life;
        return () -> locked = locked && owner != life;
    }

    @Override
    public String toString() {
        return "in memory";
    }

    private void begin(Operation operation) throws IOException {
        if (operations++ >= crashAt) {
            throw new Crash();
        }
        counts.merge(operation, 1, Integer::sum);
        if (operations - 1 == failAt) {
            throw failureThere;
        }
        IOException failure = failures.remove(operation);
        if (failure != null) {
            throw failure;
        }
    }

    private void change(List<Renaming> change) {
        change.forEach(renaming -> apply(renaming, names));
        unsyncedNames.add(change);
    }

    private SimFile existing(String name) {
        SimFile file = names.get(name);
        if (file == null) {
            throw new IllegalStateException("there is no file " + name);
        }
        return file;
    }

    private static void apply(Renaming renaming, Map<String, SimFile> names) {
        renaming.file().ifPresentOrElse(file -> names.put(renaming.name(), file), () -> names.remove(renaming.name()));
    }

    private static String folder(String name) {
        return name.substring(0, Math.max(0, name.lastIndexOf('/')));
    }

    /** A file opened by one life of the process. */
    private final class Handle implements Disk.File {
        private final SimFile file;
        private final int openedBy;

        Handle(SimFile file, int openedBy) {
            this.file = file;
            this.openedBy = openedBy;
        }

        @Override
        public long size() {
            return file.size();
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            checkAlive();
            return file.read(target, Math.toIntExact(position));
        }

        @Override
        public void write(ByteBuffer source, long position) throws IOException {
            checkAlive();
            long end = position + source.remaining();
            if (full && end > file.size() && end > LEFT_WHEN_FULL) {
                throw new StorageFullException("No space left on device");
            }
            if (operations == crashAt) {
                file.write(source.slice(0, source.remaining() / 2), Math.toIntExact(position));
            }
            begin(Operation.WRITE);
            file.write(source, Math.toIntExact(position));
        }

        @Override
        public void force() throws IOException {
            checkAlive();
            onForce.run();
            try {
                begin(Operation.FORCE);
            } catch (IOException e) {
                file.forgetUnsynced();
                throw e;
            }
            file.force();
        }

        @Override
        public void truncate(long size) throws IOException {
            checkAlive();
            if (size < file.size()) {
                begin(Operation.TRUNCATE);
                file.truncate(Math.toIntExact(size));
            }
        }

        @Override
        public void close() {}

        private void checkAlive() throws IOException {
            if (openedBy != life) {
                throw new IOException("the process that opened this file is gone");
            }
        }
    }
}
