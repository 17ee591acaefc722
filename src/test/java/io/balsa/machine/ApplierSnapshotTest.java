package io.balsa.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.machine.snapshot.SnapshotWriter;
import io.balsa.model.Configuration;
import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import io.balsa.model.LogEntry;
import io.balsa.model.NodeId;
import io.balsa.model.Payload;
import io.balsa.model.Snapshot;
import io.balsa.protocol.Local;
import io.balsa.protocol.reply.ClientReply;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Snapshots as the applier takes and installs them (§7). */
final class ApplierSnapshotTest {
    private static final ActorTestKit KIT = Rig.kit();
    private static final Configuration MEMBERS =
            Configuration.of(Map.of(NodeId.of("n1"), "pekko://raft@127.0.0.1:1/user/raft"));

    private final Rig rig = Rig.of(KIT);

    @AfterAll
    static void end() {
        KIT.shutdownTestKit();
    }

    @Test
    void nothingIsTakenBeforeAConfigurationIsKnown() {
        commit(Rig.commands(1, 3));

        rig.applier.tell(new Applier.TakeSnapshot());

        assertThat(rig.raft.receiveMessage()).isInstanceOf(Local.SnapshotRefused.class);
    }

    @Test
    void aSnapshotSaysWhatItIncludesAndIsReadBack() {
        commit(configured(4));

        rig.applier.tell(new Applier.TakeSnapshot());

        Snapshot taken =
                rig.raft.expectMessageClass(Local.SnapshotWritten.class).snapshot();
        assertThat(taken.last()).isEqualTo(new EntryId(4, 1));
        assertThat(taken.members()).isEqualTo(MEMBERS);
        Applier.Hashed before = rig.settled();
        rig.store.publish(taken.last(), 1);
        Rig other = Rig.on(KIT, rig.store);
        other.applier.tell(new Applier.Install(taken));
        other.expectApplied(4);
        assertThat(other.settled()).isEqualTo(before);
        assertThat(other.applied.get()).isEqualTo(4);
    }

    @Test
    void oneIsTakenAtATimeAndTheSameIsNotTakenTwice() {
        commit(configured(4));
        rig.applier.tell(new Applier.TakeSnapshot());
        rig.raft.expectMessageClass(Local.SnapshotWritten.class);

        rig.applier.tell(new Applier.TakeSnapshot());
        commit(Rig.commands(5, 6));
        rig.applier.tell(new Applier.SnapshotEnded(true));
        rig.applier.tell(new Applier.TakeSnapshot());
        assertThat(rig.raft
                        .expectMessageClass(Local.SnapshotWritten.class)
                        .snapshot()
                        .last()
                        .index())
                .isEqualTo(6);
        rig.applier.tell(new Applier.SnapshotEnded(true));
        rig.applier.tell(new Applier.TakeSnapshot());

        rig.raft.expectMessageClass(Local.SnapshotRefused.class);
    }

    /** The rig's limit is a thousand bytes. */
    @Test
    void oneIsTakenWhenSoMuchWasAppliedAndAfterAFailureNotAtOnce() {
        commitUntilTaken();
        rig.applier.tell(new Applier.SnapshotEnded(false));
        commit(Rig.commands(61, 120));
        rig.settled();

        rig.time.timePasses(Rig.TIMEOUT);

        assertThat(rig.raft
                        .expectMessageClass(Local.SnapshotWritten.class)
                        .snapshot()
                        .last()
                        .index())
                .isEqualTo(120);
    }

    /** What was being read back for older entries is of no use any more, and clients of skipped entries are told. */
    @Test
    void anInstallationOvertakesWhatWaits() {
        Snapshot snapshot = commitUntilTaken();
        Rig other = Rig.on(KIT, rig.store);
        Applier.Waiting waiting = new Applier.Waiting(new EntryId(5, 1), new EntryId(5, 1), other.client(), 77);
        other.applier.tell(new Applier.Committed(9, List.of(), List.of(waiting)));

        other.applier.tell(new Applier.Install(snapshot));

        ClientReply.Rejected told = other.expectReply(ClientReply.Rejected.class);
        assertThat(told.reason()).isEqualTo(ClientReply.Reason.LEADERSHIP_LOST);
        other.expectApplied(60);
        other.expectApplied(60);
        other.reads(Rig.commands(1, 9));
        other.applier.tell(new Applier.Committed(62, List.of(Rig.commands(61, 62)), List.of()));
        other.expectApplied(62);
    }

    @Test
    void anOlderSnapshotTakesNothingBack() {
        Snapshot snapshot = commitUntilTaken();
        commit(Rig.commands(61, 62));
        Applier.Hashed before = rig.settled();

        rig.applier.tell(new Applier.Install(snapshot));

        rig.expectApplied(62);
        assertThat(rig.settled()).isEqualTo(before);
    }

    @Test
    void aFrozenStateIsWrittenByAnother() {
        Rig freezing = Rig.freezing(KIT);
        freezing.applier.tell(new Applier.Committed(4, List.of(configured(4)), List.of()));
        freezing.expectApplied(4);

        freezing.applier.tell(new Applier.TakeSnapshot());

        assertThat(freezing.writer.receiveMessage()).isInstanceOf(SnapshotWriter.Write.class);
    }

    private void commit(Entries entries) {
        rig.applier.tell(new Applier.Committed(entries.last().index(), List.of(entries), List.of()));
        rig.expectApplied(entries.last().index());
    }

    /** So many entries that a snapshot is due, which then counts. */
    private Snapshot commitUntilTaken() {
        rig.applier.tell(new Applier.Committed(60, List.of(configured(60)), List.of()));
        Snapshot taken =
                rig.raft.expectMessageClass(Local.SnapshotWritten.class).snapshot();
        rig.expectApplied(60);
        rig.store.publish(taken.last(), 1);
        return taken;
    }

    /** Entries of term 1 up to {@code last}, the first of which is a configuration. */
    private static Entries configured(long last) {
        LogEntry first = new LogEntry(new EntryId(1, 1), 0, new Payload.Reconfigure(MEMBERS));
        return Entries.concat(List.of(Entries.of(first), Rig.commands(2, last)));
    }
}
