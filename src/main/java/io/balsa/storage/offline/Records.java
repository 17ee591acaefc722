package io.balsa.storage.offline;

import io.balsa.storage.CorruptionException;
import io.balsa.storage.Disk;
import io.balsa.storage.FolderRefusedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * A file of records behind each other, written or read once from its beginning to its end.
 *
 * <pre>
 * int   magic
 * int   format version
 * then records, each
 *   byte  kind
 *   int   length      of the content
 *   int   checksum    CRC32C of the record's number, kind, length and content
 *   ...               content
 * </pre>
 *
 * <p>Numbers start at 0, so that a record that is missing, doubled or in another place is noticed.
 */
final class Records {
    private static final int MAGIC = 0x4242414B;
    private static final int VERSION = 1;
    private static final int START = 8;
    private static final int HEAD = 9;
    private static final int LONGEST = 1 << 28;

    private final String name;
    private final Disk.File file;
    private long at = START;
    private int number;

    /** A kind and what is in it. */
    record Part(byte kind, byte[] content) {}

    private Records(String name, Disk.File file) {
        this.name = name;
        this.file = file;
    }

    /** Begins a file anew. */
    static Records begin(String name, Disk.File file) throws IOException {
        file.truncate(0);
        file.write(ByteBuffer.allocate(START).putInt(MAGIC).putInt(VERSION).flip(), 0);
        return new Records(name, file);
    }

    /**
     * Begins to read a file.
     *
     * @throws CorruptionException when it is no such file
     * @throws FolderRefusedException when a newer version wrote it
     */
    static Records of(String name, Disk.File file) throws IOException {
        ByteBuffer start = ByteBuffer.allocate(START);
        file.readFully(start, 0);
        if (start.hasRemaining() || start.getInt(0) != MAGIC) {
            throw new CorruptionException(name, 0, "this is not a backup");
        }
        int version = start.getInt(4);
        if (version > VERSION) {
            throw new FolderRefusedException(name + " was written by a newer version (format " + version + ")");
        }
        if (version < VERSION) {
            throw new CorruptionException(name, 4, "there is no format " + version);
        }
        return new Records(name, file);
    }

    /** How far it was written or read, in bytes. */
    long at() {
        return at;
    }

    void write(byte kind, byte[] content) throws IOException {
        ByteBuffer out = ByteBuffer.allocate(HEAD + content.length);
        out.put(kind).putInt(content.length).putInt(checksum(kind, content)).put(content);
        file.write(out.flip(), at);
        at += out.limit();
        number++;
    }

    /**
     * @throws CorruptionException when it is damaged, or there is none
     */
    Part next() throws IOException {
        ByteBuffer head = ByteBuffer.allocate(HEAD);
        file.readFully(head, at);
        check(!head.hasRemaining(), "it ends too early");
        int length = head.getInt(1);
        check(length >= 0 && length <= LONGEST && at + HEAD + length <= file.size(), "it ends within a record");
        ByteBuffer content = ByteBuffer.allocate(length);
        file.readFully(content, at + HEAD);
        byte kind = head.get(0);
        check(checksum(kind, content.array()) == head.getInt(5), "the checksum of a record does not match");
        at += HEAD + length;
        number++;
        return new Part(kind, content.array());
    }

    /**
     * @throws CorruptionException naming the place behind what was read, unless it is sound
     */
    void check(boolean sound, String reason) {
        if (!sound) {
            throw new CorruptionException(name, at, reason);
        }
    }

    private int checksum(byte kind, byte[] content) {
        CRC32C crc = new CRC32C();
        ByteBuffer head = ByteBuffer.allocate(HEAD);
        crc.update(head.putInt(number).put(kind).putInt(content.length).flip());
        crc.update(content);
        return (int) crc.getValue();
    }
}
