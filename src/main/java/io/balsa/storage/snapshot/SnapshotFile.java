package io.balsa.storage.snapshot;

import io.balsa.model.EntryId;
import io.balsa.model.Invariant;
import io.balsa.model.Snapshot;
import io.balsa.storage.CorruptionException;
import io.balsa.storage.Disk;
import io.balsa.storage.FolderRefusedException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * A snapshot on disk, as its header and its end describe it.
 *
 * <pre>
 * header             {@link SnapshotHeader}
 * sessions           as many bytes as the end says
 * machine            as many bytes as the end says
 * long  sessions     how many bytes the sessions have
 * long  machine      how many bytes the machine has
 * int   checksum     CRC32C of all before it
 * </pre>
 *
 * @param name relative to the data folder
 * @param snapshot what it says of itself
 * @param bytes of the whole file
 * @param head bytes of the header
 * @param sessions bytes of the sessions
 * @param machine bytes of the state machine
 */
public record SnapshotFile(String name, Snapshot snapshot, long bytes, int head, long sessions, long machine) {
    static final String FOLDER = "snapshot";

    /** What stands behind the machine. */
    static final int END = 2 * Long.BYTES + Integer.BYTES;

    private static final int PIECE = 256 << 10;
    private static final Pattern NAME = Pattern.compile("(\\d{20})-(\\d{20})\\.snapshot");

    static String name(EntryId last) {
        return String.format("%s/%020d-%020d.snapshot", FOLDER, last.index(), last.term());
    }

    /** The last included entry that a plain name tells; none when it is not the name of a snapshot. */
    static Optional<EntryId> named(String plain) {
        Matcher matcher = NAME.matcher(plain);
        try {
            return matcher.matches()
                    ? Optional.of(new EntryId(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2))))
                    : Optional.empty();
        } catch (NumberFormatException tooLarge) {
            return Optional.empty();
        }
    }

    /**
     * Looks at the beginning and the end of a file.
     *
     * @throws CorruptionException when they are damaged
     * @throws FolderRefusedException when a newer version wrote it
     */
    static SnapshotFile describe(Disk disk, String name) throws IOException {
        try (Disk.File file = disk.open(name)) {
            ByteBuffer start = read(file, 0, SnapshotHeader.START);
            byte[] head = read(file, 0, SnapshotHeader.sizeOf(name, start)).array();
            Snapshot snapshot = SnapshotHeader.decode(name, head).snapshot();
            ByteBuffer end = read(file, Math.max(0, file.size() - END), END);
            boolean whole = end.limit() == END;
            long sessions = whole ? end.getLong(0) : -1;
            long machine = whole ? end.getLong(Long.BYTES) : -1;
            if (sessions < 0 || machine < 0 || head.length + sessions + machine + END != file.size()) {
                throw new CorruptionException(name, file.size(), "the file does not end as a snapshot does");
            }
            return new SnapshotFile(name, snapshot, file.size(), head.length, sessions, machine);
        }
    }

    /** Whose state a file holds, if it is a snapshot. */
    static SnapshotHeader header(Disk disk, String name) throws IOException {
        try (Disk.File file = disk.open(name)) {
            ByteBuffer start = read(file, 0, SnapshotHeader.START);
            byte[] head = read(file, 0, SnapshotHeader.sizeOf(name, start)).array();
            return SnapshotHeader.decode(name, head);
        }
    }

    /**
     * Reads the whole file, a piece at a time.
     *
     * @throws CorruptionException when it is not what was once written
     */
    void verify(Disk disk) throws IOException {
        CRC32C crc = new CRC32C();
        try (Disk.File file = disk.open(name)) {
            long checked = bytes - Integer.BYTES;
            for (long at = 0; at < checked; at += PIECE) {
                ByteBuffer piece = read(file, at, (int) Math.min(PIECE, checked - at));
                crc.update(piece);
            }
            ByteBuffer checksum = read(file, checked, Integer.BYTES);
            if (checksum.limit() < Integer.BYTES || checksum.getInt(0) != (int) crc.getValue()) {
                throw new CorruptionException(name, checked, "the checksum of the snapshot does not match");
            }
        }
    }

    /**
     * Hands out the two parts, each as a stream that ends where the part does; the file must have been verified.
     *
     * @throws IOException when the disk fails, or one of the two does not take what it is given, or not all of it
     */
    void read(Disk disk, SnapshotPart.Reader sessionsTo, SnapshotPart.Reader machineTo) throws IOException {
        try (Disk.File file = disk.open(name)) {
            handOut(file, head, sessions, sessionsTo);
            handOut(file, head + sessions, machine, machineTo);
        }
    }

    /** The sessions as they stand in the file. */
    SnapshotPart sessionsOn(Disk disk) {
        return out -> copy(disk, head, sessions, out);
    }

    /** The state machine as it stands in the file. */
    SnapshotPart machineOn(Disk disk) {
        return out -> copy(disk, head + sessions, machine, out);
    }

    private void copy(Disk disk, long from, long length, OutputStream out) throws IOException {
        try (Disk.File file = disk.open(name)) {
            new PartInput(file, from, length).transferTo(out);
        }
    }

    private static void handOut(Disk.File file, long from, long length, SnapshotPart.Reader to) throws IOException {
        PartInput in = new PartInput(file, from, length);
        to.read(in);
        Invariant.check(in.left() == 0, "of %s bytes %s were not taken", length, in.left());
    }

    static ByteBuffer read(Disk.File file, long from, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        file.readFully(bytes, from);
        return bytes.flip();
    }
}
