package io.balsa.machine;

import io.balsa.protocol.reply.ClientReply.Status;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * What one client may still ask for again: the replies to its commands, in the order of their sequences (§8).
 *
 * <p>Memory is held for replies, not for the window: a client that leaves gaps costs nothing for them.
 */
final class Session {
    private static final int FEW = 8;

    /** Room for so many is not given back. */
    private static final int KEPT_ROOM = 256;

    /** What a kept reply costs besides its bytes. */
    private static final long OVERHEAD = 40;

    private final int window;
    private final long expireAfter;
    private long usedAt;
    /** No reply below this sequence is kept, or will be asked for. */
    private long floor = 1;

    /** The kept ones are those from {@code head} (inclusive) to {@code end} (exclusive), ascending. */
    private long[] sequences = new long[FEW];

    private long[] indexes = new long[FEW];
    private byte[][] replies = new byte[FEW][];
    private int head;
    private int end;
    private long bytes;

    /**
     * @param window how many sequences from the floor on may be used; at least one
     * @param expireAfter how much log time may pass between two uses, ms
     * @param usedAt log time, ms
     */
    Session(int window, long expireAfter, long usedAt) {
        this.window = Math.max(1, window);
        this.expireAfter = expireAfter;
        this.usedAt = usedAt;
    }

    void usedAt(long time) {
        usedAt = time;
    }

    /** Whether it has been left unused for too long at this log time. */
    boolean isExpired(long time) {
        return time - usedAt > expireAfter;
    }

    /** For how many replies there is memory, used or not. */
    int room() {
        return sequences.length;
    }

    /** What the kept replies hold, in bytes. */
    long bytes() {
        return bytes;
    }

    /** Forgets all replies below {@code firstUnacknowledged}; they were received. Returns their bytes. */
    long settle(long firstUnacknowledged) {
        if (firstUnacknowledged <= floor) {
            return 0;
        }
        long before = bytes;
        floor = firstUnacknowledged;
        while (head < end && sequences[head] < floor) {
            bytes -= OVERHEAD + replies[head].length;
            replies[head++] = null;
        }
        if (head == end) {
            head = 0;
            end = 0;
            shrink();
        }
        return before - bytes;
    }

    /** A burst long past must not cost memory for as long as the session lives. */
    private void shrink() {
        if (sequences.length > KEPT_ROOM) {
            sequences = new long[FEW];
            indexes = new long[FEW];
            replies = new byte[FEW][];
        }
    }

    /** Whether the reply to this sequence was received, and is therefore no longer kept. */
    boolean isSettled(long sequence) {
        return sequence < floor;
    }

    /** Whether so many sequences below this one are still in use that it must wait. */
    boolean isBeyondWindow(long sequence) {
        return sequence - floor >= window;
    }

    /** Where the reply to this sequence is kept; negative when it is not. */
    int find(long sequence) {
        boolean newest = head == end || sequence > sequences[end - 1];
        return newest ? -end - 1 : Arrays.binarySearch(sequences, head, end, sequence);
    }

    /** The outcome kept at a place that {@link #find} told. */
    Outcome kept(int place) {
        return new Outcome(Status.DONE, indexes[place], replies[place]);
    }

    /** Keeps a reply where {@link #find} did not find one. Returns what that costs, in bytes. */
    long keep(long sequence, Outcome outcome) {
        if (end == sequences.length) {
            makeRoom();
        }
        int place = -find(sequence) - 1;
        int later = end - place;
        System.arraycopy(sequences, place, sequences, place + 1, later);
        System.arraycopy(indexes, place, indexes, place + 1, later);
        System.arraycopy(replies, place, replies, place + 1, later);
        sequences[place] = sequence;
        indexes[place] = outcome.index();
        replies[place] = outcome.reply();
        end++;
        long cost = OVERHEAD + outcome.reply().length;
        bytes += cost;
        return cost;
    }

    /** Another session with what this one keeps; replies never change, and are shared. */
    Session copy() {
        Session copy = new Session(window, expireAfter, usedAt);
        copy.floor = floor;
        copy.sequences = Arrays.copyOfRange(sequences, head, Math.max(end, head + 1));
        copy.indexes = Arrays.copyOfRange(indexes, head, Math.max(end, head + 1));
        copy.replies = Arrays.copyOfRange(replies, head, Math.max(end, head + 1));
        copy.end = end - head;
        copy.bytes = bytes;
        return copy;
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(window);
        out.writeLong(expireAfter);
        out.writeLong(usedAt);
        out.writeLong(floor);
        out.writeInt(end - head);
        for (int i = head; i < end; i++) {
            out.writeLong(sequences[i]);
            out.writeLong(indexes[i]);
            out.writeInt(replies[i].length);
            out.write(replies[i]);
        }
    }

    static Session read(DataInput in) throws IOException {
        Session session = new Session(in.readInt(), in.readLong(), in.readLong());
        session.floor = in.readLong();
        for (int left = in.readInt(); left > 0; left--) {
            long sequence = in.readLong();
            long index = in.readLong();
            session.keep(sequence, Outcome.done(index, readReply(in)));
        }
        return session;
    }

    private static byte[] readReply(DataInput in) throws IOException {
        int length = in.readInt();
        if (length < 0) {
            throw new IOException("a reply of " + length + " bytes");
        }
        byte[] reply = new byte[length];
        in.readFully(reply);
        return reply;
    }

    private int room(int kept) {
        int room = sequences.length;
        if (kept > room / 2) {
            return 2 * room;
        }
        return kept < room / 8 && room > KEPT_ROOM ? room / 2 : room;
    }

    /** Moves the kept to the front when that frees half of the room, else into a larger one, or a smaller. */
    private void makeRoom() {
        int kept = end - head;
        int room = room(kept);
        sequences = Arrays.copyOfRange(sequences, head, head + room);
        indexes = Arrays.copyOfRange(indexes, head, head + room);
        replies = Arrays.copyOfRange(replies, head, head + room);
        head = 0;
        end = kept;
    }
}
