package io.balsa.protocol;

import io.balsa.model.EntryId;
import io.balsa.model.Sender;
import java.util.zip.CRC32C;

/**
 * Invoked by the leader to send chunks of a snapshot to a follower that needs entries which the leader's log no longer
 * holds (§7, Figure 13).
 */
public final class InstallSnapshot {
    private InstallSnapshot() {}

    /**
     * @param term the leader's term
     * @param snapshot the last included entry: {@code lastIncludedIndex} and {@code lastIncludedTerm}
     * @param offset of the chunk in the snapshot's file, bytes
     * @param data the chunk, as it stands in the file
     * @param checksum of the chunk: see {@link #checksum}
     * @param done whether it is the last one
     */
    public record Request(
            Sender sender, long term, EntryId snapshot, long offset, byte[] data, int checksum, boolean done)
            implements Rpc.Request {}

    /**
     * @param term that of the request, or the newer one for which it is refused
     * @param snapshot echoes the request
     * @param offset how much of the snapshot the follower has: the chunk it needs next begins there
     * @param state what became of the chunk
     */
    public record Response(Sender sender, long term, EntryId snapshot, long offset, State state)
            implements Rpc.Response {}

    /** What a follower says of a snapshot that is being sent to it. */
    public enum State {
        /** The chunk has been taken. */
        TAKEN,
        /** The chunk was not the next one, was damaged, or found no room. */
        MISSED,
        /** Everything up to the last included entry is on the follower's synced disk. */
        INSTALLED
    }

    /** CRC32C of a chunk. */
    public static int checksum(byte[] data) {
        CRC32C crc = new CRC32C();
        crc.update(data);
        return (int) crc.getValue();
    }
}
