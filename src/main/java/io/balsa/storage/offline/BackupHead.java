package io.balsa.storage.offline;

import io.balsa.model.EntryId;
import io.balsa.model.NodeId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * What a backup says of itself.
 *
 * @param cluster of the folder it was taken from; so are group and node
 * @param term the server's current term then
 * @param base the entry before the first one
 * @param last the newest entry
 */
public record BackupHead(String cluster, String group, NodeId node, long term, EntryId base, EntryId last) {

    byte[] encode() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeUTF(cluster);
            out.writeUTF(group);
            out.writeUTF(node.name());
            out.writeLong(term);
            write(base, out);
            write(last, out);
        }
        return bytes.toByteArray();
    }

    private static void write(EntryId id, DataOutputStream out) throws IOException {
        out.writeLong(id.index());
        out.writeLong(id.term());
    }

    /**
     * @throws IOException when the bytes end too early
     * @throws IllegalArgumentException when they are no head
     */
    static BackupHead decode(byte[] bytes) throws IOException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            return new BackupHead(
                    in.readUTF(),
                    in.readUTF(),
                    NodeId.of(in.readUTF()),
                    in.readLong(),
                    new EntryId(in.readLong(), in.readLong()),
                    new EntryId(in.readLong(), in.readLong()));
        }
    }
}
