package io.balsa.kv;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * The key-value machine's state as bytes, the same for the same state: a magic number, how many pairs, the pairs in
 * order, and the CRC32C of all that. Big endian.
 */
final class KvSnapshot {
    /** "bKV" and the version of the format. */
    private static final int MAGIC = 0x624B5601;

    private KvSnapshot() {}

    static void write(Store.Frozen frozen, OutputStream to) throws IOException {
        CheckedOutputStream checked = new CheckedOutputStream(to, new CRC32C());
        DataOutputStream out = new DataOutputStream(checked);
        out.writeInt(MAGIC);
        out.writeInt(frozen.size());
        for (KvReply.Pair pair : frozen.pairs()) {
            write(pair.key(), out);
            write(pair.value(), out);
        }
        out.writeLong(checked.getChecksum().getValue());
        out.flush();
    }

    /**
     * Reads exactly what {@link #write} wrote.
     *
     * @throws IOException when it is damaged or cut short
     */
    static Store read(InputStream from) throws IOException {
        CheckedInputStream checked = new CheckedInputStream(from, new CRC32C());
        DataInputStream in = new DataInputStream(checked);
        if (in.readInt() != MAGIC) {
            throw new IOException("no snapshot of this version of the key-value machine");
        }
        Store store = new Store();
        int size = in.readInt();
        for (int i = 0; i < size; i++) {
            store.put(readText(in), readText(in));
        }
        long expected = checked.getChecksum().getValue();
        if (in.readLong() != expected || store.size() != size) {
            throw new IOException("the snapshot of the key-value machine is damaged: its checksum does not match");
        }
        return store;
    }

    private static void write(byte[] text, DataOutputStream out) throws IOException {
        out.writeInt(text.length);
        out.write(text);
    }

    /** Takes memory only for bytes that are there, however large a damaged length claims to be. */
    private static byte[] readText(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0) {
            throw new IOException("the snapshot of the key-value machine is damaged: a length of " + length);
        }
        byte[] text = in.readNBytes(length);
        if (text.length < length) {
            throw new EOFException("the snapshot of the key-value machine ends too early");
        }
        return text;
    }
}
