package io.balsa.machine;

import static io.balsa.machine.Rig.command;
import static io.balsa.machine.Rig.commands;
import static io.balsa.machine.Rig.entry;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.model.Configuration;
import io.balsa.model.Entries;
import io.balsa.model.NodeId;
import io.balsa.model.Payload;
import java.time.Duration;
import java.util.Map;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Figure 2: "If commitIndex &gt; lastApplied: increment lastApplied, apply log[lastApplied] to state machine". */
final class ApplierTest {
    private static final ActorTestKit KIT = Rig.kit();
    private final Rig rig = Rig.of(KIT);

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    @Test
    void committedEntriesAreAppliedInOrderAndConfirmedOnce() {
        rig.commit(3, commands(1, 2), commands(3, 3));
        rig.expectApplied(3);
        rig.commit(4, commands(4, 4));
        rig.expectApplied(4);
        assertThat(rig.machine.told()).containsExactly("1:c1", "2:c2", "3:c3", "4:c4");
        assertThat(rig.applied.get()).isEqualTo(4);
        rig.settled();
        rig.raft.expectNoMessage(Duration.ZERO);
    }

    @Test
    void onlyCommandsReachTheMachine() {
        Configuration alone = Configuration.of(Map.of(NodeId.of("n1"), "address"));
        rig.commit(
                5,
                Entries.of(
                        entry(1, 1, new Payload.NoOp()),
                        entry(2, 1, command("a")),
                        entry(3, 1, new Payload.OpenSession(8, 8)),
                        entry(4, 1, new Payload.Reconfigure(alone)),
                        entry(5, 1, new Payload.CloseSession(3))));
        rig.expectApplied(5);
        assertThat(rig.machine.told()).containsExactly("2:a");
    }

    @Test
    void whatLiesAboveTheCommitIndexIsNotApplied() {
        rig.commit(2, commands(1, 4));
        rig.expectApplied(2);
        assertThat(rig.machine.told()).containsExactly("1:c1", "2:c2");
        rig.commit(4, commands(2, 5));
        rig.expectApplied(4);
        assertThat(rig.machine.told()).containsExactly("1:c1", "2:c2", "3:c3", "4:c4");
    }

    @Test
    void whatIsAppliedIsNotAppliedAgain() {
        rig.commit(3, commands(1, 3));
        rig.commit(3, commands(1, 3));
        rig.commit(2, commands(1, 2));
        rig.expectApplied(3);
        rig.expectApplied(3);
        rig.expectApplied(3);
        assertThat(rig.machine.told()).hasSize(3);
    }

    @Test
    void entriesThatAreNotAtHandAreReadFromTheLogFiles() {
        rig.commit(5);
        assertThat(rig.reads(commands(1, 2)).toIndex()).isEqualTo(5);
        assertThat(rig.reads(commands(3, 5)).fromIndex()).isEqualTo(3);
        rig.expectApplied(5);
        assertThat(rig.machine.told()).hasSize(5);
    }

    @Test
    void gapsBeforeBetweenAndBehindBlocksAreFilledInOrder() {
        rig.commit(7, commands(2, 3), commands(5, 5));
        assertThat(rig.reads(commands(1, 1)).toIndex())
                .as("no more than the gap")
                .isEqualTo(1);
        assertThat(rig.reads(commands(4, 4)).fromIndex()).isEqualTo(4);
        assertThat(rig.reads(commands(6, 7)).toIndex()).isEqualTo(7);
        rig.expectApplied(7);
        assertThat(rig.machine.told()).containsExactly("1:c1", "2:c2", "3:c3", "4:c4", "5:c5", "6:c6", "7:c7");
    }

    @Test
    void whatComesWhileAGapIsReadWaitsItsTurn() {
        rig.commit(2);
        rig.commit(3, commands(3, 3));
        rig.settled();
        rig.raft.expectNoMessage(Duration.ZERO);
        rig.reads(commands(1, 2));
        rig.expectApplied(2);
        rig.expectApplied(3);
        assertThat(rig.machine.told()).containsExactly("1:c1", "2:c2", "3:c3");
    }

    @Test
    void anEntryThatIsNotOnFileYetIsAskedForAgain() {
        rig.commit(1);
        rig.reads(Entries.EMPTY);
        rig.settled();
        rig.time.expectNoMessageFor(Duration.ofMillis(9), rig.reader);
        rig.time.timePasses(Duration.ofMillis(1));
        rig.reads(commands(1, 1));
        rig.expectApplied(1);
    }

    @Test
    void aCommittedEntryThatIsNowhereEndsTheApplier() {
        TestProbe<Void> watcher = KIT.createTestProbe();
        rig.commit(1);
        for (int pause = 10; pause <= 5120; pause *= 2) {
            rig.reads(Entries.EMPTY);
            rig.settled();
            rig.time.timePasses(Duration.ofMillis(pause));
        }
        rig.reads(Entries.EMPTY);
        watcher.expectTerminated(rig.applier);
    }

    @Test
    void anExceptionOfTheMachineEndsTheApplierAndConfirmsNothing() {
        TestProbe<Void> watcher = KIT.createTestProbe();
        Entries block = Entries.of(entry(1, 1, command("a")), entry(2, 1, command("throw")));
        rig.commitFor(2, block, rig.waiting(1, 2, 9));
        watcher.expectTerminated(rig.applier);
        rig.raft.expectNoMessage(Duration.ZERO);
        rig.client.expectNoMessage(Duration.ZERO);
        assertThat(rig.applied.get()).isZero();
    }

    /** Else the next message would find a machine that has done half a command. */
    @Test
    void anErrorOfTheMachineEndsTheApplierToo() {
        TestProbe<Void> watcher = KIT.createTestProbe();
        rig.commit(1, Entries.of(entry(1, 1, command("overflow"))));
        rig.commit(2, commands(2, 2));
        watcher.expectTerminated(rig.applier);
        rig.raft.expectNoMessage(Duration.ZERO);
        assertThat(rig.machine.told()).isEmpty();
    }

    @Test
    void replicasWithTheSameEntriesHashAlikeAndOthersDoNot() {
        Rig replica = Rig.of(KIT);
        Entries open = Entries.of(entry(1, 1, new Payload.OpenSession(8, 8)));
        rig.commit(3, open, commands(2, 3));
        replica.commit(1, open);
        assertThat(rig.settled()).isNotEqualTo(replica.settled());
        replica.commit(3, commands(2, 3));
        assertThat(rig.settled()).isEqualTo(replica.settled());
        assertThat(rig.settled().appliedIndex()).isEqualTo(3);
    }

    @Test
    void sessionsAreInTheHashThoughTheMachineIsTheSame() {
        Rig replica = Rig.of(KIT);
        rig.commit(1, Entries.of(entry(1, 1, new Payload.OpenSession(8, 8))));
        replica.commit(1, Entries.of(entry(1, 1, new Payload.OpenSession(8, 9))));
        assertThat(rig.machine.told()).isEqualTo(replica.machine.told());
        assertThat(rig.settled()).isNotEqualTo(replica.settled());
    }

    @Test
    void aRepetitionInTheLogIsAppliedOnce() {
        Payload once = new Payload.Command(1, 1, 0, "once".getBytes(UTF_8));
        rig.commit(3, Entries.of(entry(1, 1, new Payload.OpenSession(8, 8)), entry(2, 1, once), entry(3, 1, once)));
        rig.expectApplied(3);
        assertThat(rig.machine.told()).containsExactly("2:once");
    }
}
