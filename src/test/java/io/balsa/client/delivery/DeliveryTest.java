package io.balsa.client.delivery;

import static io.balsa.client.delivery.Play.S1;
import static io.balsa.client.delivery.Play.S2;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.Applied;
import io.balsa.Consistency;
import io.balsa.protocol.ClientRequest;
import io.balsa.protocol.reply.ClientReply;
import io.balsa.protocol.reply.ClientReply.Reason;
import io.balsa.protocol.reply.ClientReply.Status;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What goes well: whom commands are sent to, how they go together, and how much is under way. */
final class DeliveryTest {
    private final Play play = Play.withRoom();

    @Test
    void nothingIsSentBeforeAServerSaysThatItLeads() {
        List<Outcome<Applied>> outcomes = play.submit(1);

        assertThat(play.asked()).containsExactly(S1, S2);
        assertThat(play.countFor(S1) + play.countFor(S2)).isZero();

        play.leads(S2).opensSession(S2, 7);
        play.applies(play.getsCommands(S2), 9);

        assertThat(outcomes).singleElement().satisfies(outcome -> assertApplied(outcome, 9));
        assertThat(play.countFor(S1)).isZero();
    }

    @Test
    void oneSessionIsOpenedForTheFirstCommandAndServesAll() {
        play.leads(S1).submit(1, 1);
        play.opensSession(S1, 7);
        ClientRequest.Submit first = play.getsCommands(S1);
        play.applies(first, 1).submit(1);
        ClientRequest.Submit second = play.getsCommands(S1);

        assertThat(List.of(first.session(), second.session())).containsExactly(7L, 7L);
        assertThat(List.of(first.firstSequence(), second.firstSequence())).containsExactly(1L, 3L);
        assertThat(second.firstUnacknowledged()).isEqualTo(3);
    }

    @Test
    void whatQueuesUpBehindThoseInFlightGoesTogether() {
        play.leads(S1).submit(1);
        play.opensSession(S1, 7).submit(1);
        List<Outcome<Applied>> queued = play.submit(1, 1, 1);
        assertThat(play.countFor(S1)).as("two may be in flight").isEqualTo(2);

        play.applies(play.getsCommands(S1), 1);
        play.applies(play.getsCommands(S1), 2);
        ClientRequest.Submit together = play.getsCommands(S1);
        assertThat(together.commands()).hasNumberOfRows(3);
        play.applies(together, 3);

        assertThat(queued).extracting(DeliveryTest::index).containsExactly(3L, 4L, 5L);
    }

    @Test
    void theLowestOpenSequenceIsHeldUntilItsBatchIsAnswered() {
        play.leads(S1).submit(1);
        play.opensSession(S1, 7).submit(1);
        play.getsCommands(S1);
        play.applies(play.getsCommands(S1), 2).submit(1);

        assertThat(play.getsCommands(S1).firstUnacknowledged()).isEqualTo(1);
    }

    @Test
    void aMessageStaysBelowSixtyKibibytes() {
        play.leads(S1).submit(1);
        play.opensSession(S1, 7);
        play.applies(play.getsCommands(S1), 1)
                .submit(IntStream.range(0, 20).map(i -> 4096).toArray());

        ClientRequest.Submit batch = play.getsCommands(S1);
        assertThat(batch.commands()).hasNumberOfRows(14);
        assertThat(play.getsCommands(S1).commands()).hasNumberOfRows(6);
    }

    @Test
    void aCommandThatIsLargerGoesAloneAndOnTheConnectionForLargeOnes() {
        play.leads(S1).submit(1);
        play.opensSession(S1, 7);
        play.applies(play.getsCommands(S1), 1).submit(10, 100_000, 10);

        assertThat(play.next(S1).way()).isEqualTo("tell");
        Play.Sent large = play.next(S1);
        assertThat(large.way()).isEqualTo("bulk");
        assertThat(((ClientRequest.Submit) large.message()).commands()).hasNumberOfRows(1);
    }

    @Test
    void noMoreSequencesAreUsedThanTheClusterKeeps() {
        play.leads(S1).submit(1);
        play.opensSession(S1, 7);
        ClientRequest.Submit first = play.getsCommands(S1);
        play.submit(new int[150]);

        assertThat(play.getsCommands(S1).commands()).hasNumberOfRows(99);
        assertThat(play.countFor(S1)).isZero();

        play.applies(first, 1);
        ClientRequest.Submit next = play.getsCommands(S1);
        assertThat(next.commands()).hasNumberOfRows(1);
        assertThat(next.firstUnacknowledged()).isEqualTo(2);
    }

    @Test
    void queriesGoTogetherToTheLeaderWithoutASession() {
        List<Outcome<Applied>> answers = play.leads(S1).call(Call.Kind.LINEARIZABLE_QUERY, 1, 2);
        ClientRequest.Query query = play.gets(S1, ClientRequest.Query.class);
        play.replies(new ClientReply.Queried(query.request(), query.consistency(), 5, new byte[][] {{1}, {2}}));

        assertThat(answers).extracting(DeliveryTest::index).containsExactly(5L, 5L);
    }

    @Test
    void staleQueriesGoToAnyServerThatAnswersRatherThanTheLeader() {
        play.leads(S1).answers(S2).call(Call.Kind.STALE_QUERY, 1);

        assertThat(play.countFor(S1)).isZero();
        assertThat(play.gets(S2, ClientRequest.Query.class).queries()).hasNumberOfRows(1);
    }

