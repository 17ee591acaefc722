package io.balsa.storage.ballot;

import io.balsa.model.NodeId;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a server has promised in elections (Figure 2, persistent state).
 *
 * @param currentTerm latest term this server has seen; 0 before the first
 * @param votedFor candidate that got its vote in that term
 * @param storageIds the data folder each peer had when it was first met: under the same name with another folder it may
 *     have forgotten what it promised
 */
public record Ballot(long currentTerm, Optional<NodeId> votedFor, SortedMap<NodeId, Long> storageIds) {
    /** Of a server that has not promised anything. */
    public static final Ballot BLANK = new Ballot(0, Optional.empty(), Collections.emptySortedMap());

    public Ballot {
        storageIds = Collections.unmodifiableSortedMap(new TreeMap<>(storageIds));
    }

    /** Big endian: term, vote (an empty name for none), number of peers, and each with its storage id. */
    ByteBuffer encode() {
        int names = 66 + storageIds.size() * (1 + 64 + 8);
        ByteBuffer out = ByteBuffer.allocate(8 + names + 4);
        out.putLong(currentTerm);
        putName(votedFor.map(NodeId::name).orElse(""), out);
        out.putInt(storageIds.size());
        storageIds.forEach((node, id) -> {
            putName(node.name(), out);
            out.putLong(id);
        });
        return out.flip();
    }

    /**
     * @throws IllegalArgumentException when the bytes are not a ballot
     */
    static Ballot decode(ByteBuffer in) {
        try {
            long term = in.getLong();
            String vote = name(in);
            SortedMap<NodeId, Long> ids = new TreeMap<>();
            for (int left = in.getInt(); left > 0; left--) {
                ids.put(NodeId.of(name(in)), in.getLong());
            }
            return new Ballot(term, vote.isEmpty() ? Optional.empty() : Optional.of(NodeId.of(vote)), ids);
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("a ballot that ends too early", e);
        }
    }

    private static void putName(String name, ByteBuffer out) {
        byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        out.put((byte) bytes.length).put(bytes);
    }

    private static String name(ByteBuffer in) {
        byte[] bytes = new byte[in.get() & 0x7F];
        in.get(bytes);
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}
