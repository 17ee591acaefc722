package io.balsa.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.client.Connection;
import io.balsa.kv.KvCommand;
import io.balsa.kv.MalformedException;
import io.balsa.model.LogEntry;
import io.balsa.model.Payload;
import io.balsa.protocol.reply.AdminReply.LogPage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/** The log that one node holds, read page by page as {@code log show} does. */
final class WrittenLog {
    private final Map<String, List<Occurrence>> occurrences = new HashMap<>();
    private final CRC32C checksum = new CRC32C();
    private long lastIndex;

    private WrittenLog() {}

    /** A command in the log. Only the first of a session and sequence is applied; the others are repeats. */
    record Occurrence(long index, long session, long sequence) {
        boolean repeats(Occurrence first) {
            return session == first.session && sequence == first.sequence && session != 0;
        }
    }

    static WrittenLog of(Connection connection, String address) {
        WrittenLog log = new WrittenLog();
        LogPage page = log.read(connection, address);
        while (log.lastIndex < page.lastIndex()) {
            assertThat(page.entries().count()).as("entries of a page").isPositive();
            page = log.read(connection, address);
        }
        return log;
    }

    long lastIndex() {
        return lastIndex;
    }

    /** Of all bytes of all entries. */
    long checksum() {
        return checksum.getValue();
    }

    /** Where the command on this key was first written; everything else about that key must be a repeat of it. */
    long indexOf(String key) {
        List<Occurrence> found = occurrences.getOrDefault(key, List.of());
        assertThat(found).as("entries about %s", key).isNotEmpty();
        Occurrence first = found.get(0);
        assertThat(found.subList(1, found.size())).as("repeats of %s", key).allMatch(later -> later.repeats(first));
        return first.index();
    }

    private LogPage read(Connection connection, String address) {
        LogPage page = connection
                .log(address, lastIndex + 1, Long.MAX_VALUE)
                .toCompletableFuture()
                .join();
        checksum.update(page.block());
        for (LogEntry entry : page.entries()) {
            assertThat(entry.index()).isEqualTo(lastIndex + 1);
            lastIndex = entry.index();
            if (entry.payload() instanceof Payload.Command command) {
                String key = new String(decoded(command).key(), StandardCharsets.UTF_8);
                Occurrence here = new Occurrence(entry.index(), command.session(), command.sequence());
                occurrences.computeIfAbsent(key, fresh -> new ArrayList<>()).add(here);
            }
        }
        return page;
    }

    private static KvCommand decoded(Payload.Command command) {
        try {
            return KvCommand.decode(command.command());
        } catch (MalformedException e) {
            throw new AssertionError("no command of the key-value machine", e);
        }
    }
}
