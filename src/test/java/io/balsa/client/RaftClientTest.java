package io.balsa.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.Applied;
import io.balsa.Consistency;
import io.balsa.client.delivery.Outcome;
import io.balsa.client.delivery.Pace;
import io.balsa.config.ClientSettings;
import io.balsa.model.EntryId;
import io.balsa.protocol.AdminRequest;
import io.balsa.protocol.ClientRequest;
import io.balsa.protocol.RaftMessage;
import io.balsa.protocol.Subscription;
import io.balsa.protocol.Target;
import io.balsa.protocol.link.Link;
import io.balsa.protocol.reply.AdminReply;
import io.balsa.protocol.reply.ClientReply;
import io.balsa.protocol.reply.ClientReply.Status;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The actor around the delivery, with a probe as the only server: what is asked, of whom, and when it gives up. */
final class RaftClientTest {
    private static final ActorTestKit KIT = ActorTestKit.create(ManualTime.config());
    private static final ManualTime TIME = ManualTime.get(KIT.system());
    private static final String SERVER = "pekko://raft@s1:1/user/raft";
    private static final ClientSettings SETTINGS =
            new ClientSettings(Duration.ofSeconds(5), 8, 1 << 20, 1 << 20, 100, false);

    private final AtomicLong nanos = new AtomicLong(Duration.ofDays(1).toNanos());
    private final TestProbe<RaftMessage> server = KIT.createTestProbe();
    private final TestProbe<RaftMessage> largeMessages = KIT.createTestProbe();
    private final TestProbe<RaftMessage> probes = KIT.createTestProbe();
    private final TestProbe<Outcome<?>> outcomes = KIT.createTestProbe();
    private ActorRef<RaftClient.Command> client;

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    @BeforeEach
    void aClientOfOneServer() {
        client = spawn("test");
    }

    @Test
    void aServerThatIsNotKnownIsProbedAndThenSpokenTo() {
        client.tell(new RaftClient.Submit(new byte[1], outcomes.getRef()::tell));
        lead();
        ClientRequest.OpenSession open = server.expectMessageClass(ClientRequest.OpenSession.class);
        open.client().answer(new ClientReply.SessionOpened(open.request(), 7));
        ClientRequest.Submit submit = server.expectMessageClass(ClientRequest.Submit.class);
        Status[] done = {Status.DONE};
        submit.client().answer(new ClientReply.Submitted(submit.request(), done, new long[] {9}, new byte[][] {{1}}));

        assertThat(value(Applied.class).index()).isEqualTo(9);
    }

    @Test
    void aServerThatDoesNotAnswerIsProbedAgainAndGivenUpInTheEnd() {
        client.tell(new RaftClient.Query(new byte[1], Consistency.LINEARIZABLE, outcomes.getRef()::tell));
        AdminRequest.GetStatus first = probes.expectMessageClass(AdminRequest.GetStatus.class);
        AdminRequest.GetStatus second = (AdminRequest.GetStatus) inTime(probes);

        assertThat(second.request()).isEqualTo(first.request());
        passes(SETTINGS.timeout());
        assertThat(inTime(outcomes)).isInstanceOf(Outcome.Unavailable.class);
        server.expectNoMessage(Duration.ZERO);
    }

    @Test
    void largeAnswersComeToAnActorOfTheirOwn() {
        client.tell(new RaftClient.AskLog(SERVER, 1, 9, outcomes.getRef()::tell));
        AdminRequest.GetLog question = probes.expectMessageClass(AdminRequest.GetLog.class);
        assertThat(question.replyTo().path().name()).isEqualTo("bulk");
        question.replyTo().tell(new AdminReply.LogPage(question.request(), 1, 0, 0, new byte[0]));

        assertThat(value(AdminReply.LogPage.class).firstIndex()).isEqualTo(1);
    }

    @Test
    void aServerOfAnotherClusterIsNamedInTheAnswer() {
        client.tell(new RaftClient.AskStatus(SERVER, outcomes.getRef()::tell));
        AdminRequest.GetStatus question = probes.expectMessageClass(AdminRequest.GetStatus.class);
        question.replyTo().tell(new AdminReply.Foreign(question.request(), "other", "main"));

        Outcome.Refused<?> outcome = outcomes.expectMessageClass(Outcome.Refused.class);
        assertThat(outcome.refusal()).isEqualTo(Outcome.Refusal.FOREIGN);
        assertThat(outcome.reason()).contains(SERVER).contains("other");
    }

