package io.balsa.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** A data folder of the file system. */
public final class FileDisk implements Disk {
    private static final String LOCK = "lock";

    private final Path folder;

    /** The folder is created when it is first written to. */
    public FileDisk(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
    }

    @Override
    public List<String> list(String dir) throws IOException {
        Path path = folder.resolve(dir);
        if (!Files.isDirectory(path)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(path)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Override
    public boolean exists(String name) {
        return Files.exists(folder.resolve(name));
    }

    @Override
    public long room() throws IOException {
        makeFolder(folder);
        return Files.getFileStore(folder).getUsableSpace();
    }

    @Override
    public File open(String name) throws IOException {
        Path path = folder.resolve(name);
        try {
            makeFolder(path.getParent());
            return new ChannelFile(FileChannel.open(
                    path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
        } catch (IOException e) {
            throw explained(e);
        }
    }

    @Override
    public void rename(String from, String to) throws IOException {
        try {
            Files.move(folder.resolve(from), folder.resolve(to), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw explained(e);
        }
    }

    @Override
    public void delete(String name) throws IOException {
        Files.delete(folder.resolve(name));
    }

    @Override
    public void forceDir(String dir) throws IOException {
        sync(folder.resolve(dir));
    }

    @Override
    public AutoCloseable lock() throws IOException {
        makeFolder(folder);
        FileChannel channel =
                FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            // This very process holds it already: as bad as another one.
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        channel.close();
        throw new FolderRefusedException("the data folder " + folder + " is in use by another process");
    }

    @Override
    public String toString() {
        return folder.toString();
    }

    /** Creates missing folders from the top, each made durable in the one that holds it. */
    private static void makeFolder(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            return;
        }
        makeFolder(path.getParent());
        try {
            Files.createDirectory(path);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(path)) {
                throw e;
            }
            // Nodes that share a parent folder and start together make it at the same time.
        }
        sync(path.getParent());
    }

    private static void sync(Path dir) throws IOException {
        try (FileChannel channel = FileChannel.open(dir, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Java has no exception for ENOSPC and EDQUOT, only the system's words. */
    private static IOException explained(IOException e) {
        String words = String.valueOf(e.getMessage());
        boolean full = words.contains("No space left") || words.contains("quota exceeded");
        return full ? new StorageFullException(words) : e;
    }

    /** A file behind a channel. */
    private static final class ChannelFile implements File {
        /** The JDK copies heap buffers through memory of its own, as large as the request, and keeps that for ever. */
        private static final int AT_ONCE = 1 << 20;

        private final FileChannel channel;

        ChannelFile(FileChannel channel) {
            this.channel = channel;
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            int limit = target.limit();
            target.limit(Math.min(limit, target.position() + AT_ONCE));
            try {
                return channel.read(target, position);
            } finally {
                target.limit(limit);
            }
        }

        @Override
        public void write(ByteBuffer source, long position) throws IOException {
            long at = position;
            try {
                while (source.hasRemaining()) {
                    at += channel.write(source, at);
                }
            } catch (IOException e) {
                throw explained(e);
            }
        }

        @Override
        public void force() throws IOException {
            try {
                channel.force(false);
            } catch (IOException e) {
                throw explained(e);
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            channel.truncate(size);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
