package io.balsa.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * One data folder. Names are paths relative to it, with {@code /} between their parts.
 *
 * <p>What the operations promise is what a power cut leaves: the bytes of a file are safe after
 * {@link File#force}, its name after {@link #forceDir} of the folder that holds it. Between the two anything may be
 * lost, in any order.
 */
public interface Disk {

    /** An open file. Positions and sizes are bytes. It follows its file through a rename. */
    interface File extends Closeable {

        long size() throws IOException;

        /**
         * Reads some bytes into the buffer; the number read, or -1 when the file ends at or before {@code position}.
         */
        int read(ByteBuffer target, long position) throws IOException;

        /**
         * Writes all that remains in the buffer.
         *
         * @throws StorageFullException when the file had to grow and the disk has no room
         */
        void write(ByteBuffer source, long position) throws IOException;

        /** Makes the bytes of the file durable, and its size. */
        void force() throws IOException;

        void truncate(long size) throws IOException;

        /** Reads until the buffer is full or the file ends. */
        default void readFully(ByteBuffer target, long position) throws IOException {
            long at = position;
            int read = 0;
            while (target.hasRemaining() && read >= 0) {
                at += read;
                read = read(target, at);
            }
        }
    }

    /** The plain names in a folder, sorted; empty when there is no such folder. */
    List<String> list(String dir) throws IOException;

    boolean exists(String name) throws IOException;

    /** How many more bytes there is room for, about. */
    long room() throws IOException;

    /** Opens a file for reading and writing; creates it, and the folders it is in, when missing. */
    File open(String name) throws IOException;

    /** Gives a file another name in the same folder, in place of the file that had it. */
    void rename(String from, String to) throws IOException;

    void delete(String name) throws IOException;

    /** Makes the names in a folder durable; {@code ""} is the data folder itself. */
    void forceDir(String dir) throws IOException;

    /**
     * Keeps other processes away from the folder until the result is closed or this process ends.
     *
     * @throws FolderRefusedException when another one holds it
     */
    AutoCloseable lock() throws IOException;

    /** Replaces a small file as a whole: after a crash at any point it holds the old content or the new one. */
    default void replace(String name, ByteBuffer content) throws IOException {
        String draft = name + ".tmp";
        try (File file = open(draft)) {
            file.truncate(0);
            file.write(content, 0);
            file.force();
        }
        rename(draft, name);
        forceDir(name.substring(0, Math.max(0, name.lastIndexOf('/'))));
    }

    /** The whole of a small file. */
    default ByteBuffer content(String name) throws IOException {
        try (File file = open(name)) {
            ByteBuffer content = ByteBuffer.allocate(Math.toIntExact(file.size()));
            file.readFully(content, 0);
            return content.flip();
        }
    }
}
