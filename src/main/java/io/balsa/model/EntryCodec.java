package io.balsa.model;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.CRC32C;

/**
 * The one encoding of an entry, from the leader's memory over the wire to every disk; big endian.
 *
 * <pre>
 * int   size      of the whole entry, this field included
 * int   checksum  CRC32C of all that follows
 * long  index
 * long  term
 * long  time      log time, ms
 * byte  kind      see the constants
 * ...             by kind; numbers of sessions as variable-length integers
 * </pre>
 */
final class EntryCodec {
    static final int HEADER = 4 + 4 + 8 + 8 + 8 + 1;
    private static final int CHECKED_FROM = 8;
    private static final int INDEX_AT = 8;
    private static final int TERM_AT = 16;
    private static final int TIME_AT = 24;
    private static final int KIND_AT = 32;

    private static final byte NO_OP = 0;
    private static final byte COMMAND = 1;
    private static final byte OPEN_SESSION = 2;
    private static final byte CLOSE_SESSION = 3;
    private static final byte RECONFIGURE = 4;
    private static final byte OPEN_NAMED_SESSION = 5;
    private static final byte NEWEST_KIND = OPEN_NAMED_SESSION;

    private static final int LONGEST_VARIABLE = 10;

    private EntryCodec() {}

    /** An upper bound of the encoded size, cheap to compute; of a command the size itself. */
    static int bound(Payload payload) {
        if (payload instanceof Payload.Command command) {
            int numbers =
                    sizeOf(command.session()) + sizeOf(command.sequence()) + sizeOf(command.firstUnacknowledged());
            return HEADER + numbers + command.command().length;
        }
        if (payload instanceof Payload.Reconfigure change) {
            return HEADER + bound(change.configuration());
        }
        return HEADER + 5 * LONGEST_VARIABLE;
    }

    /** Writes the entry at the buffer's position, which it moves behind the entry. */
    static void write(LogEntry entry, ByteBuffer out) {
        int start = out.position();
        out.position(start + CHECKED_FROM);
        out.putLong(entry.index()).putLong(entry.term()).putLong(entry.time());
        writePayload(entry.payload(), out);
        out.putInt(start, out.position() - start);
        out.putInt(start + 4, checksum(out.array(), start, out.position() - start));
    }

    /** The size that the entry at {@code at} claims to have, or 0 when there is no room for such an entry. */
    static int sizeAt(ByteBuffer in, int at) {
        int left = in.limit() - at;
        if (left < HEADER) {
            return 0;
        }
        int size = in.getInt(at);
        return size >= HEADER && size <= left ? size : 0;
    }

    /** A checksum only tells that nothing has changed since; who wrote it may have counted as he liked. */
    static boolean isIntactAt(ByteBuffer in, int at, int size) {
        boolean possible = indexAt(in, at) >= 0 && termAt(in, at) >= 0;
        return possible && in.getInt(at + 4) == checksum(in.array(), at, size);
    }

    static long indexAt(ByteBuffer in, int at) {
        return in.getLong(at + INDEX_AT);
    }

    static long termAt(ByteBuffer in, int at) {
        return in.getLong(at + TERM_AT);
    }

    static long timeAt(ByteBuffer in, int at) {
        return in.getLong(at + TIME_AT);
    }

    static boolean isReconfigureAt(ByteBuffer in, int at) {
        return in.get(at + KIND_AT) == RECONFIGURE;
    }

    /**
     * @throws CorruptEntryException when the payload does not make sense
     * @throws UnknownEntryException when it is of a kind that a newer version has added
     */
    static LogEntry read(ByteBuffer block, int at, int size) {
        EntryId id = new EntryId(indexAt(block, at), termAt(block, at));
        ByteBuffer in = block.duplicate().limit(at + size).position(at + KIND_AT);
        if (block.get(at + KIND_AT) > NEWEST_KIND) {
            throw new UnknownEntryException(id, block.get(at + KIND_AT));
        }
        try {
            return new LogEntry(id, block.getLong(at + TIME_AT), readPayload(in));
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new CorruptEntryException("entry " + id + " has a valid checksum but no valid payload", e);
        }
    }