    @Test
    void aClientThatWasToldNoClusterTakesTheFirstThatAnswers() {
        client = spawn("");
        client.tell(new RaftClient.OpenSession(outcomes.getRef()::tell));
        AdminRequest.GetStatus question = probes.expectMessageClass(AdminRequest.GetStatus.class);
        assertThat(question.target()).isEqualTo(new Target("", ""));
        question.replyTo().tell(status(question));

        assertThat(server.expectMessageClass(ClientRequest.OpenSession.class).target())
                .isEqualTo(new Target("test", "main"));
    }

    @Test
    void fromThenOnServersOfOtherClustersAreForeign() {
        client = spawn("");
        client.tell(new RaftClient.AskStatus(SERVER, outcomes.getRef()::tell));
        AdminRequest.GetStatus question = probes.expectMessageClass(AdminRequest.GetStatus.class);
        question.replyTo().tell(status(question));
        outcomes.expectMessageClass(Outcome.Done.class);

        client.tell(new RaftClient.AskStatus("pekko://raft@s2:1/user/raft", outcomes.getRef()::tell));
        AdminRequest.GetStatus other = probes.expectMessageClass(AdminRequest.GetStatus.class);
        assertThat(other.target()).isEqualTo(new Target("test", "main"));
        other.replyTo().tell(status(other, "another"));

        assertThat(outcomes.expectMessageClass(Outcome.Refused.class).refusal()).isEqualTo(Outcome.Refusal.FOREIGN);
    }

    @Test
    void nothingIsSentToAClusterThatIsNotKnownYet() {
        client = spawn("");
        client.tell(new RaftClient.AskLog(SERVER, 1, 9, outcomes.getRef()::tell));
        AdminRequest.GetLog page = probes.expectMessageClass(AdminRequest.GetLog.class);
        page.replyTo().tell(new AdminReply.LogPage(page.request(), 1, 0, 0, new byte[0]));
        value(AdminReply.LogPage.class);

        client.tell(new RaftClient.Query(new byte[1], Consistency.STALE, outcomes.getRef()::tell));
        client.tell(new RaftClient.Subscribe(1, delivered -> {}, outcomes.getRef()::tell));
        AdminRequest.GetStatus question = (AdminRequest.GetStatus) inTime(server);
        question.replyTo().tell(status(question));

        assertThat(server.expectMessageClass(ClientRequest.class).target()).isEqualTo(new Target("test", "main"));
        assertThat(server.expectMessageClass(ClientRequest.class).target()).isEqualTo(new Target("test", "main"));
    }

    @Test
    void aSubscriptionThatNobodyServesIsGivenUpInTime() {
        client.tell(new RaftClient.Subscribe(1, delivered -> {}, outcomes.getRef()::tell));
        probes.expectMessageClass(AdminRequest.GetStatus.class);
        passes(SETTINGS.timeout());

        Outcome.Unavailable<?> outcome = (Outcome.Unavailable<?>) inTime(outcomes);
        assertThat(outcome.reason()).contains(SERVER).contains("answers");
    }

    @Test
    void aSubscriptionWithServersOfAnotherClusterIsRefusedAtOnce() {
        client.tell(new RaftClient.Subscribe(1, delivered -> {}, outcomes.getRef()::tell));
        AdminRequest.GetStatus question = probes.expectMessageClass(AdminRequest.GetStatus.class);
        question.replyTo().tell(new AdminReply.Foreign(question.request(), "other", "main"));

        Outcome.Refused<?> outcome = (Outcome.Refused<?>) inTime(outcomes);
        assertThat(outcome.refusal()).isEqualTo(Outcome.Refusal.FOREIGN);
    }

