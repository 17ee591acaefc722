package io.balsa.storage.snapshot;

import io.balsa.storage.Disk;
import io.balsa.storage.StorageFullException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.zip.CRC32C;

/** A snapshot file that is being written, piece by piece; nobody counts on it yet. */
final class Draft extends OutputStream {
    private static final int PIECE = 256 << 10;

    /** What is left free for the files that a server cannot live without. */
    private static final long RESERVE = 2 << 20;

    private final Disk disk;
    private final SteadyFile file;
    private final CRC32C crc = new CRC32C();
    private final ByteBuffer piece = ByteBuffer.allocate(PIECE);

    Draft(Disk disk, Disk.File file) {
        this.disk = disk;
        this.file = new SteadyFile(file);
    }

    /** How many bytes were written so far. */
    long length() {
        return file.position() + piece.position();
    }

    @Override
    public void write(int octet) throws IOException {
        if (!piece.hasRemaining()) {
            pour();
        }
        piece.put((byte) octet);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        int at = offset;
        while (at < offset + length) {
            if (!piece.hasRemaining()) {
                pour();
            }
            int fits = Math.min(piece.remaining(), offset + length - at);
            piece.put(bytes, at, fits);
            at += fits;
        }
    }

    /** Writes the checksum of all that was written, and makes the file durable. */
    void seal() throws IOException {
        pour();
        piece.putInt((int) crc.getValue());
        pour();
        file.force();
    }

    /** Nobody waits for what is still in memory here. */
    @Override
    public void flush() {}

    private void pour() throws IOException {
        piece.flip();
        requireRoom(disk, piece.remaining());
        crc.update(piece.duplicate());
        file.write(piece);
        piece.clear();
    }

    /**
     * @throws StorageFullException when so much more would leave no room for the small files
     */
    static void requireRoom(Disk disk, int bytes) throws IOException {
        if (disk.room() < bytes + RESERVE) {
            throw new StorageFullException("no room for a snapshot");
        }
    }
}
