package io.balsa.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.measure.Measures;
import io.balsa.measure.Watch;
import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import io.balsa.model.LogEntry;
import io.balsa.model.NodeId;
import io.balsa.model.Payload;
import io.balsa.protocol.Local;
import io.balsa.sim.SimDisk;
import io.balsa.sim.SimDisk.Operation;
import io.balsa.storage.SegmentedLog;
import io.balsa.storage.Storage;
import io.balsa.storage.StorageException;
import io.balsa.storage.StorageOptions;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.LogCapturingExtension;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ChildFailed;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LogCapturingExtension.class)
final class JournalTest {
    private static final Duration RETRY = Duration.ofSeconds(5);

    private static final ActorTestKit KIT = ActorTestKit.create(ManualTime.config());

    private final ManualTime time = ManualTime.get(KIT.system());
    private final TestProbe<Local> raft = KIT.createTestProbe();
    private final SimDisk disk = new SimDisk();
    private final Measures measures = new Measures();
    private final Watch watch = new Watch(System::nanoTime, measures);
    private SegmentedLog log;
    private ActorRef<Journal.Command> journal;
    private long epoch;

    @BeforeEach
    void start() {
        log = open().log();
        epoch = log.epoch();
        journal = KIT.spawn(Journal.create(log, raft.getRef(), RETRY, watch));
    }

    private Storage open() {
        return Storage.open(
                disk, new StorageOptions("demo", "main", NodeId.of("node-1"), true, 4096, 64 << 10, () -> 1));
    }

    @AfterEach
    void stop() {
        KIT.stop(journal);
    }

    @AfterAll
    static void shutDown() {
        KIT.shutdownTestKit();
    }

    @Test
    void whatQueuesUpDuringASyncIsOneWriteOneSyncAndOneAnswer() {
        CountDownLatch held = holdSyncs();
        int writes = disk.count(Operation.WRITE);
        int syncs = disk.count(Operation.FORCE);
        append(1, 1, 1);
        for (long index = 2; index <= 10; index++) {
            append(index, index, 1);
        }
        held.countDown();

        expectPersistedInStages(10);
        assertThat(disk.count(Operation.WRITE)).isBetween(writes + 1, writes + 2);
        assertThat(disk.count(Operation.FORCE)).isBetween(syncs + 1, syncs + 2);
    }

