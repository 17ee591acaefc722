package io.balsa.role;

import static io.balsa.role.OneServer.N2;
import static io.balsa.role.OneServer.N3;
import static io.balsa.role.OneServer.voiceOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.model.EntryId;
import io.balsa.model.NodeId;
import io.balsa.protocol.AdminRequest;
import io.balsa.protocol.AppendEntries;
import io.balsa.protocol.Hello;
import io.balsa.protocol.RequestVote;
import io.balsa.protocol.Target;
import io.balsa.protocol.TimeoutNow;
import io.balsa.protocol.reply.AdminReply;
import io.balsa.protocol.reply.AdminReply.Transferred;
import io.balsa.protocol.reply.AdminReply.Transferred.Refusal;
import java.util.Optional;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Leadership transfer on an operator's wish (thesis §3.10), one leader among probes. */
final class SuccessionTest {
    private final OneServer server = new OneServer(3);
    private final TestProbe<AdminReply> operator = server.kit().createTestProbe();
    private long term;

    @BeforeEach
    void lead() {
        server.lead();
        term = server.term();
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void theHeirIsAskedOnlyWhenItHoldsEverything() {
        wish(1, "n3");
        follow(N2, 2);
        assertThat(server.told(N2)).noneMatch(TimeoutNow.class::isInstance);
        assertThat(server.told(N3)).noneMatch(TimeoutNow.class::isInstance);

        follow(N3, 2);
        server.expect(N3, TimeoutNow.class);

        server.tell(new RequestVote.Request(voiceOf(N3), term + 1, new EntryId(2, term), true));
        assertThat(answer()).isEqualTo(new Transferred(1, term, Optional.empty()));
        assertThat(server.role()).isEqualTo(Follower.NAME);
    }

    @Test
    void anHeirThatDoesNotCatchUpIsGivenUpWithinAnElectionTimeout() {
        follow(N2, 2);
        wish(1, "n3");
        keepLeading();

        assertThat(answer().refusal()).contains(Refusal.IN_VAIN);
        assertThat(server.told(N3)).noneMatch(TimeoutNow.class::isInstance);
        assertThat(server.role()).isEqualTo(Leader.NAME);
    }

    @Test
    void anHeirThatDoesNotTakeOverIsGivenUp() {
        follow(N2, 2);
        wish(1, "n2");
        server.expect(N2, TimeoutNow.class);
        keepLeading();

        assertThat(answer().refusal()).contains(Refusal.IN_VAIN);
        assertThat(server.role()).isEqualTo(Leader.NAME);
    }

    @Test
    void oneWishAtATimeAndTheSameOneOnce() {
        wish(1, "n3");
        wish(1, "n3");
        wish(2, "n2");

        assertThat(answer()).isEqualTo(new Transferred(2, term, Optional.of(Refusal.UNDER_WAY)));
        operator.expectNoMessage();
    }

    /** The answer may be lost on its way, and the operator's client asks again under the same number. */
    @Test
    void aWishThatIsRepeatedAfterItsEndIsAnsweredAsItWas() {
        follow(N2, 2);
        wish(1, "n2");
        keepLeading();
        Transferred inVain = answer();
        server.told(N2);
        wish(1, "n2");
        assertThat(answer()).isEqualTo(inVain);
        assertThat(server.told(N2)).noneMatch(TimeoutNow.class::isInstance);

        wish(2, "n2");
        follow(N2, 2);
        server.tell(new RequestVote.Request(voiceOf(N2), term + 1, new EntryId(2, term), true));
        Transferred done = answer();
        assertThat(done.refusal()).isEmpty();
        wish(2, "n2");
        assertThat(answer()).isEqualTo(done);
        wish(3, "n2");
        assertThat(answer().refusal()).contains(Refusal.NOT_LEADER);
    }

    @Test
    void whoHasNoVoteCannotLead() {
        wish(1, "n9");
        assertThat(answer().refusal()).contains(Refusal.NOT_A_VOTER);
        wish(2, "not a name / at all");
        assertThat(answer().refusal()).contains(Refusal.NOT_A_VOTER);
    }

    @Test
    void whoLeadsAlreadyIsTold() {
        wish(1, "n1");
        assertThat(answer()).isEqualTo(new Transferred(1, term, Optional.empty()));
        assertThat(server.role()).isEqualTo(Leader.NAME);
    }

    @Test
    void onlyALeaderHasAnOfficeToGive() {
        server.tell(OneServer.heartbeat(N2, term + 1, EntryId.NONE));
        wish(1, "n3");
        assertThat(answer().refusal()).contains(Refusal.NOT_LEADER);
    }

    /** Not at once, so that the office does not go round. */
    @Test
    void whoIsPreferredGetsTheOfficeWhenItHoldsEverything() {
        follow(N2, 2);
        server.tell(new Hello(voiceOf(N3), 0, false, "pekko://raft@127.0.0.1:7003/user/raft", 5, 0));
        follow(N3, 2);
        assertThat(server.told(N3)).noneMatch(TimeoutNow.class::isInstance);

        for (int i = 0; i < 61; i++) {
            server.pass(100);
            server.tell(new Hello(voiceOf(N3), 0, false, "pekko://raft@127.0.0.1:7003/user/raft", 5, 0));
            follow(N3, 2);
            follow(N2, 2);
        }
        assertThat(server.told(N2)).noneMatch(TimeoutNow.class::isInstance);
        server.expect(N3, TimeoutNow.class);
    }

    private void wish(long request, String to) {
        server.tell(new AdminRequest.Transfer(new Target("test", "main"), request, operator.ref(), Optional.of(to)));
    }

    private Transferred answer() {
        return operator.expectMessageClass(Transferred.class);
    }

    /** N2 answers for longer than an election timeout, N3 does not. */
    private void keepLeading() {
        for (int i = 0; i < 8; i++) {
            server.pass(100);
            follow(N2, 2);
        }
    }

    private void follow(NodeId follower, long match) {
        server.awaitDurable();
        EntryId last = new EntryId(match, term);
        server.tell(new AppendEntries.Response(voiceOf(follower), term, 0, true, last, match, EntryId.NONE));
        server.status();
    }
}
