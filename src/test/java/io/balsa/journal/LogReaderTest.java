package io.balsa.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import io.balsa.model.LogEntry;
import io.balsa.model.NodeId;
import io.balsa.model.Payload;
import io.balsa.protocol.Local;
import io.balsa.protocol.LogRead;
import io.balsa.sim.SimDisk;
import io.balsa.storage.SegmentedLog;
import io.balsa.storage.Storage;
import io.balsa.storage.StorageFullException;
import io.balsa.storage.StorageOptions;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.LogCapturingExtension;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LogCapturingExtension.class)
final class LogReaderTest {
    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final NodeId FOLLOWER = NodeId.of("node-2");

    private final SimDisk disk = new SimDisk();
    private ActorRef<LogRead> reader;

    @BeforeEach
    void start() throws StorageFullException {
        Storage storage = Storage.open(
                disk, new StorageOptions("demo", "main", NodeId.of("node-1"), true, 4096, 64 << 10, () -> 1));
        SegmentedLog log = storage.log();
        log.append(log.epoch(), List.of(entries(1, 20)));
        log.sync();
        reader = KIT.spawn(LogReader.create(log, storage.snapshots()));
    }

    @AfterAll
    static void shutDown() {
        KIT.shutdownTestKit();
    }

    @Test
    void aFollowersEntriesCarryTheEpochTheyWereAskedForUnder() {
        TestProbe<Local.Fetched> raft = KIT.createTestProbe();

        reader.tell(new LogRead.Fetch(7, FOLLOWER, 5, 9, 1 << 20, raft.getRef()));

        Local.Fetched fetched = raft.receiveMessage();
        assertThat(fetched.epoch()).isEqualTo(7);
        assertThat(fetched.follower()).isEqualTo(FOLLOWER);
        assertThat(fetched.entries().toList()).extracting(LogEntry::index).containsExactly(5L, 6L, 7L, 8L, 9L);
    }

    @Test
    void whatIsNotOnFileIsFoundEmpty() {
        TestProbe<LogRead.Found> asker = KIT.createTestProbe();

        reader.tell(new LogRead.Read(21, 30, 1 << 20, asker.getRef()));

        LogRead.Found found = asker.receiveMessage();
        assertThat(found.fromIndex()).isEqualTo(21);
        assertThat(found.entries().isEmpty()).isTrue();
    }

    @Test
    void itStopsWhenWhatItReadsIsDamaged() {
        TestProbe<LogRead.Found> asker = KIT.createTestProbe();
        disk.flip("log/00000000000000000001.log", 200, 1);

        reader.tell(new LogRead.Read(1, 20, 1 << 20, asker.getRef()));

        asker.expectTerminated(reader);
    }

    private static Entries entries(long from, long to) {
        return Entries.of(LongStream.rangeClosed(from, to)
                .mapToObj(index ->
                        new LogEntry(new EntryId(index, 1), 0, new Payload.Command(0, 0, 0, new byte[] {(byte) index})))
                .toList());
    }
}
