package io.balsa.role;

import static io.balsa.role.OneServer.N2;
import static io.balsa.role.OneServer.N3;
import static io.balsa.role.OneServer.voiceOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.Consistency;
import io.balsa.model.EntryId;
import io.balsa.model.NodeId;
import io.balsa.protocol.AdminRequest;
import io.balsa.protocol.AppendEntries;
import io.balsa.protocol.Client;
import io.balsa.protocol.ClientRequest;
import io.balsa.protocol.Local;
import io.balsa.protocol.RequestVote;
import io.balsa.protocol.Target;
import io.balsa.protocol.TimeoutNow;
import io.balsa.protocol.reply.AdminReply;
import io.balsa.protocol.reply.ClientReply;
import io.balsa.protocol.reply.ClientReply.Reason;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A leader among three, with two probes for followers (§5.3, §5.4.2, §8, thesis §6.2). */
final class LeaderTest {
    private static final Target TARGET = new Target("test", "main");

    private final OneServer server = new OneServer(3);
    private TestProbe<ClientReply> client;
    private long term;

    @BeforeEach
    void lead() {
        client = server.kit().createTestProbe();
        server.lead();
        term = server.term();
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void beginsItsTermWithANoOpThatIsCommittedByAMajority() {
        assertThat(server.status().commitIndex()).isZero();
        follow(N2, 2);
        assertThat(server.status().commitIndex()).isEqualTo(2);
    }

    @Test
    void answersACommandOnlyWhenItIsCommitted() {
        follow(N2, 2);
        submit(1, 7);
        assertThat(server.status().commitIndex()).isEqualTo(2);
        client.expectNoMessage(java.time.Duration.ofMillis(50));
        follow(N2, 3);
        ClientReply.Submitted done = (ClientReply.Submitted) client.receiveMessage();
        assertThat(done.request()).isEqualTo(7);
        assertThat(done.indexes()).containsExactly(3);
    }

    @Test
    void aLateAnswerTakesNothingBack() {
        follow(N2, 2);
        follow(N2, 1);
        assertThat(peer(N2).matchIndex()).isEqualTo(2);
        assertThat(server.status().commitIndex()).isEqualTo(2);
    }

    @Test
    void goesBackToWhereTheLogsAgreeOnARefusal() {
        server.expect(N3, AppendEntries.Request.class);
        refuse(N3, new EntryId(2, term), EntryId.NONE);
        assertThat(server.expect(N3, AppendEntries.Request.class).previous()).isEqualTo(EntryId.NONE);
        follow(N3, 0);
        AppendEntries.Request whole = nextWithEntries(N3);
        assertThat(whole.previous()).isEqualTo(EntryId.NONE);
        assertThat(whole.entries().last()).isEqualTo(new EntryId(2, term));
    }

    @Test
    void stepsDownWhenNoMajorityIsHeard() {
        server.pass(OneServer.LONGEST_TIMEOUT + 100);
        assertThat(server.role()).isNotEqualTo(Leader.NAME);
        assertThat(server.term()).as("in the same term").isEqualTo(term);
    }

    @Test
    void tellsClientsTheTruthWhenItLosesItsOffice() {
        follow(N2, 2);
        submit(1, 7);
        query(8);
        server.tell(new RequestVote.Response(voiceOf(N2), term + 1, false));
        assertThat(rejection().reason()).isEqualTo(Reason.LEADERSHIP_LOST);
        assertThat(rejection().reason()).isEqualTo(Reason.NOT_LEADER);
        submit(1, 9);
        assertThat(rejection().reason()).isEqualTo(Reason.NOT_LEADER);
    }

    @Test
    void aReadWaitsForARoundBegunAfterIt() {
        follow(N2, 2);
        long before = lastRound(N2);
        query(8);
        answer(N2, 2, before);
        client.expectNoMessage(java.time.Duration.ofMillis(50));
        answer(N2, 2, before + 1);
        assertThat(client.receiveMessage()).isInstanceOf(ClientReply.Queried.class);
    }

    @Test
    void noReadIsServedBeforeTheNoOpIsCommitted() {
        query(8);
        answer(N2, 0, 100);
        client.expectNoMessage(java.time.Duration.ofMillis(50));
        follow(N2, 2);
        answer(N2, 2, lastRound(N2));
        assertThat(client.receiveMessage()).isInstanceOf(ClientReply.Queried.class);
    }

    /** The index of its entry everybody would know. */
    @Test
    void theIdOfASessionIsNoneThatOneCouldGuess() {
        server.tell(new ClientRequest.OpenSession(TARGET, 7, client()));
        server.tell(new ClientRequest.OpenSession(TARGET, 8, client()));
        follow(N2, 4);
        long one = ((ClientReply.SessionOpened) client.receiveMessage()).session();
        long other = ((ClientReply.SessionOpened) client.receiveMessage()).session();
        assertThat(List.of(one, other)).doesNotHaveDuplicates().allMatch(id -> id >= 1L << 52 && id < 1L << 53);
        assertThat(Math.abs(one - other)).isGreaterThan(1000);
    }

    @Test
    void refusesACommandThatIsTooLarge() {
        follow(N2, 2);
        byte[][] commands = {new byte[1024 * 1024 + ClientRequest.ROOM + 1]};
        server.tell(new ClientRequest.Submit(TARGET, 7, client(), 0, 0, 0, commands));
        assertThat(rejection().reason()).isEqualTo(Reason.TOO_LARGE);
        assertThat(server.measures().refused().of(Reason.TOO_LARGE.name())).isEqualTo(1);
        assertThat(server.status().last().index()).isEqualTo(2);
    }

    @Test
    void refusesAnotherClustersClient() {
        Target other = new Target("other", "main");
        server.tell(new ClientRequest.Submit(other, 7, client(), 0, 0, 0, new byte[][] {{1}}));
        assertThat(rejection().reason()).isEqualTo(Reason.FOREIGN);
    }

    @Test
    void oneWhoDoesNotSayWhichClusterMayOnlyAskAboutTheServer() {
        server.tell(new ClientRequest.OpenSession(new Target("", ""), 7, client()));
        assertThat(rejection().reason()).isEqualTo(Reason.FOREIGN);

        TestProbe<AdminReply> operator = server.kit().createTestProbe();
        server.tell(new AdminRequest.GetStatus(new Target("", "main"), 8, operator.getRef()));
        assertThat(operator.receiveMessage()).isInstanceOf(AdminReply.Status.class);
        server.tell(new AdminRequest.GetStatus(new Target("", "other"), 9, operator.getRef()));
        assertThat(operator.receiveMessage()).isInstanceOf(AdminReply.Foreign.class);
    }

    @Test
    void keepsOnlyAWindowOfEntriesOnTheirWay() {
        follow(N2, 2);
        server.told(N2);
        for (int i = 0; i < 50; i++) {
            submit(1, 100 + i);
        }
        long sent = server.told(N2).stream()
                .filter(message -> message instanceof AppendEntries.Request request && request.block().length > 0)
                .count();
        assertThat(sent).isEqualTo(8);
        follow(N2, 10);
        assertThat(nextWithEntries(N2).entries().count())
                .as("what has piled up goes in one")
                .isEqualTo(42);
    }

    /** On the other connection it would overtake, be refused, and have everything sent once more. */
    @Test
    void whatFollowsALargeEntryTakesItsWayUntilItHasArrived() {
        follow(N2, 2);
        server.told(N2);
        server.tell(new ClientRequest.Submit(TARGET, 1, client(), 0, 0, 0, new byte[][] {new byte[100_000]}));
        submit(1, 2);
        assertThat(server.cameInBulk(nextWithEntries(N2))).isTrue();
        assertThat(server.cameInBulk(nextWithEntries(N2))).isTrue();

        follow(N2, 4);
        submit(1, 3);
        assertThat(server.cameInBulk(nextWithEntries(N2))).isFalse();
    }

    @Test
    void handsOverToTheBestPlacedFollowerBeforeItStops() {
        follow(N2, 2);
        TestProbe<Local.Resigned> stopping = server.kit().createTestProbe();
        server.tell(new Local.Resign(stopping.getRef()));
        server.expect(N2, TimeoutNow.class);
        submit(1, 9);
        assertThat(rejection().reason()).isEqualTo(Reason.NOT_LEADER);
        server.tell(new RequestVote.Request(voiceOf(N2), term + 1, new EntryId(2, term), true));
        stopping.receiveMessage();
        assertThat(server.role()).isEqualTo(Follower.NAME);
    }

    @Test
    void leadsOnWhenNobodyTakesOver() {
        follow(N2, 2);
        TestProbe<Local.Resigned> stopping = server.kit().createTestProbe();
        server.tell(new Local.Resign(stopping.getRef()));
        server.expect(N2, TimeoutNow.class);
        for (int i = 0; i < 8; i++) {
            server.pass(100);
            answer(N2, 2, 0);
        }
        assertThat(server.role()).isEqualTo(Leader.NAME);
        assertThat(server.told(N2)).as("it is asked once more").anyMatch(TimeoutNow.class::isInstance);
    }

    @Test
    void feedsNothingToAPeerThatHasFallenSilent() {
        follow(N2, 2);
        server.silence(N3);
        for (int i = 0; i < 8; i++) {
            server.pass(200);
            answer(N2, 2, lastRound(N2));
        }
        server.told(N3);
        submit(1, 9);
        assertThat(server.told(N3))
                .noneMatch(message -> message instanceof AppendEntries.Request request && request.block().length > 0);
    }

    private void submit(int count, long request) {
        byte[][] commands = new byte[count][4];
        server.tell(new ClientRequest.Submit(TARGET, request, client(), 0, 0, 0, commands));
    }

    private void query(long request) {
        byte[][] queries = {{1}};
        server.tell(new ClientRequest.Query(
                TARGET, request, client(), Consistency.LINEARIZABLE, ClientRequest.Query.ANY_AGE, queries));
    }

    /** The follower holds the leader's log up to {@code match}, on disk. */
    private void follow(NodeId follower, long match) {
        answer(follower, match, 0);
    }

    private void answer(NodeId follower, long match, long round) {
        server.awaitDurable();
        EntryId previous = match == 0 ? EntryId.NONE : new EntryId(match, term);
        server.tell(new AppendEntries.Response(voiceOf(follower), term, round, true, previous, match, EntryId.NONE));
        server.status();
    }

    private void refuse(NodeId follower, EntryId previous, EntryId hint) {
        AppendEntries.Request last = server.expect(follower, AppendEntries.Request.class);
        assertThat(last.previous()).isEqualTo(previous);
        server.tell(new AppendEntries.Response(voiceOf(follower), term, 0, false, last.previous(), 0, hint));
    }

    private AppendEntries.Request nextWithEntries(NodeId follower) {
        AppendEntries.Request next = server.expect(follower, AppendEntries.Request.class);
        while (next.block().length == 0) {
            next = server.expect(follower, AppendEntries.Request.class);
        }
        return next;
    }

    private long lastRound(NodeId follower) {
        return server.told(follower).stream()
                .filter(AppendEntries.Request.class::isInstance)
                .mapToLong(message -> ((AppendEntries.Request) message).round())
                .max()
                .orElse(0);
    }

    private io.balsa.protocol.reply.AdminReply.Peer peer(NodeId id) {
        return server.status().peers().stream()
                .filter(peer -> peer.node().equals(id.name()))
                .findFirst()
                .orElseThrow();
    }

    private Client client() {
        return new Client(client.getRef(), client.getRef());
    }

    private ClientReply.Rejected rejection() {
        return (ClientReply.Rejected) client.receiveMessage();
    }
}
