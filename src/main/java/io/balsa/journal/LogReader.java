package io.balsa.journal;

import io.balsa.model.Entries;
import io.balsa.protocol.Local;
import io.balsa.protocol.LogRead;
import io.balsa.protocol.reply.AdminReply;
import io.balsa.storage.SegmentedLog;
import io.balsa.storage.snapshot.SnapshotFile;
import io.balsa.storage.snapshot.SnapshotStore;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Reads entries back from the log files, one request after the other.
 *
 * <p>Spawn it on the dispatcher for blocking work. It has no queue but its mailbox: whoever asks waits for the answer
 * before asking again. It fails when the disk does, or when what it reads is damaged.
 */
public final class LogReader {
    /** The entries of a page, so that the answer stays a small message; one entry may be larger. */
    private static final int PAGE_BYTES = 32 << 10;

    private LogReader() {}

    /**
     * @param log read while the journal writes it
     * @param snapshots read while others write them
     */
    public static Behavior<LogRead> create(SegmentedLog log, SnapshotStore snapshots) {
        return Behaviors.receive(LogRead.class)
                .onMessage(LogRead.Fetch.class, fetch -> onFetch(log, fetch))
                .onMessage(LogRead.Read.class, read -> onRead(log, read))
                .onMessage(LogRead.Page.class, page -> onPage(log, page))
                .onMessage(LogRead.Chunk.class, chunk -> onChunk(snapshots, chunk))
                .onMessage(LogRead.Snapshots.class, list -> onSnapshots(log, snapshots, list))
                .build();
    }

    private static Behavior<LogRead> onFetch(SegmentedLog log, LogRead.Fetch fetch) {
        Entries found = log.read(fetch.fromIndex(), fetch.toIndex(), fetch.maxBytes());
        fetch.replyTo().tell(new Local.Fetched(fetch.epoch(), fetch.follower(), found));
        return Behaviors.same();
    }

    private static Behavior<LogRead> onRead(SegmentedLog log, LogRead.Read read) {
        Entries found = log.read(read.fromIndex(), read.toIndex(), read.maxBytes());
        read.replyTo().tell(new LogRead.Found(read.fromIndex(), found, log.firstIndex()));
        return Behaviors.same();
    }

    private static Behavior<LogRead> onPage(SegmentedLog log, LogRead.Page page) {
        long first = log.firstIndex();
        long from = Math.max(page.request().from(), first);
        long to = Math.min(page.request().to(), page.lastIndex());
        byte[] block = log.read(from, to, PAGE_BYTES).toByteArray();
        page.request()
                .replyTo()
                .tell(new AdminReply.LogPage(
                        page.request().request(), first, page.lastIndex(), page.commitIndex(), block));
        return Behaviors.same();
    }

    private static Behavior<LogRead> onChunk(SnapshotStore snapshots, LogRead.Chunk chunk) {
        Optional<SnapshotStore.Chunk> found = snapshots.chunk(chunk.snapshot(), chunk.offset(), chunk.maxBytes());
        boolean done = found.map(SnapshotStore.Chunk::isLast).orElse(false);
        chunk.replyTo()
                .tell(new Local.ChunkRead(
                        chunk.follower(),
                        chunk.snapshot(),
                        chunk.offset(),
                        found.map(SnapshotStore.Chunk::bytes),
                        done));
        return Behaviors.same();
    }

    private static Behavior<LogRead> onSnapshots(SegmentedLog log, SnapshotStore snapshots, LogRead.Snapshots list) {
        AdminReply.Snapshots reply = new AdminReply.Snapshots(
                list.request().request(),
                log.firstIndex(),
                snapshots.list().stream().map(LogReader::info).toList());
        list.request().replyTo().tell(reply);
        return Behaviors.same();
    }

    private static AdminReply.SnapshotInfo info(SnapshotFile file) {
        Map<String, String> members = new TreeMap<>();
        file.snapshot().members().members().forEach((id, address) -> members.put(id.name(), address));
        return new AdminReply.SnapshotInfo(
                file.snapshot().last(), file.snapshot().time(), file.bytes(), file.sessions(), file.machine(), members);
    }
}
