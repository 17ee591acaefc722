package io.balsa.role;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.balsa.config.NodeConfig;
import io.balsa.config.Settings;
import io.balsa.journal.Journal;
import io.balsa.machine.Applier;
import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import io.balsa.model.LogEntry;
import io.balsa.model.NodeId;
import io.balsa.model.Payload;
import io.balsa.protocol.Local;
import io.balsa.sim.SimDisk;
import io.balsa.storage.Storage;
import io.balsa.storage.StorageOptions;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A server that has restarted with ten entries of term 1, all on disk and none in memory; its journal does nothing. */
final class FeedTest {
    private static final ActorTestKit KIT = ActorTestKit.create();

    private final TestProbe<Journal.Command> journal = KIT.createTestProbe();
    private final TestProbe<Applier.Command> applier = KIT.createTestProbe();
    private Storage storage;
    private RaftLog log;
    private Feed feed;

    @BeforeEach
    void recover() throws Exception {
        SimDisk disk = new SimDisk();
        StorageOptions options = new StorageOptions("c", "main", NodeId.of("n1"), true, 1 << 16, 0, () -> 1);
        try (Storage first = Storage.open(disk, options)) {
            first.log().append(1, List.of(entries(1, 10, 1)));
            first.log().sync();
        }
        storage = Storage.open(disk, options);
        log = new RaftLog(storage, journal.getRef(), settings());
        feed = new Feed(applier.getRef(), log, 0);
    }

    @AfterEach
    void close() {
        storage.close();
    }

    @AfterAll
    static void end() {
        KIT.shutdownTestKit();
    }

    /** The file still holds 9 and 10 of term 1 when index 9 is committed with an entry of term 2. */
    @Test
    void nothingIsReadFromBehindACutThatTheDiskHasNotMadeYet() {
        log.truncateFrom(9, 5);
        log.append(entries(9, 9, 2));
        feed.commit(9, List.of());

        Applier.Committed first = applier.expectMessageClass(Applier.Committed.class);
        assertThat(first.blocks()).isEmpty();
        assertThat(first.commitIndex()).isEqualTo(8);
        assertThat(storage.log().read(6, 9, 1 << 20).last()).isEqualTo(new EntryId(8, 1));

        feed.applied(8);
        Applier.Committed second = applier.expectMessageClass(Applier.Committed.class);
        assertThat(second.blocks()).singleElement().matches(block -> block.first()
                .equals(new EntryId(9, 2)));
    }

    /** An entry may be committed by others while this disk is slow or full; it is in memory then. */
    @Test
    void theSubscriberIsSentToTheDiskOnlyForWhatIsThere() {
        log.append(large(11, 30));
        log.persisted(new Local.Persisted(log.epoch(), new EntryId(30, 1)));
        log.append(entries(31, 31, 1));
        feed.commit(31, List.of());

        assertThat(applier.expectMessageClass(Applier.Committed.class).commitIndex())
                .isEqualTo(30);
        assertThat(applier.expectMessageClass(Applier.Committed.class).blocks()).isNotEmpty();
    }

    /** However slow the subscriber is: it can read them back. */
    @Test
    void whatIsOnDiskLeavesMemoryAlthoughItIsNotApplied() {
        log.append(large(11, 30));
        assertThat(log.blocks(11, 30, 1 << 20)).isNotEmpty();

        log.persisted(new Local.Persisted(log.epoch(), new EntryId(30, 1)));

        assertThat(log.blocks(11, 30, 1 << 20)).isEmpty();
    }

    private static Entries entries(long first, long last, long term) {
        return entries(first, last, term, 10);
    }

    /** More than stays in memory. */
    private static Entries large(long first, long last) {
        return entries(first, last, 1, 100_000);
    }

    private static Entries entries(long first, long last, long term, int size) {
        return Entries.of(LongStream.rangeClosed(first, last)
                .mapToObj(index ->
                        new LogEntry(new EntryId(index, term), 0, new Payload.Command(0, 0, 0, new byte[size])))
                .toList());
    }

    private static Settings settings() {
        return NodeConfig.of(ConfigFactory.parseMap(Map.of(
                                "raft.cluster-id", "c",
                                "raft.node-id", "n1",
                                "raft.peers.n1", "pekko://raft@127.0.0.1:7001/user/raft",
                                "raft.storage.tail-size", "1 MiB"))
                        .withFallback(ConfigFactory.load()))
                .settings();
    }
}
