package io.balsa.role;

import static io.balsa.role.OneServer.N2;
import static io.balsa.role.OneServer.N3;
import static io.balsa.role.OneServer.voiceOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.model.EntryId;
import io.balsa.model.NodeId;
import io.balsa.model.Sender;
import io.balsa.protocol.AppendEntries;
import io.balsa.protocol.Hello;
import io.balsa.protocol.RaftMessage;
import io.balsa.protocol.RequestVote;
import io.balsa.protocol.Rpc;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.LoggingTestKit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A server, n1, whose peers must show with all they say what it has given each of them, over a connection on which it
 * has seen the peer's certificate.
 */
final class PassTest {
    private static final String ADDRESS = "pekko://raft@127.0.0.1:7999/user/raft";

    /** What n2 has given n1. */
    private static final long OFFER = 4711;

    private OneServer server;

    @BeforeEach
    void start() {
        server = OneServer.thatDemandsPasses();
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void aVoteAskedForInTheNameOfAnotherIsNotHeard() {
        long term = server.term();

        server.tell(new RequestVote.Request(voiceOf(N2), term + 5, new EntryId(9, 9), true));
        server.tell(new RequestVote.Request(showing(N2, server.passOf(N3)), term + 5, new EntryId(9, 9), true));
        assertThat(server.term()).isEqualTo(term);
        server.expectNothing(N2);

        meet(N2);
        server.tell(new RequestVote.Request(showing(N2, server.passOf(N2)), term + 5, new EntryId(9, 9), true));
        assertThat(server.term()).as("with the pass").isEqualTo(term + 5);
    }

    @Test
    void whoSpeaksInTheNameOfAnotherIsToldOfOnceASecond() {
        server.pass(11_000);
        LoggingTestKit.error("n1 refuses messages in the name of n2")
                .withOccurrences(2)
                .expect(server.kit().system(), () -> {
                    speakAsN2(100);
                    server.pass(1_100);
                    speakAsN2(100);
                    return server.term();
                });
    }

    private void speakAsN2(int times) {
        for (int i = 0; i < times; i++) {
            server.tell(new AppendEntries.Request(voiceOf(N2), 99, EntryId.NONE, new byte[0], 0, 1));
        }
        assertThat(server.term()).isLessThan(99);
    }

    /** Somebody says he is n2 and offers a pass; only n2 itself gets to see that it has come, and what to show. */
    @Test
    void aGreetingWithAnOfferIsAnsweredToThePeerItself() {
        server.everything(N2);
        server.tell(hello(voiceOf(N2), OFFER));

        Hello answer = greeting(server.everything(N2));
        assertThat(answer.sender().pass()).isEqualTo(OFFER);
        assertThat(answer.offer()).isEqualTo(server.passOf(N2));

        server.tell(hello(voiceOf(N2), 0));
        assertThat(server.everything(N2))
                .as("without an offer there is nothing to answer")
                .isEmpty();
    }

    /** An offer counts when it comes with the pass, and is what the server shows from then on. */
    @Test
    void theServerShowsWhatThePeerHasGivenIt() {
        server.tell(hello(voiceOf(N2), OFFER + 1));
        server.everything(N2);
        meet(N2);

        assertThat(greeting(server.everything(N2)).sender().pass())
                .as("at once")
                .isEqualTo(OFFER);
        List<RaftMessage> told = server.told(N2);
        // A quiet peer is only tried now and then, and greetings are among what it is tried with.
        for (int passed = 0; told.isEmpty() && passed < 30_000; passed += 500) {
            server.pass(500);
            told = server.told(N2);
        }
        assertThat(told).as("it stands for election").isNotEmpty();
        assertThat(told)
                .allSatisfy(
                        message -> assertThat(((Rpc) message).sender().pass()).isEqualTo(OFFER));
    }

    @Test
    void nothingSecretIsSentWhereThePeerHasNotProvenWhoItIs() {
        meet(N2);
        server.everything(N2);
        server.unprove();

        server.pass(3_000);
        assertThat(server.everything(N2)).isNotEmpty().allSatisfy(message -> {
            assertThat(message).isInstanceOf(Hello.class);
            assertThat(((Hello) message).sender().pass()).isZero();
            assertThat(((Hello) message).offer()).isZero();
        });
    }

    @Test
    void noPassIsEverWrittenDown() {
        String pass = Long.toString(server.passOf(N2));

        assertThat(showing(N2, server.passOf(N2)).toString()).doesNotContain(pass);
        assertThat(hello(showing(N2, server.passOf(N2)), server.passOf(N2)).toString())
                .doesNotContain(pass);
    }

    private void meet(NodeId peer) {
        server.tell(hello(showing(peer, server.passOf(peer)), OFFER));
    }

    private static Hello hello(Sender sender, long offer) {
        return new Hello(sender, 0, false, ADDRESS, 1, offer);
    }

    private static Sender showing(NodeId peer, long pass) {
        return voiceOf(peer).showing(pass);
    }

    private static Hello greeting(List<RaftMessage> told) {
        return told.stream()
                .filter(Hello.class::isInstance)
                .map(Hello.class::cast)
                .findFirst()
                .orElseThrow();
    }
}
