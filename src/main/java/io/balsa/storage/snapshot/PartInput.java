package io.balsa.storage.snapshot;

import io.balsa.storage.Disk;
import io.balsa.storage.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/** A stretch of a file as a stream, read ahead by a piece of fixed size. */
final class PartInput extends InputStream {
    private final Disk.File file;
    private final ByteBuffer piece = ByteBuffer.allocate(64 << 10).limit(0);
    private long position;
    private long unread;

    PartInput(Disk.File file, long from, long length) {
        this.file = file;
        this.position = from;
        this.unread = length;
    }

    /** How many bytes have not been taken. */
    long left() {
        return unread + piece.remaining();
    }

    @Override
    public int read() throws IOException {
        return load() ? piece.get() & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        if (!load()) {
            return -1;
        }
        int taken = Math.min(length, piece.remaining());
        piece.get(target, offset, taken);
        return taken;
    }

    /** A disk that fails is no fault of those who read. */
    private void fill() {
        try {
            file.readFully(piece, position);
        } catch (IOException e) {
            throw new StorageException("cannot read a snapshot", e);
        }
        piece.flip();
    }

    private boolean load() throws IOException {
        if (!piece.hasRemaining() && unread > 0) {
            piece.clear().limit((int) Math.min(piece.capacity(), unread));
            int wanted = piece.remaining();
            fill();
            if (piece.remaining() < wanted) {
                throw new IOException("the file ends at byte " + (position + piece.remaining()));
            }
            position += wanted;
            unread -= wanted;
        }
        return piece.hasRemaining();
    }
}
