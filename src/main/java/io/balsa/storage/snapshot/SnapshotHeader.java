package io.balsa.storage.snapshot;

import io.balsa.model.CorruptEntryException;
import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import io.balsa.model.Snapshot;
import io.balsa.storage.CorruptionException;
import io.balsa.storage.FolderRefusedException;
import io.balsa.storage.Identity;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * The head of a snapshot file: whose state it is, and up to where.
 *
 * <pre>
 * int   magic
 * int   checksum     CRC32C of the rest of the header
 * int   size         of the header
 * int   format version
 * int   length, and the cluster id in UTF-8
 * int   length, and the group in UTF-8
 * long  index        of the last included entry
 * long  term         of the last included entry
 * long  time         log time of the last included entry, ms
 * int   length, and the newest included entry with a configuration, encoded as in the log
 * </pre>
 */
record SnapshotHeader(String clusterId, String group, Snapshot snapshot) {
    /** Up to where the size can be read. */
    static final int START = 12;

    private static final int MAGIC = 0x42534E50;
    private static final int CHECKED_FROM = 8;
    private static final int LARGEST = 1 << 20;

    byte[] encode() {
        byte[] cluster = clusterId.getBytes(StandardCharsets.UTF_8);
        byte[] name = group.getBytes(StandardCharsets.UTF_8);
        byte[] entry = Entries.of(snapshot.configuration()).toByteArray();
        int size = START + 4 * Integer.BYTES + 3 * Long.BYTES + cluster.length + name.length + entry.length;
        ByteBuffer out = ByteBuffer.allocate(size);
        out.putInt(MAGIC).putInt(0).putInt(size).putInt(Identity.FORMAT_VERSION);
        put(out, cluster);
        put(out, name);
        out.putLong(snapshot.last().index()).putLong(snapshot.last().term()).putLong(snapshot.time());
        put(out, entry);
        out.putInt(4, checksum(out.array()));
        return out.array();
    }

    /**
     * How long the header is that begins with these bytes.
     *
     * @throws CorruptionException when none does
     */
    static int sizeOf(String file, ByteBuffer start) {
        boolean sound = start.limit() >= START && start.getInt(0) == MAGIC;
        int size = sound ? start.getInt(8) : 0;
        if (size < START + Integer.BYTES || size > LARGEST) {
            throw new CorruptionException(file, 0, "this is not a snapshot");
        }
        return size;
    }

    /**
     * @throws CorruptionException when it is damaged
     * @throws FolderRefusedException when a newer version wrote it
     */
    static SnapshotHeader decode(String file, byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (in.getInt(4) != checksum(bytes)) {
            throw new CorruptionException(file, CHECKED_FROM, "the checksum of the header does not match");
        }
        int version = in.position(START).getInt();
        if (version > Identity.FORMAT_VERSION) {
            throw new FolderRefusedException(file + " was written by a newer version (format " + version + ")");
        }
        try {
            String clusterId = text(in);
            String group = text(in);
            EntryId last = new EntryId(in.getLong(), in.getLong());
            long time = in.getLong();
            Entries configuration = Entries.decode(block(in));
            if (configuration.isEmpty()) {
                throw new IllegalArgumentException("it holds no configuration");
            }
            Snapshot snapshot = new Snapshot(
                    last, time, configuration.entry(configuration.first().index()));
            return new SnapshotHeader(clusterId, group, snapshot);
        } catch (BufferUnderflowException | IllegalArgumentException | CorruptEntryException e) {
            throw new CorruptionException(file, in.position(), "the header makes no sense: " + e.getMessage());
        }
    }

    private static void put(ByteBuffer out, byte[] bytes) {
        out.putInt(bytes.length).put(bytes);
    }

    private static String text(ByteBuffer in) {
        return new String(block(in), StandardCharsets.UTF_8);
    }

    private static byte[] block(ByteBuffer in) {
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    private static int checksum(byte[] header) {
        CRC32C crc = new CRC32C();
        crc.update(header, CHECKED_FROM, header.length - CHECKED_FROM);
        return (int) crc.getValue();
    }
}