    @Test
    void nothingIsAcknowledgedBeforeItIsSynced() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch held = holdSyncs(begun);
        append(1, 3, 1);
        begun.await(); // whatever is said before a sync has been said by now
        raft.expectNoMessage(Duration.ofMillis(1));
        held.countDown();
        expectPersisted(3, 1);
        assertThat(log.last()).isEqualTo(new EntryId(3, 1));
    }

    @Test
    void eachSyncIsMeasuredWithWhatItMadeDurable() {
        append(1, 5, 1);
        expectPersisted(5, 1);

        assertThat(measures.batches().counts().sum()).isEqualTo(5);
        assertThat(LongStream.of(measures.syncs().counts().counts()).sum()).isEqualTo(1);
        assertThat(measures.syncs().counts().sum()).isPositive();
    }

    /** What was appended before belongs to a log that is gone; nothing of it is acknowledged. */
    @Test
    void aLogBeginsAnewBehindASnapshot() {
        append(1, 5, 1);
        expectPersisted(5, 1);
        journal.tell(new Journal.Restart(++epoch, new EntryId(9, 2)));
        expectPersisted(9, 2);
        append(10, 12, 2);
        expectPersisted(12, 2);
        assertThat(log.base()).isEqualTo(new EntryId(9, 2));
    }

    @Test
    void aFullDiskPutsANewBeginningOff() {
        append(1, 5, 1);
        expectPersisted(5, 1);
        disk.full(true);
        journal.tell(new Journal.Restart(++epoch, new EntryId(9, 2)));
        raft.expectMessage(new Local.StorageFull(true));
        append(10, 12, 2);
        assertThat(log.last().index()).isEqualTo(5);

        disk.full(false);
        time.timePasses(RETRY);
        expectPersisted(9, 2);
        expectPersisted(12, 2);
        raft.expectMessage(new Local.StorageFull(false));
    }

    @Test
    void whatASnapshotIncludesIsDroppedAndTold() {
        for (long last = 30; last <= 300; last += 30) {
            append(last - 29, last, 1);
            expectPersisted(last, 1);
        }
        journal.tell(new Journal.Compact(300, 0));

        EntryId base = raft.expectMessageClass(Local.Compacted.class).base();
        assertThat(base).isEqualTo(log.base());
        assertThat(base.index()).isPositive();
        KIT.<Void>createTestProbe().awaitAssert(() -> {
            assertThat(disk.list("log"))
                    .doesNotContain("00000000000000000001.log")
                    .anyMatch(name -> name.endsWith("old"));
            return null;
        });
        journal.tell(new Journal.Compact(300, 0));
        append(301, 301, 1);
        expectPersisted(301, 1);
    }

    @Test
    void anOrderlyEndRecordsThatAllIsSynced() {
        append(1, 3, 1);
        expectPersisted(3, 1);
        KIT.stop(journal);
        disk.crashProcess();

        assertThat(open().syncedThrough()).isEqualTo(3);
    }

    @Test
    void aTruncationIsAnsweredUnderItsEpochWithWhatIsLeft() {
        append(1, 5, 1);
        expectPersisted(5, 1);
        journal.tell(new Journal.Truncate(++epoch, 3));
        expectPersisted(2, 1);
        append(3, 3, 2);
        expectPersisted(3, 2);
    }

    @Test
    void appendsAndTruncationsKeepTheirOrder() {
        append(1, 3, 1);
        expectPersisted(3, 1);
        CountDownLatch held = holdSyncs();
        append(4, 4, 1);
        append(5, 9, 1);
        journal.tell(new Journal.Truncate(epoch + 1, 6));
        epoch++;
        append(6, 7, 2);
        held.countDown();

        awaitPersisted(7, 2);
        assertThat(log.read(1, 9, 1 << 20).toList())
                .extracting(LogEntry::term)
                .containsExactly(1L, 1L, 1L, 1L, 1L, 2L, 2L);
    }

    @Test
    void aFullDiskIsReportedOnceAndTriedAgainUntilThereIsRoom() {
        append(1, 10, 1);
        expectPersisted(10, 1);
        disk.full(true);
        append(11, 110, 1);
        raft.expectMessage(new Local.StorageFull(true));
        time.expectNoMessageFor(RETRY.multipliedBy(3), raft);

        disk.full(false);
        time.timePasses(RETRY);

        expectPersisted(110, 1);
        raft.expectMessage(new Local.StorageFull(false));
    }

    @Test
    void aFullDiskIsTriedAgainEvenWhenNothingIsLeftToWrite() {
        append(1, 10, 1);
        expectPersisted(10, 1);
        disk.full(true);
        append(11, 110, 1);
        raft.expectMessage(new Local.StorageFull(true));
        journal.tell(new Journal.Truncate(++epoch, 11));
        expectPersisted(10, 1);

        disk.full(false);
        time.timePasses(RETRY);

        raft.expectMessage(new Local.StorageFull(false));
    }

    /** To write down what is kept of the batch takes more than is left. */
    @Test
    void aTruncationWaitsForRoomAndWhatFollowsItWaitsToo() {
        append(1, 100, 1);
        expectPersisted(100, 1);
        disk.full(true);
        journal.tell(new Journal.Truncate(++epoch, 95));
        raft.expectMessage(new Local.StorageFull(true));
        append(95, 97, 2);
        time.expectNoMessageFor(RETRY.multipliedBy(3), raft);
        assertThat(log.last()).isEqualTo(new EntryId(100, 1));

        disk.full(false);
        time.timePasses(RETRY);

        expectPersisted(94, 1);
        expectPersisted(97, 2);
        raft.expectMessage(new Local.StorageFull(false));
    }

    @Test
    void aBurstIsSealedOnceAndAnIdleJournalWritesAndSyncsNothing() {
        append(1, 3, 1);
        expectPersisted(3, 1);
        settle();
        int writes = disk.count(Operation.WRITE);
        int syncs = disk.count(Operation.FORCE);

        time.timePasses(Duration.ofSeconds(1));
        settle();
        assertThat(disk.count(Operation.WRITE)).isEqualTo(writes + 1);

        time.timePasses(Duration.ofSeconds(60));
        settle();
        assertThat(disk.count(Operation.WRITE)).isEqualTo(writes + 1);
        assertThat(disk.count(Operation.FORCE)).isEqualTo(syncs);
    }

    @Test
    void afterAFailedSyncItAnswersNothingAndStops() {
        append(1, 3, 1);
        expectPersisted(3, 1);
        disk.failNext(Operation.FORCE);

        append(4, 6, 1);
        append(7, 9, 1);

        raft.expectTerminated(journal);
        raft.expectNoMessage(Duration.ofMillis(1));
    }

    @Test
    void aDiskThatFailsWhileTheNextSegmentIsPreparedIsSaidToHaveFailed() {
        disk.failNext(Operation.CREATE);
        TestProbe<Throwable> failures = KIT.createTestProbe();
        KIT.spawn(Behaviors.<Journal.Command>setup(context -> {
            ActorRef<Journal.Command> watched =
                    context.spawn(Journal.create(log, raft.getRef(), RETRY, watch), "watched");
            context.watch(watched);
            watched.tell(new Journal.Append(epoch, entries(1, 60, 1)));
            return Behaviors.receive(Journal.Command.class)
                    .onSignal(ChildFailed.class, failed -> {
                        failures.getRef().tell(failed.getCause());
                        return Behaviors.stopped();
                    })
                    .build();
        }));
        assertThat(failures.receiveMessage()).isInstanceOf(StorageException.class);
    }

    @Test
    void theNextSegmentIsPreparedWhenTheCurrentOneIsHalfFull() {
        append(1, 60, 1);
        expectPersisted(60, 1);

        raft.awaitAssert(() -> {
            settle();
            assertThat(log.wantsSpare()).isFalse();
            return disk;
        });
        assertThat(disk.exists("log/spare")).isTrue();
    }

    private void append(long from, long to, long term) {
        journal.tell(new Journal.Append(epoch, entries(from, to, term)));
    }

    private void expectPersisted(long index, long term) {
        raft.expectMessage(new Local.Persisted(epoch, new EntryId(index, term)));
    }

    /** The first entry may have gone ahead of the others; what comes after it comes together. */
    private void expectPersistedInStages(long last) {
        Local.Persisted first = raft.expectMessageClass(Local.Persisted.class);
        if (first.last().index() < last) {
            assertThat(first.last().index()).isLessThan(last);
            expectPersisted(last, 1);
        }
        raft.expectNoMessage(Duration.ofMillis(1));
    }

    private void awaitPersisted(long index, long term) {
        Local.Persisted answer = raft.expectMessageClass(Local.Persisted.class);
        while (!answer.last().equals(new EntryId(index, term))) {
            answer = raft.expectMessageClass(Local.Persisted.class);
        }
        assertThat(answer.epoch()).isEqualTo(epoch);
    }

    /** Returns when the journal has done all that it was told; itself it makes the journal do nothing to the disk. */
    private void settle() {
        journal.tell(new Journal.Truncate(++epoch, log.last().index() + 1));
        raft.expectMessage(new Local.Persisted(epoch, log.last()));
    }

    /** The next sync begins, but ends only when it is let go. */
    private CountDownLatch holdSyncs() {
        return holdSyncs(new CountDownLatch(1));
    }

    private CountDownLatch holdSyncs(CountDownLatch begun) {
        CountDownLatch held = new CountDownLatch(1);
        disk.onForce(() -> {
            begun.countDown();
            try {
                held.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        return held;
    }

    private static Entries entries(long from, long to, long term) {
        return Entries.of(LongStream.rangeClosed(from, to)
                .mapToObj(index -> new LogEntry(
                        new EntryId(index, term), 0, new Payload.Command(0, 0, 0, new byte[] {(byte) index})))
                .toList());
    }
}
