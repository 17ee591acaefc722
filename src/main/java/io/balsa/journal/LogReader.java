package io.balsa.journal;

import io.balsa.model.Entries;
import io.balsa.protocol.Local;
import io.balsa.protocol.LogRead;
import io.balsa.protocol.reply.AdminReply;
import io.balsa.storage.SegmentedLog;
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
     */
    public static Behavior<LogRead> create(SegmentedLog log) {
        return Behaviors.receive(LogRead.class)
                .onMessage(LogRead.Fetch.class, fetch -> onFetch(log, fetch))
                .onMessage(LogRead.Read.class, read -> onRead(log, read))
                .onMessage(LogRead.Page.class, page -> onPage(log, page))
                .build();
    }

    private static Behavior<LogRead> onFetch(SegmentedLog log, LogRead.Fetch fetch) {
        Entries found = log.read(fetch.fromIndex(), fetch.toIndex(), fetch.maxBytes());
        fetch.replyTo().tell(new Local.Fetched(fetch.epoch(), fetch.follower(), found));
        return Behaviors.same();
    }

    private static Behavior<LogRead> onRead(SegmentedLog log, LogRead.Read read) {
        Entries found = log.read(read.fromIndex(), read.toIndex(), read.maxBytes());
        read.replyTo().tell(new LogRead.Found(read.fromIndex(), found));
        return Behaviors.same();
    }

    private static Behavior<LogRead> onPage(SegmentedLog log, LogRead.Page page) {
        long from = Math.max(page.request().from(), page.firstIndex());
        long to = Math.min(page.request().to(), page.lastIndex());
        byte[] block = log.read(from, to, PAGE_BYTES).toByteArray();
        page.request()
                .replyTo()
                .tell(new AdminReply.LogPage(
                        page.request().request(), page.firstIndex(), page.lastIndex(), page.commitIndex(), block));
        return Behaviors.same();
    }
}
