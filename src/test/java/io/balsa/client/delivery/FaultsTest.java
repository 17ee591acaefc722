package io.balsa.client.delivery;

import static io.balsa.client.delivery.Play.S1;
import static io.balsa.client.delivery.Play.S2;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.Applied;
import io.balsa.protocol.ClientRequest;
import io.balsa.protocol.reply.ClientReply;
import io.balsa.protocol.reply.ClientReply.Reason;
import io.balsa.protocol.reply.ClientReply.Status;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What goes wrong: every repetition carries the same sequences, and every answer is true (decisions 18 and 19). */
final class FaultsTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Play play = Play.withRoom();
    private List<Outcome<Applied>> outcomes;
    private ClientRequest.Submit first;

    @BeforeEach
    void twoCommandsAreSentToTheLeader() {
        outcomes = play.leads(S1).submit(1, 1);
        play.opensSession(S1, 7);
        first = play.getsCommands(S1);
    }

    @Test
    void aServerThatDoesNotLeadNamesTheOneThatDoes() {
        play.answers(S2).rejects(first, Reason.NOT_LEADER, S2);
        ClientRequest.Submit second = play.getsCommands(S2);

        assertSameCommands(second);
        assertThat(second.request()).as("of every attempt").isNotEqualTo(first.request());
        play.applies(second, 4);
        assertThat(outcomes).extracting(DeliveryTest::index).containsExactly(4L, 5L);
    }

    @Test
    void aNamedLeaderThatDoesNotAnswerIsAskedFirst() {
        play.asked();
        play.rejects(first, Reason.NOT_LEADER, S2);

        assertThat(play.countFor(S2)).isZero();
        assertThat(play.asked()).contains(S2);
    }

    @Test
    void twoServersThatNameEachOtherAreNotFollowedForEver() {
        play.answers(S2);
        ClientRequest.Submit last = first;
        for (String other : List.of(S2, S1, S2)) {
            play.rejects(last, Reason.NOT_LEADER, other);
            last = play.getsCommands(other);
        }
        play.rejects(last, Reason.NOT_LEADER, S1);

        assertThat(play.countFor(S1)).isZero();
        assertThat(play.asked()).containsExactly(S1, S2);
    }

    /** The one that died may have had a higher limit, and another may commit what it left. */
    @Test
    void aCommandSentBeforeIsNotRefusedBecauseAnotherServerFindsItTooLarge() {
        List<Outcome<Applied>> single = play.submit(1);
        play.getsCommands(S1);
        play.passes(Duration.ofMillis(600));
        play.leads(S2);
        play.rejects(play.getsCommands(S2), Reason.NOT_LEADER);
        ClientRequest.Submit again = play.leads(S2).getsCommands(S2);
        while (again.commands().length != 1) {
            again = play.getsCommands(S2);
        }

        play.rejects(again, Reason.TOO_LARGE);

        assertThat(single).singleElement().isInstanceOf(Outcome.Unknown.class);
    }

    @Test
    void staleReadsGoOnWhileOthersWaitForALeader() {
        for (int i = 0; i < 3; i++) {
            play.call(Call.Kind.LINEARIZABLE_QUERY, 1);
        }
        play.passes(Duration.ofMillis(600));
        while (play.countFor(S2) > 0) {
            play.next(S2);
        }

        play.answers(S2).call(Call.Kind.STALE_QUERY, 1);

        assertThat(play.countFor(S2)).isEqualTo(1);
    }

    @Test
    void whenAllServersAreOfAnotherClusterThatIsSaidAtOnce() {
        play.rejects(first, Reason.FOREIGN);
        play.passes(Duration.ofMillis(50));
        assertThat(outcomes).as("the other may be of the right one").isEmpty();

        play.leads(S2).rejects(play.getsCommands(S2), Reason.FOREIGN);
        play.passes(Duration.ofMillis(50));

        assertThat(outcomes)
                .hasSize(2)
                .allMatch(outcome -> outcome instanceof Outcome.Refused<Applied> refused
                        && refused.refusal() == Outcome.Refusal.FOREIGN);
    }

    @Test
    void aLeaderThatFallsSilentIsLeftForTheNextWithTheSameSequences() {
        play.passes(Duration.ofMillis(90));
        assertThat(play.asked()).as("it may just be slow").isEmpty();
        play.passes(Duration.ofMillis(20));
        assertThat(play.asked()).as("it, and those that may lead by now").contains(S1, S2);

        play.leads(S2);
        ClientRequest.Submit second = play.getsCommands(S2);
        assertSameCommands(second);
        play.applies(second, 4);
        play.applies(first, 4);

        assertThat(outcomes).extracting(DeliveryTest::index).containsExactly(4L, 5L);
    }

    @Test
    void whenOneThatDoesNotLeadFallsSilentTheOthersAreLeftAlone() {
        play.applies(first, 4);
        play.answers(S2).call(Call.Kind.STALE_QUERY, 1);
        assertThat(play.countFor(S2)).isEqualTo(1);

        play.passes(Duration.ofMillis(110));

        assertThat(play.asked()).containsOnly(S2);
    }

    @Test
    void aBatchThatWasLostIsSentAgainToALeaderThatSpeaks() {
        for (int i = 0; i < 10; i++) {
            play.passes(Duration.ofMillis(100)).answers(S1);
        }

        assertSameCommands(play.getsCommands(S1));
        assertThat(play.countFor(S1)).isZero();
    }

    @Test
    void aLateAnswerToAnEarlierAttemptCounts() {
        play.passes(Duration.ofMillis(600)).leads(S2);
        assertSameCommands(play.getsCommands(S2));

        play.applies(first, 3);

        assertThat(outcomes).extracting(DeliveryTest::index).containsExactly(3L, 4L);
    }

    @Test
    void aBusyLeaderIsGivenTime() {
        play.rejects(first, Reason.BUSY);
        assertThat(play.countFor(S1)).isZero();

        play.passes(Duration.ofMillis(50));

        assertSameCommands(play.getsCommands(S1));
    }

    @Test
    void ifAllAttemptsWereTurnedAwayNothingWasDone() {
        play.rejects(first, Reason.NOT_LEADER).passes(Play.TIMEOUT);

        assertThat(outcomes).hasSize(2).allSatisfy(outcome -> assertThat(outcome)
                .isInstanceOf(Outcome.Unavailable.class));
    }

    @Test
    void ifAnAttemptWasNotAnsweredTheOutcomeIsUnknown() {
        play.passes(Play.TIMEOUT);

        assertThat(outcomes).hasSize(2).allSatisfy(outcome -> assertThat(outcome)
                .isInstanceOf(Outcome.Unknown.class));
    }

    @Test
    void aLeaderDeposedWithTheCommandInItsLogLeavesItsFateOpen() {
        play.rejects(first, Reason.LEADERSHIP_LOST).leads(S2);
        play.rejects(play.getsCommands(S2), Reason.NOT_LEADER).passes(Play.TIMEOUT);

        assertThat(outcomes).hasSize(2).allSatisfy(outcome -> assertThat(outcome)
                .isInstanceOf(Outcome.Unknown.class));
    }

    @Test
    void commandsThatWereNeverSentAreUnavailable() {
        play.submit(1);
        List<Outcome<Applied>> queued = play.submit(1);
        play.passes(Play.TIMEOUT);

        assertThat(queued).singleElement().isInstanceOf(Outcome.Unavailable.class);
    }

    @Test
    void commandsOfAnExpiredSessionThatWereSentOnceGoOnUnderANewOne() {
        play.answers(first, Status.SESSION_EXPIRED, 5).opensSession(S1, 8);
        ClientRequest.Submit second = play.getsCommands(S1);

        assertThat(second.session()).isEqualTo(8);
        assertThat(second.commands()).hasNumberOfRows(2);
        play.applies(second, 9);
        assertThat(outcomes).extracting(DeliveryTest::index).containsExactly(9L, 10L);
        assertThat(play.released()).isEqualTo(2 + 2 * Call.OVERHEAD);
    }

    @Test
    void commandsOfAnExpiredSessionThatMayHaveBeenAppliedAreUnknown() {
        play.passes(Duration.ofMillis(600)).leads(S2);
        play.answers(play.getsCommands(S2), Status.SESSION_EXPIRED, 5);

        assertThat(outcomes).hasSize(2).allSatisfy(outcome -> assertThat(outcome)
                .isInstanceOf(Outcome.Unknown.class));
        assertThat(play.countFor(S2)).as("nothing is sent again").isZero();
    }

    @Test
    void aWindowSmallerThanThoughtIsRespected() {
        play.answers(first, Status.BEYOND_WINDOW, 5);
        assertThat(play.getsCommands(S1).commands()).hasNumberOfRows(2);
        play.submit(new int[150]);

        assertThat(play.getsCommands(S1).commands()).hasNumberOfRows(48);
    }

    @Test
    void ofABatchThatIsTooLargeOnlyTheGuiltyAreRefused() {
        play.rejects(first, Reason.TOO_LARGE);
        ClientRequest.Submit one = play.getsCommands(S1);
        ClientRequest.Submit two = play.getsCommands(S1);
        assertThat(List.of(one.firstSequence(), two.firstSequence())).containsExactly(1L, 2L);

        play.rejects(one, Reason.TOO_LARGE).applies(two, 3);

        assertThat(DeliveryTest.refusal(outcomes.get(0))).isEqualTo(Outcome.Refusal.TOO_LARGE);
        DeliveryTest.assertApplied(outcomes.get(1), 3);
    }

    @Test
    void queriesWhoseAnswersMayNotFitIntoOneMessageAreAskedOneByOne() {
        play.applies(first, 1);
        play.answers(S2).call(Call.Kind.STALE_QUERY, 1, 1);
        play.gets(S2, ClientRequest.Query.class);
        for (int i = 0; i < 10; i++) {
            play.passes(Duration.ofMillis(100)).answers(S2);
        }

        assertThat(play.gets(S2, ClientRequest.Query.class).queries()).hasNumberOfRows(1);
        assertThat(play.gets(S2, ClientRequest.Query.class).queries()).hasNumberOfRows(1);
    }

    @Test
    void aQueryNeverHasAnUnknownOutcome() {
        List<Outcome<Applied>> answers = play.call(Call.Kind.LINEARIZABLE_QUERY, 1);
        play.passes(Play.TIMEOUT);

        assertThat(answers).singleElement().isInstanceOf(Outcome.Unavailable.class);
    }

    @Test
    void aServerOfAnotherClusterIsNotAskedAgain() {
        play.rejects(first, Reason.FOREIGN, S1);
        assertThat(play.countFor(S1)).isZero();

        play.passes(SECOND);

        assertThat(play.countFor(S1)).isZero();
        assertThat(outcomes).isEmpty();
    }

    @Test
    void aDuplicateAnswerIsIgnored() {
        play.applies(first, 4).applies(first, 4);

        assertThat(outcomes).hasSize(2);
    }

    @Test
    void anAnswerThatDoesNotFitTheQuestionIsNoAnswer() {
        play.replies(new ClientReply.SessionClosed(first.request())).passes(Play.TIMEOUT);

        assertThat(outcomes).hasSize(2).allSatisfy(outcome -> assertThat(outcome)
                .isInstanceOf(Outcome.Unknown.class));
    }

    private void assertSameCommands(ClientRequest.Submit again) {
        assertThat(List.of(again.session(), again.firstSequence())).containsExactly(7L, 1L);
        assertThat(again.commands()).hasNumberOfRows(2);
    }
}
