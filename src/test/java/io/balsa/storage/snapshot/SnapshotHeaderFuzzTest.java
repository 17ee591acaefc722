package io.balsa.storage.snapshot;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.balsa.fuzz.Mutations;
import io.balsa.model.Configuration;
import io.balsa.model.EntryId;
import io.balsa.model.LogEntry;
import io.balsa.model.NodeId;
import io.balsa.model.Payload;
import io.balsa.model.Snapshot;
import io.balsa.storage.CorruptionException;
import io.balsa.storage.FolderRefusedException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/** The head of a snapshot, which a leader may have sent: it is read, or is corrupt, or of a newer version. */
final class SnapshotHeaderFuzzTest {
    private static final int CHECKSUM = 4;
    private static final int CHECKED = 8;

    @MethodSource("seeds")
    @FuzzTest
    void read(byte[] bytes) {
        byte[] header = sealed(bytes);
        try {
            SnapshotHeader.sizeOf("file", ByteBuffer.wrap(header));
            SnapshotHeader.decode("file", header);
        } catch (CorruptionException | FolderRefusedException refused) {
            // As it should be.
        }
    }

    static List<byte[]> seeds() {
        TreeMap<NodeId, String> members = new TreeMap<>();
        members.put(NodeId.of("n1"), "pekko://raft@127.0.0.1:7051/user/raft");
        Payload payload = new Payload.Reconfigure(Configuration.of(members));
        LogEntry configuration = new LogEntry(new EntryId(2, 1), 5, payload);
        Snapshot snapshot = new Snapshot(new EntryId(7, 3), 5, configuration);
        return List.of(new SnapshotHeader("c", "main", snapshot).encode());
    }

    @Test
    void nearlyRight() {
        Mutations.feed(getClass(), seeds(), this::read);
    }

    /** With the right checksum, which by chance it would never have; a file that is shorter is found out before. */
    private static byte[] sealed(byte[] bytes) {
        byte[] header = Arrays.copyOf(bytes, Math.max(bytes.length, SnapshotHeader.START + Integer.BYTES));
        CRC32C checksum = new CRC32C();
        checksum.update(header, CHECKED, header.length - CHECKED);
        ByteBuffer.wrap(header).putInt(CHECKSUM, (int) checksum.getValue());
        return header;
    }
}
