package io.balsa.role;

import static io.balsa.role.OneServer.N2;
import static io.balsa.role.OneServer.N3;
import static io.balsa.role.OneServer.voiceOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.model.EntryId;
import io.balsa.model.NodeId;
import io.balsa.protocol.AppendEntries;
import io.balsa.protocol.Client;
import io.balsa.protocol.ClientRequest;
import io.balsa.protocol.Hello;
import io.balsa.protocol.RaftMessage;
import io.balsa.protocol.Target;
import io.balsa.protocol.reply.ClientReply;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.LoggingTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A leader among three, with a follower, n3, that falls silent and comes back. */
final class LinkTest {
    /** How often a quiet link is tried, ms; see {@code raft.link.probe-interval}. */
    private static final int PROBE = 700;

    private OneServer server;
    private long term;

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void aSilentPeerIsNotFedButTriedAtALowRateAndFedAgainAfterItsFirstWord() {
        lead();
        server.silence(N3);
        leadFor(2000);
        server.everything(N3);
        submit();

        leadFor(10 * PROBE);
        List<RaftMessage> told = server.everything(N3);
        assertThat(told).as("at a low rate").hasSizeBetween(8, 12).noneMatch(LinkTest::hasEntries);

        server.tell(new AppendEntries.Response(voiceOf(N3), term, 0, true, lastPrevious(told), 2, EntryId.NONE));
        List<RaftMessage> fed = server.everything(N3);
        assertThat(fed).filteredOn(LinkTest::hasEntries).singleElement().satisfies(message -> assertThat(
                        ((AppendEntries.Request) message).entries().last().index())
                .isEqualTo(3));
    }

    /** A greeting says that the peer lives, but not what it holds: that is asked first, at once. */
    @Test
    void aPeerThatGreetsAgainIsSpokenToAtTheNextHeartbeat() {
        lead();
        server.silence(N3);
        leadFor(2000);
        submit();
        server.everything(N3);

        server.tell(new Hello(voiceOf(N3), 0, false, "pekko://raft@127.0.0.1:7999/user/raft", 1, 0));
        leadFor(100);

        assertThat(server.everything(N3))
                .anyMatch(AppendEntries.Request.class::isInstance)
                .noneMatch(LinkTest::hasEntries);
    }

    @Test
    void silenceIsWarnedOfOnce() {
        lead();
        server.silence(N3);
        expect(1, () -> leadFor(3000));
    }

    /** It tries this server at the rate of a quiet link. */
    @Test
    void aPeerThatDoesNotHearThisServerIsNotCalledSilentAgainAndAgain() {
        lead();
        server.silence(N3);
        expect(0, () -> {
            for (int tries = 0; tries < 4; tries++) {
                leadFor(PROBE);
                server.tell(new Hello(voiceOf(N3), 0, false, "pekko://raft@127.0.0.1:7999/user/raft", 1, 0));
            }
        });
    }

    /** Nodes that are started together are not up at the same time. */
    @Test
    void aPeerThatWasNeverHeardIsGivenTimeToStart() {
        server = new OneServer(3, N3);
        expect(0, () -> server.pass(9_000));
        expect(1, () -> server.pass(1_500));
    }

    private void expect(int warnings, Runnable event) {
        LoggingTestKit line = LoggingTestKit.warn("n1: n3 is silent").withOccurrences(warnings);
        line.expect(server.kit().system(), () -> {
            event.run();
            return server.status();
        });
    }

    private void lead() {
        server = new OneServer(3);
        server.lead();
        term = server.term();
        answer(N2, 2);
        answer(N3, 2);
    }

    /** With n2 for a majority. */
    private void leadFor(int millis) {
        for (int left = millis; left > 0; left -= 100) {
            server.pass(100);
            answer(N2, 2);
        }
        assertThat(server.role()).isEqualTo(Leader.NAME);
    }

    private void answer(NodeId follower, long match) {
        server.awaitDurable();
        EntryId previous = new EntryId(match, term);
        server.tell(new AppendEntries.Response(voiceOf(follower), term, 0, true, previous, match, EntryId.NONE));
        server.status();
    }

    private void submit() {
        TestProbe<ClientReply> client = server.kit().createTestProbe();
        Client ref = new Client(client.getRef(), client.getRef());
        server.tell(new ClientRequest.Submit(new Target("test", "main"), 1, ref, 0, 0, 0, new byte[][] {{1}}));
    }

    private static boolean hasEntries(RaftMessage message) {
        return message instanceof AppendEntries.Request request && request.block().length > 0;
    }

    private static EntryId lastPrevious(List<RaftMessage> told) {
        return told.stream()
                .filter(AppendEntries.Request.class::isInstance)
                .map(message -> ((AppendEntries.Request) message).previous())
                .reduce((first, last) -> last)
                .orElseThrow();
    }
}
