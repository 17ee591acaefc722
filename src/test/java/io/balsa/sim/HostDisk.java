package io.balsa.sim;

import io.balsa.sim.SimDisk.Operation;
import io.balsa.storage.Disk;
import io.balsa.storage.StorageFullException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * The disk as one incarnation of a server sees it: every sync takes its time, and with the process ends its access.
 *
 * <p>A sync takes effect when its time is over; a crash before then finds it undone. If the same task goes on to use
 * the disk, the sync takes effect at once, because nothing can be taken back any more: that the bytes were safe and
 * nobody ever heard of it is a thing that happens.
 */
final class HostDisk implements Disk {
    /** The least that a sync takes in which something happens. */
    private static final long INTERRUPTED = 1_000_000;

    private final SimDisk disk;
    private final World world;
    private final Host host;
    private final Condition condition;
    private boolean slow;
    private Sync underWay = () -> {};

    HostDisk(SimDisk disk, World world, Host host, Condition condition) {
        this.disk = disk;
        this.world = world;
        this.host = host;
        this.condition = condition;
    }

    /** The shape a drive is in, whatever process uses it. */
    static final class Condition {
        private boolean fails;
        private boolean failsToWrite;
        private boolean failsToRead;
        private boolean fillsUp;
        private boolean hasBeenFull;
        private Optional<Runnable> onSync = Optional.empty();
        private Optional<Runnable> onOverwrite = Optional.empty();
        private Optional<Runnable> onDeath = Optional.empty();
        private int syncsToLive;
        private boolean failed;
        private long hangs;
        private long syncs;

        /** The next sync fails, and with it is lost what it was to write. */
        void failNextSync() {
            fails = true;
        }

        /** The next operation that changes the disk in another way than a sync fails. */
        void failNextWrite() {
            failsToWrite = true;
        }

        /** Something happens in the middle of the next sync. */
        void interruptNextSync(Runnable interruption) {
            onSync = Optional.of(interruption);
        }

        /**
         * The process goes down before the sync with this number, 1 for the next, has done anything, and does nothing
         * more: also between two syncs of one task, which {@link #interruptNextSync} cannot do.
         */
        void dieAtSync(int number, Runnable death) {
            syncsToLive = number;
            onDeath = Optional.of(death);
        }

        /** As {@link #dieAtSync} at the first sync after something was written over something else. */
        void dieAtOverwrite(Runnable death) {
            onOverwrite = Optional.of(death);
        }

        private boolean liesInWait() {
            return onOverwrite.isPresent();
        }

        private void overwritten() {
            dieAtSync(1, onOverwrite.orElseThrow());
            onOverwrite = Optional.empty();
        }

        private void dieIfDue() {
            syncsToLive--;
            if (syncsToLive == 0) {
                Optional<Runnable> death = onDeath;
                onDeath = Optional.empty();
                death.ifPresent(Runnable::run);
            }
        }

        private Optional<Runnable> takeInterruption() {
            Optional<Runnable> taken = onSync;
            onSync = Optional.empty();
            return taken;
        }

        /** The next read fails. */
        void failNextRead() {
            failsToRead = true;
        }

        /** The next operation that changes the disk in another way than a sync finds no space. */
        void fillBeforeNextWrite() {
            fillsUp = true;
            hasBeenFull = true;
        }

        /** The next sync takes so long. */
        void hang(long nanos) {
            hangs = nanos;
        }

        boolean hasBeenFull() {
            return hasBeenFull;
        }

        /** Whether an operation of this life of the process has failed. */
        boolean hasFailed() {
            return failed;
        }

        /** It works again, for another life of the process. */
        void repair() {
            fails = false;
            failsToWrite = false;
            failsToRead = false;
            fillsUp = false;
            onSync = Optional.empty();
            onOverwrite = Optional.empty();
            onDeath = Optional.empty();
            failed = false;
            hangs = 0;
        }

        private void change() throws IOException {
            if (failsToWrite) {
                failsToWrite = false;
                failed = true;
                throw new IOException("Input/output error");
            }
            if (fillsUp) {
                fillsUp = false;
                failed = true;
                throw new StorageFullException("No space left on device");
            }
        }

