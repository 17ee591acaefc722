package io.balsa.role;

import static io.balsa.role.OneServer.N2;
import static io.balsa.role.OneServer.N3;
import static io.balsa.role.OneServer.voiceOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.Consistency;
import io.balsa.model.EntryId;
import io.balsa.model.NodeId;
import io.balsa.protocol.AppendEntries;
import io.balsa.protocol.Client;
import io.balsa.protocol.ClientRequest;
import io.balsa.protocol.Rpc.ReadIndex;
import io.balsa.protocol.Target;
import io.balsa.protocol.reply.ClientReply;
import io.balsa.protocol.reply.ClientReply.Queried;
import io.balsa.protocol.reply.ClientReply.Reason;
import io.balsa.protocol.reply.ClientReply.Rejected;
import java.time.Duration;
import java.util.Map;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A leader, its lease (409 ms of the 500 of the shortest election timeout) and those who ask it, in time that passes
 * only when the test lets it.
 */
final class LeaseReadsTest {
    private static final Target TARGET = new Target("test", "main");

    private OneServer server = new OneServer(3);
    private final TestProbe<ClientReply> client = server.kit().createTestProbe();

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void countsFromTheMomentTheRoundWasSentNotFromItsAnswer() {
        leadAndCommit();
        server.pass(100);
        long round = lastRound();
        server.pass(300);
        answer(N2, round);

        query();
        assertThat(client.receiveMessage()).isInstanceOf(Queried.class);

        server.pass(200);
        query();
        client.expectNoMessage(Duration.ofMillis(50));
        answer(N2, lastRound());
        assertThat(client.receiveMessage()).isInstanceOf(Queried.class);
    }

    @Test
    void anAnswerOfNoMajorityExtendsNothing() {
        server.close();
        server = new OneServer(5);
        leadAndCommit();
        server.pass(450);
        answer(N2, lastRound());

        query();
        client.expectNoMessage(Duration.ofMillis(50));
    }

    @Test
    void isRefusedWhenClocksAreSoBadThatNoneCanBeHeld() {
        server.close();
        server = OneServer.with(Map.of("raft.read.clock-drift-percent", "70"));
        leadAndCommit();

        query();
        assertThat(((Rejected) client.receiveMessage()).reason()).isEqualTo(Reason.UNSUPPORTED);
    }

    @Test
    void aFollowersQuestionWaitsForARoundBegunAfterIt() {
        leadAndCommit();
        server.pass(100);
        long before = lastRound();
        server.tell(new ReadIndex.Request(voiceOf(N3), server.term(), 42));
        answer(N2, before);
        assertThat(server.told(N3)).noneMatch(ReadIndex.Response.class::isInstance);

        answer(N2, before + 1);
        ReadIndex.Response told = server.expect(N3, ReadIndex.Response.class);
        assertThat(told.number()).isEqualTo(42);
        assertThat(told.granted()).isTrue();
        assertThat(told.readIndex()).isEqualTo(2);
    }

    @Test
    void aFollowerIsToldWhenItsLeaderLeadsNoMore() {
        leadAndCommit();
        server.tell(new ReadIndex.Request(voiceOf(N3), server.term(), 42));
        server.pass(OneServer.LONGEST_TIMEOUT + 100);

        assertThat(server.expect(N3, ReadIndex.Response.class).granted()).isFalse();
    }

    /** Heartbeats are answered, and the first entry of the term never gets onto a second disk. */
    @Test
    void whoWaitsTooLongForTheFirstCommitIsRefused() {
        server.lead();
        query();
        for (int passed = 0; passed < 2 * OneServer.LONGEST_TIMEOUT + 200; passed += 100) {
            server.pass(100);
            long round = lastRound();
            server.tell(
                    new AppendEntries.Response(voiceOf(N2), server.term(), round, true, EntryId.NONE, 0, EntryId.NONE));
        }
        assertThat(((Rejected) client.receiveMessage()).reason()).isEqualTo(Reason.NOT_LEADER);
        assertThat(server.role()).isEqualTo(Leader.NAME);
    }

    private void leadAndCommit() {
        server.lead();
        answer(N2, 0);
        answer(N3, 0);
        assertThat(server.status().commitIndex()).isEqualTo(2);
        server.told(N2);
        server.told(N3);
    }

    private void answer(NodeId follower, long round) {
        server.awaitDurable();
        EntryId last = server.status().last();
        server.tell(new AppendEntries.Response(
                voiceOf(follower), server.term(), round, true, last, last.index(), EntryId.NONE));
        server.status();
    }

    private long lastRound() {
        return server.told(N2).stream()
                .filter(AppendEntries.Request.class::isInstance)
                .mapToLong(message -> ((AppendEntries.Request) message).round())
                .max()
                .orElseThrow();
    }

    private void query() {
        Client answers = new Client(client.getRef(), client.getRef());
        server.tell(new ClientRequest.Query(
                TARGET, 1, answers, Consistency.LEASE, ClientRequest.Query.ANY_AGE, new byte[][] {{1}}));
    }
}
