package io.balsa.storage.ballot;

import io.balsa.model.Invariant;
import io.balsa.storage.CorruptionException;
import io.balsa.storage.Disk;
import io.balsa.storage.FolderRefusedException;
import io.balsa.storage.Identity;
import io.balsa.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Keeps the {@link Ballot} in the file {@code ballot}, all of it in one atomic, checksummed, synced write: term and
 * vote are never apart, and nothing that depends on them may be said before {@link #save} has returned.
 *
 * <pre>
 * int   magic
 * int   checksum   CRC32C of what follows
 * int   format version
 * ...              the ballot
 * </pre>
 */
public final class BallotBox {
    /** Its name in the data folder. */
    public static final String FILE = "ballot";

    private static final int MAGIC = 0x42414C54;
    private static final int CHECKED_FROM = 8;
    private static final int HEADER = 12;

    private final Disk disk;
    private Ballot current;
    private StorageException failure;

    private BallotBox(Disk disk, Ballot current) {
        this.disk = disk;
        this.current = current;
    }

    /** A box for a folder that is just being made. */
    public static BallotBox create(Disk disk) {
        BallotBox box = new BallotBox(disk, Ballot.BLANK);
        box.write(Ballot.BLANK);
        return box;
    }

    /**
     * Opens the box and writes its content once more: what was read may have been in the system's cache alone.
     *
     * @throws CorruptionException when the file is missing or damaged: the server may have forgotten a vote
     */
    public static BallotBox reopen(Disk disk) throws IOException {
        BallotBox box = new BallotBox(disk, read(disk));
        box.write(box.current);
        return box;
    }

    /**
     * @throws CorruptionException as {@link #reopen}
     */
    public static Ballot read(Disk disk) throws IOException {
        if (!disk.exists(FILE)) {
            throw new CorruptionException(FILE, 0, "the file is missing; a vote may be forgotten");
        }
        ByteBuffer in = disk.content(FILE);
        if (in.remaining() < HEADER || in.getInt() != MAGIC) {
            throw new CorruptionException(FILE, 0, "this is not a ballot");
        }
        if (in.getInt() != checksum(in.slice())) {
            throw new CorruptionException(FILE, CHECKED_FROM, "the checksum does not match");
        }
        int version = in.getInt();
        if (version > Identity.FORMAT_VERSION) {
            throw new FolderRefusedException("the ballot was written by a newer version (format " + version + ")");
        }
        try {
            return Ballot.decode(in);
        } catch (IllegalArgumentException e) {
            throw new CorruptionException(FILE, HEADER, e.getMessage());
        }
    }

    public Ballot current() {
        return current;
    }

    /**
     * Puts another ballot in place of the current one; durable on return.
     *
     * @throws StorageException when it could not be written; then the box is closed for ever
     */
    public void save(Ballot next) {
        Invariant.check(next.currentTerm() >= current.currentTerm(), "%s would take back %s", next, current);
        boolean voteStands = next.currentTerm() > current.currentTerm()
                || current.votedFor().isEmpty()
                || current.votedFor().equals(next.votedFor());
        Invariant.check(voteStands, "%s would change the vote of %s", next, current);
        write(next);
        current = next;
    }

    private void write(Ballot next) {
        if (failure != null) {
            throw failure;
        }
        ByteBuffer content = next.encode();
        ByteBuffer out = ByteBuffer.allocate(HEADER + content.remaining());
        out.putInt(MAGIC).putInt(0).putInt(Identity.FORMAT_VERSION).put(content).flip();
        out.putInt(4, checksum(out.slice(CHECKED_FROM, out.limit() - CHECKED_FROM)));
        try {
            disk.replace(FILE, out);
        } catch (IOException e) {
            failure = new StorageException("cannot save term and vote", e);
            throw failure;
        }
    }

    private static int checksum(ByteBuffer content) {
        CRC32C crc = new CRC32C();
        crc.update(content);
        return (int) crc.getValue();
    }
}
