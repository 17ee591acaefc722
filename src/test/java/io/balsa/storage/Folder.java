package io.balsa.storage;

import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import io.balsa.model.LogEntry;
import io.balsa.model.NodeId;
import io.balsa.model.Payload;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.LongStream;

/** What the tests of this package put into a data folder, and how they open it. */
final class Folder {
    static final int SEGMENT = 4096;
    static final int REUSE = 4 * SEGMENT;
    static final StorageOptions OPTIONS =
            new StorageOptions("demo", "main", NodeId.of("node-1"), true, SEGMENT, REUSE, () -> 4711);

    private Folder() {}

    static Storage open(Disk disk) {
        return Storage.open(disk, OPTIONS);
    }

    /** Entries of one term, as one block; each holds its own id and some more bytes. */
    static List<Entries> entries(long from, long to, long term) {
        return List.of(Entries.of(LongStream.rangeClosed(from, to)
                .mapToObj(index -> entry(index, term))
                .toList()));
    }

    static LogEntry entry(long index, long term) {
        byte[] command = (index + "@" + term + " of a command").getBytes(StandardCharsets.US_ASCII);
        return new LogEntry(new EntryId(index, term), 0, new Payload.Command(0, 0, 0, command));
    }
}
