package io.balsa.model;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.balsa.fuzz.Mutations;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/** Records of the log, which come from a disk or over the network: each is read, or is corrupt. */
final class EntriesFuzzTest {
    private static final int SIZE = 0;
    private static final int CHECKSUM = 4;
    private static final int CHECKED = 8;

    @MethodSource("seeds")
    @FuzzTest
    void read(byte[] block) {
        decode(block);
        decode(sealed(block));
        decode(Entries.validPrefix(block).toByteArray());
    }

    static List<byte[]> seeds() {
        TreeMap<NodeId, String> members = new TreeMap<>();
        members.put(NodeId.of("n1"), "pekko://raft@127.0.0.1:7051/user/raft");
        EntryId id = new EntryId(7, 3);
        return List.of(
                block(new LogEntry(id, 5, new Payload.Command(1, 2, 1, new byte[] {1, 2, 3}))),
                block(new LogEntry(id, 5, new Payload.OpenSession(5, 1, 2, 3, 4))),
                block(new LogEntry(id, 5, new Payload.CloseSession(300))),
                block(new LogEntry(id, 5, new Payload.Reconfigure(Configuration.of(members)))),
                block(new LogEntry(id, 5, new Payload.NoOp())));
    }

    @Test
    void nearlyRight() {
        Mutations.feed(getClass(), seeds(), this::read);
    }

    private static byte[] block(LogEntry entry) {
        return Entries.of(entry).toByteArray();
    }

    private static void decode(byte[] block) {
        try {
            Entries.decode(block).toList();
        } catch (CorruptEntryException refused) {
            // As it should be.
        }
    }

    /** With the right size and checksum, which by chance it would never have. */
    private static byte[] sealed(byte[] block) {
        byte[] entry = Arrays.copyOf(block, Math.max(block.length, EntryCodec.HEADER));
        CRC32C checksum = new CRC32C();
        checksum.update(entry, CHECKED, entry.length - CHECKED);
        ByteBuffer.wrap(entry).putInt(SIZE, entry.length).putInt(CHECKSUM, (int) checksum.getValue());
        return entry;
    }
}
