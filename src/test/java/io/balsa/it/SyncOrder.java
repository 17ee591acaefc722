package io.balsa.it;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The order in which a follower wrote entries to its log, synced them, and acknowledged them, from what {@code strace}
 * saw: an acknowledgement may name no index above what had been written when the last finished sync began.
 */
final class SyncOrder {
    /** What must be traced: everything that writes, with all bytes in hexadecimal, and the path of each file. */
    static final List<String> OPTIONS = List.of(
            "-D",
            "-f",
            "--seccomp-bpf",
            "-y",
            "-xx",
            "-s",
            "16384",
            "-e",
            "trace=write,pwrite64,writev,sendto,sendmsg,fdatasync,fsync");

    private static final Pattern CALL = Pattern.compile("(\\d+) +(\\w+)\\(\\d+<([^>]*)>(.*)");
    private static final Pattern RESUMED = Pattern.compile("(\\d+) +<\\.\\.\\. (?:fdatasync|fsync) resumed>.*= 0");
    private static final Pattern QUOTED = Pattern.compile("\"((?:\\\\x[0-9a-f]{2})*)\"");
    private static final byte[] BATCH = "BATC".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ACKNOWLEDGED = "matchIndex".getBytes(StandardCharsets.US_ASCII);

    private final Map<String, Long> syncing = new HashMap<>();
    private final List<String> violations = new ArrayList<>();
    private long written;
    private long synced;
    private long acknowledged;
    private int acknowledgements;

    private SyncOrder() {}

    static SyncOrder in(Path trace) throws IOException {
        SyncOrder order = new SyncOrder();
        Files.readAllLines(trace).forEach(order::take);
        return order;
    }

    /** How often more was acknowledged than before. */
    int acknowledgements() {
        return acknowledgements;
    }

    /** What was acknowledged too early. */
    List<String> violations() {
        return violations;
    }

    private void take(String line) {
        Matcher call = CALL.matcher(line);
        Matcher resumed = RESUMED.matcher(line);
        if (resumed.matches()) {
            endSync(resumed.group(1));
        } else if (call.matches()) {
            begin(
                    call.group(1),
                    call.group(2),
                    new String(bytes(call.group(3)), StandardCharsets.UTF_8),
                    call.group(4));
        }
    }

    private void begin(String thread, String name, String file, String rest) {
        boolean isLog = file.endsWith(".log") && file.contains("/log/");
        if (isLog && name.endsWith("sync")) {
            syncing.put(thread, written);
            if (rest.endsWith(" = 0")) {
                endSync(thread);
            }
        } else if (isLog) {
            write(ByteBuffer.wrap(data(rest)));
        } else if (!file.startsWith("/")) {
            send(ByteBuffer.wrap(data(rest)));
        }
    }

    private void endSync(String thread) {
        if (syncing.containsKey(thread)) {
            synced = Math.max(synced, syncing.remove(thread));
        }
    }

    /** A batch begins with its header: see {@code storage.BatchHeader}. */
    private void write(ByteBuffer bytes) {
        if (bytes.remaining() >= 28 && startsWith(bytes, 0, BATCH)) {
            written = bytes.getLong(16) + bytes.getInt(24) - 1;
        }
    }

    private void send(ByteBuffer bytes) {
        for (int at = 0; at + ACKNOWLEDGED.length < bytes.limit(); at++) {
            if (startsWith(bytes, at, ACKNOWLEDGED)) {
                acknowledge(number(bytes.position(at + ACKNOWLEDGED.length)));
            }
        }
    }

    private void acknowledge(long index) {
        acknowledgements += index > acknowledged ? 1 : 0;
        acknowledged = Math.max(acknowledged, index);
        if (index > synced) {
            violations.add("acknowledged " + index + ", synced " + synced + ", written " + written);
        }
    }

    /** A whole number as CBOR has it. */
    private static long number(ByteBuffer in) {
        int first = Byte.toUnsignedInt(in.get());
        return switch (first) {
            case 0x18 -> Byte.toUnsignedInt(in.get());
            case 0x19 -> Short.toUnsignedInt(in.getShort());
            case 0x1a -> Integer.toUnsignedLong(in.getInt());
            case 0x1b -> in.getLong();
            default -> first;
        };
    }

    private static boolean startsWith(ByteBuffer bytes, int at, byte[] word) {
        return bytes.slice(at, word.length).equals(ByteBuffer.wrap(word));
    }

    private static byte[] data(String arguments) {
        StringBuilder all = new StringBuilder();
        QUOTED.matcher(arguments)
                .results()
                .map((MatchResult found) -> found.group(1))
                .forEach(all::append);
        return bytes(all.toString());
    }

    /** Of {@code \x61\x62}. */
    private static byte[] bytes(String escaped) {
        return HexFormat.ofDelimiter("").withPrefix("\\x").parseHex(escaped);
    }
}
