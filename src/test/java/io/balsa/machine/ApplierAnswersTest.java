package io.balsa.machine;

import static io.balsa.machine.Rig.command;
import static io.balsa.machine.Rig.commands;
import static io.balsa.machine.Rig.entry;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import io.balsa.model.Payload;
import io.balsa.protocol.reply.ClientReply;
import io.balsa.protocol.reply.ClientReply.Reason;
import io.balsa.protocol.reply.ClientReply.Status;
import java.time.Duration;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** "The leader … responds after entry applied to state machine" (Figure 2): to whom, with what, and when. */
final class ApplierAnswersTest {
    private static final ActorTestKit KIT = Rig.kit();
    private final Rig rig = Rig.of(KIT);

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    @Test
    void aClientGetsOneAnswerForAllItsCommands() {
        rig.commitFor(4, commands(1, 4), rig.waiting(2, 4, 77));
        ClientReply.Submitted answer = rig.expectReply(ClientReply.Submitted.class);
        assertThat(answer.request()).isEqualTo(77);
        assertThat(answer.statuses()).containsExactly(Status.DONE, Status.DONE, Status.DONE);
        assertThat(answer.indexes()).containsExactly(2, 3, 4);
        assertThat(Rig.texts(answer.replies())).containsExactly("reply 2", "reply 3", "reply 4");
        rig.client.expectNoMessage(Duration.ZERO);
    }

    @Test
    void clientsAreAnsweredInTheOrderOfTheLog() {
        rig.commitFor(5, commands(1, 5), rig.waiting(1, 1, 1), rig.waiting(2, 3, 2), rig.waiting(5, 5, 3));
        for (long request = 1; request <= 3; request++) {
            assertThat(rig.expectReply(ClientReply.Submitted.class).request()).isEqualTo(request);
        }
    }

    @Test
    void whoHasAnAnswerFindsTheAppliedIndexAtLeastAsFar() {
        rig.commitFor(3, commands(1, 3), rig.waiting(1, 3, 1));
        long index = rig.expectReply(ClientReply.Submitted.class).indexes()[2];
        assertThat(rig.applied.get()).isGreaterThanOrEqualTo(index);
    }

    @Test
    void aRequestWhoseLastEntryIsCommittedLaterIsAnsweredThen() {
        rig.commitFor(2, commands(1, 2), rig.waiting(1, 4, 5));
        rig.expectApplied(2);
        rig.client.expectNoMessage(Duration.ZERO);
        rig.commit(4, commands(3, 4));
        assertThat(rig.expectReply(ClientReply.Submitted.class).indexes()).containsExactly(1, 2, 3, 4);
    }

    @Test
    void aRequestWhoseRestAnotherLeaderReplacedHasAnUnknownFate() {
        rig.commitFor(2, commands(1, 2), rig.waiting(1, 4, 5));
        Applier.Waiting next = rig.waiting(new EntryId(4, 2), new EntryId(4, 2), 6);
        rig.commitFor(4, Entries.of(entry(3, 2, new Payload.NoOp()), entry(4, 2, command("x"))), next);
        ClientReply.Rejected lost = rig.expectReply(ClientReply.Rejected.class);
        assertThat(lost.request()).isEqualTo(5);
        assertThat(lost.reason()).isEqualTo(Reason.LEADERSHIP_LOST);
        assertThat(rig.expectReply(ClientReply.Submitted.class).request()).isEqualTo(6);
    }

    @Test
    void aClientOfAnotherTermAtACommittedIndexIsAViolation() {
        rig.commitFor(1, commands(1, 1), rig.waiting(new EntryId(1, 2), new EntryId(1, 2), 5));
        expectEnd();
    }

    @Test
    void aClientThatComesAfterItsEntryIsAViolation() {
        rig.commit(2, commands(1, 2));
        rig.expectApplied(2);
        rig.commitFor(3, commands(3, 3), rig.waiting(2, 3, 5));
        expectEnd();
    }

    @Test
    void aClientOfANoOpIsAViolation() {
        rig.commitFor(1, Entries.of(entry(1, 1, new Payload.NoOp())), rig.waiting(1, 1, 5));
        expectEnd();
    }

