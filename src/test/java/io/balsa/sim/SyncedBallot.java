package io.balsa.sim;

import io.balsa.model.NodeId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The term and vote that a power cut would leave, read off the bytes by themselves: magic, checksum and version in 12
 * bytes, the term in 8, the vote's length in one, and its letters.
 */
record SyncedBallot(long currentTerm, Optional<NodeId> votedFor) {
    private static final SyncedBallot BLANK = new SyncedBallot(0, Optional.empty());
    private static final int HEADER = 12;

    static SyncedBallot on(SimDisk disk) {
        return disk.synced("ballot").map(SyncedBallot::read).orElse(BLANK);
    }

    private static SyncedBallot read(byte[] bytes) {
        if (bytes.length <= HEADER) {
            return BLANK;
        }
        ByteBuffer in = ByteBuffer.wrap(bytes).position(HEADER);
        long term = in.getLong();
        byte[] name = new byte[in.get()];
        in.get(name);
        String vote = new String(name, StandardCharsets.US_ASCII);
        return new SyncedBallot(term, vote.isEmpty() ? Optional.empty() : Optional.of(NodeId.of(vote)));
    }
}