    @Test
    void whatIsAnsweredMakesRoom() {
        play.leads(S1).submit(10, 20);
        play.opensSession(S1, 7);
        play.applies(play.getsCommands(S1), 1);

        assertThat(play.released()).isEqualTo(30 + 2 * Call.OVERHEAD);
    }

    @Test
    void closingTellsWhatWasSentFromWhatWasNot() {
        List<Outcome<Applied>> sent = play.leads(S1).submit(1);
        play.opensSession(S1, 7).submit(1);
        List<Outcome<Applied>> queued = play.submit(1);

        play.close();

        assertThat(sent).singleElement().isInstanceOf(Outcome.Unknown.class);
        assertThat(queued).singleElement().isInstanceOf(Outcome.Unavailable.class);
    }

    @Test
    void aSessionOfSomebodyElseIsUsedAsTold() {
        List<Outcome<Applied>> outcomes = play.leads(S1).run(Errand.submit(40, 3, new byte[1]));
        ClientRequest.Submit submit = play.getsCommands(S1);

        assertThat(List.of(submit.session(), submit.firstSequence(), submit.firstUnacknowledged()))
                .containsExactly(40L, 3L, 0L);
        play.answers(submit, Status.SETTLED, 0);
        assertThat(outcomes).singleElement().satisfies(outcome -> assertThat(refusal(outcome))
                .isEqualTo(Outcome.Refusal.SETTLED));
    }

    @Test
    void sessionsAreOpenedAndClosedOnRequest() {
        List<Outcome<Long>> opened = play.leads(S1).run(Errand.openSession());
        play.opensSession(S1, 12);
        List<Outcome<Long>> closed = play.run(Errand.closeSession(12));
        ClientRequest.CloseSession close = play.gets(S1, ClientRequest.CloseSession.class);
        play.replies(new ClientReply.SessionClosed(close.request()));

        assertThat(opened).containsExactly(new Outcome.Done<>(12L));
        assertThat(closed).containsExactly(new Outcome.Done<>(12L));
        assertThat(close.session()).isEqualTo(12);
    }

    @Test
    void anIdleClientDoesNothing() {
        play.leads(S1).passes(Duration.ofMinutes(1));

        assertThat(play.countFor(S1)).isZero();
        assertThat(play.asked()).isEmpty();
    }

    @Test
    void leaseReadsAreRefusedByServersThatOfferNone() {
        List<Outcome<Applied>> answers = play.leads(S1).call(Call.Kind.LEASE_QUERY, 1);
        play.rejects(play.gets(S1, ClientRequest.Query.class), Reason.UNSUPPORTED);

        assertThat(refusal(answers.get(0))).isEqualTo(Outcome.Refusal.UNSUPPORTED);
    }

    /** Else it would find the next leader late by as much as it has looked away. */
    @Test
    void whoLooksAwayBecauseAllIsWellLooksAgainWhenTheLeaderIsNone() {
        play.leads(S1).submit(1);
        assertThat(play.pace()).isEqualTo(100);
        assertThat(play.isInHurry()).isFalse();

        play.rejects(play.gets(S1, ClientRequest.OpenSession.class), Reason.NOT_LEADER);
        assertThat(play.isInHurry()).isTrue();
        assertThat(play.pace()).isEqualTo(20);
        assertThat(play.isInHurry()).isFalse();
    }

    @Test
    void aReadThatAnybodyMayAnswerDoesNotGoToTheLeader() {
        play.leads(S1).answers(S2).call(Call.Kind.SHARED_QUERY, 1);

        ClientRequest.Query query = play.gets(S2, ClientRequest.Query.class);
        assertThat(query.consistency()).isEqualTo(Consistency.LINEARIZABLE);
        assertThat(play.countFor(S1)).isZero();
    }

    @Test
    void whatAnotherServerCannotAnswerGoesToTheLeader() {
        play.leads(S1).answers(S2).call(Call.Kind.SHARED_QUERY, 1);
        play.rejects(play.gets(S2, ClientRequest.Query.class), Reason.NOT_LEADER);

        assertThat(play.gets(S1, ClientRequest.Query.class).queries()).hasDimensions(1, 1);
    }

    @Test
    void theStrictestAgeHoldsForAllThatAreAskedTogether() {
        play.answers(S1);
        play.asks(Freshness.within(Duration.ofMillis(700)), Freshness.within(Duration.ofMillis(200)));

        ClientRequest.Query query = play.gets(S1, ClientRequest.Query.class);
        assertThat(query.maxAgeMillis()).isEqualTo(200);
        assertThat(query.consistency()).isEqualTo(Consistency.STALE);
    }

    @Test
    void aStateThatIsTooOldIsSaidToBeSo() {
        play.answers(S2);
        List<Outcome<Applied>> answers = play.asks(Freshness.within(Duration.ofMillis(200)));
        play.replies(
                new ClientReply.TooOld(play.gets(S2, ClientRequest.Query.class).request(), 734));
        play.answers(S2).passes(Play.TIMEOUT);

        assertThat(answers).hasSize(1);
        assertThat(((Outcome.Unavailable<?>) answers.get(0)).reason()).contains("734 ms old");
    }

    static void assertApplied(Outcome<Applied> outcome, long index) {
        assertThat(index(outcome)).isEqualTo(index);
    }

    static long index(Outcome<Applied> outcome) {
        return ((Outcome.Done<Applied>) outcome).value().index();
    }

    static Outcome.Refusal refusal(Outcome<?> outcome) {
        return ((Outcome.Refused<?>) outcome).refusal();
    }
}