    @Test
    void sessionsAreOpenedAndClosedByTheirEntries() {
        Entries block = Entries.of(
                entry(1, 1, new Payload.OpenSession(8, 8)),
                entry(2, 1, new Payload.Command(1, 1, 1, "a".getBytes(UTF_8))),
                entry(3, 1, new Payload.CloseSession(1)),
                entry(4, 1, new Payload.Command(1, 2, 1, "b".getBytes(UTF_8))));
        rig.commitFor(4, block, rig.waiting(1, 1, 1), rig.waiting(2, 2, 2), rig.waiting(3, 3, 3), rig.waiting(4, 4, 4));
        assertThat(rig.expectReply(ClientReply.SessionOpened.class)).isEqualTo(new ClientReply.SessionOpened(1, 1));
        assertThat(rig.expectReply(ClientReply.Submitted.class).statuses()).containsExactly(Status.DONE);
        assertThat(rig.expectReply(ClientReply.SessionClosed.class)).isEqualTo(new ClientReply.SessionClosed(3));
        assertThat(rig.expectReply(ClientReply.Submitted.class).statuses()).containsExactly(Status.SESSION_EXPIRED);
    }

    @Test
    void aSessionHasTheIdThatItsEntrySays() {
        long id = Payload.OpenSession.id(42);
        Entries block = Entries.of(
                entry(1, 1, new Payload.OpenSession(id, 8, 8, 1000, 1000)),
                entry(2, 1, new Payload.Command(1, 1, 1, "a".getBytes(UTF_8))),
                entry(3, 1, new Payload.Command(id, 1, 1, "b".getBytes(UTF_8))));
        rig.commitFor(3, block, rig.waiting(1, 1, 1), rig.waiting(2, 2, 2), rig.waiting(3, 3, 3));
        assertThat(rig.expectReply(ClientReply.SessionOpened.class)).isEqualTo(new ClientReply.SessionOpened(1, id));
        assertThat(rig.expectReply(ClientReply.Submitted.class).statuses()).containsExactly(Status.SESSION_EXPIRED);
        assertThat(rig.expectReply(ClientReply.Submitted.class).statuses()).containsExactly(Status.DONE);
    }

    @Test
    void aLargeAnswerTakesTheBulkPath() {
        rig.commitFor(3000, commands(1, 3000), rig.waiting(1, 3000, 1));
        assertThat(rig.bulk.expectMessageClass(ClientReply.Submitted.class).indexes())
                .hasSize(3000);
        rig.client.expectNoMessage(Duration.ZERO);
    }

    @Test
    void aQueryWaitsForItsReadIndex() {
        rig.ask(2, 1, "q");
        rig.commit(1, commands(1, 1));
        rig.expectApplied(1);
        rig.client.expectNoMessage(Duration.ZERO);
        rig.commit(3, commands(2, 3));
        ClientReply.Queried answer = rig.expectReply(ClientReply.Queried.class);
        assertThat(answer.appliedIndex()).isGreaterThanOrEqualTo(2);
        assertThat(answer.request()).isEqualTo(1);
    }

    @Test
    void aQueryOfOldEnoughAStateIsAnsweredAtOnceAndTogether() {
        rig.commit(2, commands(1, 2));
        rig.ask(0, 1, "x", "y");
        ClientReply.Queried answer = rig.expectReply(ClientReply.Queried.class);
        assertThat(Rig.texts(answer.answers())).containsExactly("x2", "y2");
        assertThat(answer.appliedIndex()).isEqualTo(2);
    }

    @Test
    void earlyQueriesAreServedByTheirReadIndexNotTheirArrival() {
        rig.ask(3, 3, "q");
        rig.ask(1, 1, "q");
        rig.ask(2, 2, "q");
        for (long index = 1; index <= 3; index++) {
            rig.commit(index, commands(index, index));
            assertThat(rig.expectReply(ClientReply.Queried.class).request()).isEqualTo(index);
        }
    }

    @Test
    void aQueryThatFailsIsRefusedAndHarmsNobody() {
        rig.ask(0, 1, "fine", "throw");
        assertThat(rig.expectReply(ClientReply.Rejected.class).reason()).isEqualTo(Reason.REFUSED);
        rig.ask(0, 2, "overflow");
        assertThat(rig.expectReply(ClientReply.Rejected.class).reason()).isEqualTo(Reason.REFUSED);
        rig.commit(1, commands(1, 1));
        rig.expectApplied(1);
    }

    private void expectEnd() {
        TestProbe<Void> watcher = KIT.createTestProbe();
        watcher.expectTerminated(rig.applier);
        rig.client.expectNoMessage(Duration.ZERO);
    }
}