    @Test
    void aSubscriptionThatHasBegunGoesOnForEver() {
        client.tell(new RaftClient.Subscribe(1, delivered -> {}, outcomes.getRef()::tell));
        lead();
        ClientRequest.Subscribe request = server.expectMessageClass(ClientRequest.Subscribe.class);
        TestProbe<Subscription.Processed> confirmations = KIT.createTestProbe();
        request.subscriber().tell(new Subscription.Deliver(new byte[0], 0, confirmations.getRef()));
        confirmations.receiveMessage();
        passes(SETTINGS.timeout());
        passes(SETTINGS.timeout());

        AdminRequest.GetStatus later = (AdminRequest.GetStatus) inTime(probes);
        later.replyTo().tell(new AdminReply.Foreign(later.request(), "other", "main"));
        inTime(probes);
        outcomes.expectNoMessage(Duration.ZERO);
    }

    @Test
    void oneForeignServerAmongSilentOnesIsTheReasonInTheEnd() {
        client = KIT.spawn(RaftClient.create(setup("test", SERVER, "pekko://raft@s2:1/user/raft")));
        client.tell(new RaftClient.Submit(new byte[1], outcomes.getRef()::tell));
        AdminRequest.GetStatus question = probes.expectMessageClass(AdminRequest.GetStatus.class);
        question.replyTo().tell(new AdminReply.Foreign(question.request(), "other", "main"));
        inTime(probes);
        passes(SETTINGS.timeout());

        Outcome.Refused<?> outcome = (Outcome.Refused<?>) inTime(outcomes);
        assertThat(outcome.refusal()).isEqualTo(Outcome.Refusal.FOREIGN);
    }

    @Test
    void stoppingTellsWhatWasSentFromWhatWasNot() {
        client.tell(new RaftClient.CloseSession(3, outcomes.getRef()::tell));
        lead();
        server.expectMessageClass(ClientRequest.CloseSession.class);
        client.tell(new RaftClient.Submit(new byte[1], outcomes.getRef()::tell));
        server.expectMessageClass(ClientRequest.OpenSession.class);
        KIT.stop(client);

        List<Outcome<?>> told = outcomes.receiveSeveralMessages(2);
        assertThat(told.get(0)).isInstanceOf(Outcome.Unknown.class);
        assertThat(told.get(1)).isInstanceOf(Outcome.Unavailable.class);
    }

    @Test
    void leavingWaitsForAnswersAndEndsTheSession() {
        client.tell(new RaftClient.Submit(new byte[1], outcomes.getRef()::tell));
        lead();
        ClientRequest.OpenSession open = server.expectMessageClass(ClientRequest.OpenSession.class);
        open.client().answer(new ClientReply.SessionOpened(open.request(), 7));
        ClientRequest.Submit submit = server.expectMessageClass(ClientRequest.Submit.class);

        client.tell(new RaftClient.Leave(outcomes.getRef()::tell));
        client.tell(new RaftClient.Submit(new byte[1], outcomes.getRef()::tell));
        outcomes.expectMessageClass(Outcome.Unavailable.class);
        server.expectNoMessage(Duration.ZERO);
        Status[] done = {Status.DONE};
        submit.client().answer(new ClientReply.Submitted(submit.request(), done, new long[] {9}, new byte[][] {{1}}));

        assertThat(value(Applied.class).index()).isEqualTo(9);
        assertThat(server.expectMessageClass(ClientRequest.CloseSession.class).session())
                .isEqualTo(7);
    }

    @Test
    void aClientThatFailsLeavesNobodyWaiting() {
        client.tell(new RaftClient.CloseSession(3, outcomes.getRef()::tell));
        lead();
        server.expectMessageClass(ClientRequest.CloseSession.class);
        client.tell(new RaftClient.Query(new byte[1], Consistency.LEASE, outcomes.getRef()::tell));
        server.expectMessageClass(ClientRequest.Query.class);

        client.tell(new RaftClient.SubmitAs(1, 1, null, outcomes.getRef()::tell));

        assertThat(outcomes.receiveSeveralMessages(2))
                .hasAtLeastOneElementOfType(Outcome.Unknown.class)
                .hasAtLeastOneElementOfType(Outcome.Unavailable.class);
        server.expectTerminated(client);
    }

    @Test
    void leavingWithoutASessionIsDoneAtOnce() {
        client.tell(new RaftClient.Leave(outcomes.getRef()::tell));

        assertThat(outcomes.receiveMessage()).isInstanceOf(Outcome.Done.class);
    }