        private void read() throws IOException {
            if (failsToRead) {
                failsToRead = false;
                failed = true;
                throw new IOException("Input/output error");
            }
        }

        private long hangs() {
            long nanos = hangs;
            hangs = 0;
            return nanos;
        }

        /** How often it was told to sync. */
        long syncs() {
            return syncs;
        }
    }

    @FunctionalInterface
    private interface Sync {
        void finish() throws IOException;
    }

    /** From now on syncs take time; a server reads and repairs its disk before that. */
    void slow() {
        slow = true;
    }

    @Override
    public List<String> list(String dir) throws IOException {
        touch();
        return disk.list(dir);
    }

    @Override
    public boolean exists(String name) throws IOException {
        touch();
        return disk.exists(name);
    }

    @Override
    public long room() {
        return disk.room();
    }

    @Override
    public Disk.File open(String name) throws IOException {
        touch();
        return new HostFile(disk.open(name));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        touch();
        condition.change();
        disk.rename(from, to);
    }

    @Override
    public void delete(String name) throws IOException {
        touch();
        condition.change();
        disk.delete(name);
    }

    @Override
    public void forceDir(String dir) throws IOException {
        touch();
        sync(Operation.FORCE_DIR, () -> disk.forceDir(dir));
    }

    @Override
    public AutoCloseable lock() throws IOException {
        touch();
        return disk.lock();
    }

    private void touch() throws IOException {
        refuseTheDead();
        Sync waiting = underWay;
        underWay = () -> {};
        waiting.finish();
    }

    private void refuseTheDead() throws IOException {
        if (!host.isUp()) {
            throw new IOException("the process " + host.name() + " is dead");
        }
    }

    private void sync(Operation operation, Sync sync) throws IOException {
        condition.syncs++;
        if (slow) {
            condition.dieIfDue();
            refuseTheDead();
        }
        if (condition.fails) {
            condition.fails = false;
            condition.failed = true;
            disk.failNext(operation);
            sync.finish();
            return;
        }
        long nanos = slow ? duration() : 0;
        if (nanos == 0) {
            sync.finish();
            return;
        }
        underWay = sync;
        world.runtime().stall(nanos);
        world.runtime().after(0, () -> complete(sync));
    }

    private long duration() {
        long nanos = world.nextForceNanos() + condition.hangs();
        Optional<Runnable> interruption = condition.takeInterruption();
        if (interruption.isEmpty()) {
            return nanos;
        }
        long longer = Math.max(nanos, INTERRUPTED);
        world.runtime().after(longer / 2, interruption.get());
        return longer;
    }

    private void complete(Sync sync) {
        if (underWay == sync && host.isUp()) {
            underWay = () -> {};
            try {
                sync.finish();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private final class HostFile implements Disk.File {
        private final Disk.File file;

        HostFile(Disk.File file) {
            this.file = file;
        }

        @Override
        public long size() throws IOException {
            touch();
            return file.size();
        }

        @Override
        public int read(ByteBuffer to, long position) throws IOException {
            touch();
            condition.read();
            return file.read(to, position);
        }

        @Override
        public void write(ByteBuffer from, long position) throws IOException {
            touch();
            condition.change();
            if (condition.liesInWait() && isCut() && isTaken(position, from.remaining())) {
                condition.overwritten();
            }
            file.write(from, position);
        }

        /** Whether something of the log is being cut off: files that were used before are overwritten all the time. */
        private boolean isCut() {
            return disk.exists("log/truncation") || disk.exists("log/restart");
        }

        /** Whether anything but zeros stands there. */
        private boolean isTaken(long position, int bytes) throws IOException {
            ByteBuffer there = ByteBuffer.allocate(bytes);
            file.read(there, position);
            there.flip();
            return there.mismatch(ByteBuffer.allocate(there.remaining())) >= 0;
        }

        @Override
        public void force() throws IOException {
            touch();
            sync(Operation.FORCE, file::force);
        }

        @Override
        public void truncate(long size) throws IOException {
            touch();
            condition.change();
            file.truncate(size);
        }

        @Override
        public void close() throws IOException {
            if (host.isUp()) {
                touch();
            }
            file.close();
        }
    }
}