    private static int checksum(byte[] bytes, int start, int size) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, start + CHECKED_FROM, size - CHECKED_FROM);
        return (int) crc.getValue();
    }

    private static void writePayload(Payload payload, ByteBuffer out) {
        if (payload instanceof Payload.Command command) {
            out.put(COMMAND);
            writeNumber(command.session(), out);
            writeNumber(command.sequence(), out);
            writeNumber(command.firstUnacknowledged(), out);
            out.put(command.command());
        } else if (payload instanceof Payload.OpenSession open) {
            writeOpenSession(open, out);
        } else if (payload instanceof Payload.CloseSession close) {
            out.put(CLOSE_SESSION);
            writeNumber(close.session(), out);
        } else if (payload instanceof Payload.Reconfigure change) {
            out.put(RECONFIGURE);
            writeConfiguration(change.configuration(), out);
        } else {
            out.put(NO_OP);
        }
    }

    private static Payload readPayload(ByteBuffer in) {
        byte kind = in.get();
        return switch (kind) {
            case NO_OP -> new Payload.NoOp();
            case COMMAND -> readCommand(in);
            case OPEN_SESSION -> readOpenSession(0, in);
            case OPEN_NAMED_SESSION -> readOpenSession(readNumber(in), in);
            case CLOSE_SESSION -> new Payload.CloseSession(readNumber(in));
            case RECONFIGURE -> new Payload.Reconfigure(readConfiguration(in));
            default -> throw new IllegalArgumentException("unknown kind of entry " + kind);
        };
    }

    private static void writeOpenSession(Payload.OpenSession open, ByteBuffer out) {
        out.put(open.id() == 0 ? OPEN_SESSION : OPEN_NAMED_SESSION);
        if (open.id() != 0) {
            writeNumber(open.id(), out);
        }
        writeNumber(open.maxSessions(), out);
        writeNumber(open.window(), out);
        writeNumber(open.expireAfterMillis(), out);
        writeNumber(open.maxReplyBytes(), out);
    }

    private static Payload readOpenSession(long session, ByteBuffer in) {
        int maxSessions = (int) readNumber(in);
        int window = (int) readNumber(in);
        return in.hasRemaining()
                ? new Payload.OpenSession(session, maxSessions, window, readNumber(in), readNumber(in))
                : new Payload.OpenSession(maxSessions, window);
    }

    private static Payload readCommand(ByteBuffer in) {
        long session = readNumber(in);
        long sequence = readNumber(in);
        long firstUnacknowledged = readNumber(in);
        byte[] command = new byte[in.remaining()];
        in.get(command);
        return new Payload.Command(session, sequence, firstUnacknowledged, command);
    }

    private static int bound(Configuration configuration) {
        int bound = 3 * LONGEST_VARIABLE;
        for (var member : configuration.members().entrySet()) {
            bound += 5 * (LONGEST_VARIABLE + member.getKey().name().length())
                    + 3 * member.getValue().length()
                    + Long.BYTES;
        }
        return bound + 3 * LONGEST_VARIABLE;
    }

    private static void writeConfiguration(Configuration configuration, ByteBuffer out) {
        writeNumber(configuration.members().size(), out);
        configuration.members().forEach((node, address) -> {
            writeText(node.name(), out);
            writeText(address, out);
        });
        writeNodes(configuration.voters(), out);
        writeNodes(configuration.outgoing(), out);
        writeNodes(configuration.leaving(), out);
        writeNumber(configuration.storageIds().size(), out);
        configuration.storageIds().forEach((node, storage) -> {
            writeText(node.name(), out);
            out.putLong(storage);
        });
    }

    private static Configuration readConfiguration(ByteBuffer in) {
        SortedMap<NodeId, String> members = new TreeMap<>();
        for (long left = readNumber(in); left > 0; left--) {
            members.put(NodeId.of(readText(in)), readText(in));
        }
        SortedSet<NodeId> voters = readNodes(in);
        SortedSet<NodeId> outgoing = readNodes(in);
        return in.hasRemaining()
                ? new Configuration(members, voters, outgoing, readNodes(in), readStorageIds(in))
                : new Configuration(members, voters, outgoing); // as long as members could not change
    }

    private static SortedMap<NodeId, Long> readStorageIds(ByteBuffer in) {
        SortedMap<NodeId, Long> storageIds = new TreeMap<>();
        for (long left = readNumber(in); left > 0; left--) {
            storageIds.put(NodeId.of(readText(in)), in.getLong());
        }
        return storageIds;
    }

    private static void writeNodes(SortedSet<NodeId> nodes, ByteBuffer out) {
        writeNumber(nodes.size(), out);
        nodes.forEach(node -> writeText(node.name(), out));
    }

    private static SortedSet<NodeId> readNodes(ByteBuffer in) {
        SortedSet<NodeId> nodes = new TreeSet<>();
        for (long left = readNumber(in); left > 0; left--) {
            nodes.add(NodeId.of(readText(in)));
        }
        return nodes;
    }

    private static void writeText(String text, ByteBuffer out) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        writeNumber(bytes.length, out);
        out.put(bytes);
    }

    private static String readText(ByteBuffer in) {
        long length = readNumber(in);
        if (length < 0 || length > in.remaining()) {
            throw new IllegalArgumentException("a text of " + length + " bytes, with " + in.remaining() + " left");
        }
        byte[] bytes = new byte[(int) length];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Seven bits a byte, lowest first, the high bit set on all but the last. */
    private static void writeNumber(long number, ByteBuffer out) {
        long left = number;
        while ((left & ~0x7FL) != 0) {
            out.put((byte) (left | 0x80));
            left >>>= 7;
        }
        out.put((byte) left);
    }

    /** What {@link #writeNumber} takes for it. */
    private static int sizeOf(long number) {
        int bits = Long.SIZE - Long.numberOfLeadingZeros(number | 1);
        return (bits + 6) / 7;
    }

    private static long readNumber(ByteBuffer in) {
        long number = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte next = in.get();
            number |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return number;
            }
        }
        throw new IllegalArgumentException("a number longer than " + LONGEST_VARIABLE + " bytes");
    }
}