    @Test
    void aCallbackThatThrowsLeavesNobodyElseWaiting() {
        client.tell(new RaftClient.CloseSession(3, outcome -> {
            throw new IllegalStateException("a mistake in a callback");
        }));
        client.tell(new RaftClient.OpenSession(outcomes.getRef()::tell));
        lead();
        ClientRequest.CloseSession close = server.expectMessageClass(ClientRequest.CloseSession.class);
        ClientRequest.OpenSession open = server.expectMessageClass(ClientRequest.OpenSession.class);
        close.client().answer(new ClientReply.SessionClosed(close.request()));
        open.client().answer(new ClientReply.SessionOpened(open.request(), 7));

        assertThat(value(Long.class)).isEqualTo(7);
    }

    @Test
    void aSubscriptionIsAskedForWithTheServerThatAnswers() {
        TestProbe<Object> deliveries = KIT.createTestProbe();
        client.tell(new RaftClient.Subscribe(4, deliveries.getRef()::tell, outcomes.getRef()::tell));
        lead();
        ClientRequest.Subscribe request = server.expectMessageClass(ClientRequest.Subscribe.class);

        assertThat(request.from()).isEqualTo(4);
        assertThat(request.subscriber().path().name()).startsWith("feed-");
    }

    @Test
    void commandsThatCameTogetherAreSentTogether() {
        Inbox inbox = new Inbox(SETTINGS, nanos::get);
        for (int i = 0; i < 5; i++) {
            inbox.submit(new byte[1], outcomes.getRef()::tell);
        }
        KIT.spawn(RaftClient.create(setup("test"), inbox));
        lead();
        ClientRequest.OpenSession open = server.expectMessageClass(ClientRequest.OpenSession.class);
        open.client().answer(new ClientReply.SessionOpened(open.request(), 7));

        assertThat(server.expectMessageClass(ClientRequest.Submit.class).commands())
                .hasNumberOfRows(5);
    }

    private void lead() {
        lead(probes);
    }

    /** The server answers the next question by saying that it leads. */
    private void lead(TestProbe<RaftMessage> asked) {
        AdminRequest.GetStatus question = (AdminRequest.GetStatus) inTime(asked);
        question.replyTo().tell(status(question));
    }

    private static AdminReply.Status status(AdminRequest question) {
        return status(question, "test");
    }

    /** The word of a leader. */
    private static AdminReply.Status status(AdminRequest question, String cluster) {
        return new AdminReply.Status(
                question.request(),
                cluster,
                "main",
                "node-1",
                "Leader",
                1,
                Optional.empty(),
                Optional.of("node-1"),
                true,
                EntryId.NONE,
                EntryId.NONE,
                0,
                0,
                1,
                0,
                "",
                List.of());
    }

    private <T> T value(Class<T> kind) {
        Outcome.Done<?> done = outcomes.expectMessageClass(Outcome.Done.class);
        return kind.cast(done.value());
    }

    /** What a probe is sent when time passes; the actor may need a moment to set its timer. */
    private <T> T inTime(TestProbe<T> probe) {
        return probe.awaitAssert(() -> {
            passes(Pace.QUICK);
            return probe.receiveMessage(Duration.ofMillis(100));
        });
    }

    private void passes(Duration span) {
        nanos.addAndGet(span.toNanos());
        TIME.timePasses(span);
    }

    private ActorRef<RaftClient.Command> spawn(String cluster) {
        return KIT.spawn(RaftClient.create(setup(cluster)));
    }

    private RaftClient.Setup setup(String cluster) {
        return setup(cluster, SERVER);
    }

    private RaftClient.Setup setup(String cluster, String... servers) {
        Link link = new Link() {
            @Override
            public void tell(RaftMessage message) {
                server.getRef().tell(message);
            }

            @Override
            public void bulk(RaftMessage message) {
                largeMessages.getRef().tell(message);
            }

            @Override
            public void probe(RaftMessage message) {
                probes.getRef().tell(message);
            }
        };
        Target target = new Target(cluster, cluster.isEmpty() ? "" : "main");
        return new RaftClient.Setup(target, List.of(servers), SETTINGS, nanos::get, (address, context) -> link, 0);
    }
}
