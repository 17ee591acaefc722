package io.balsa.role;

import static io.balsa.role.OneServer.N1;
import static io.balsa.role.OneServer.N2;
import static io.balsa.role.OneServer.N3;
import static io.balsa.role.OneServer.N4;
import static io.balsa.role.OneServer.voiceOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.model.Configuration;
import io.balsa.model.EntryId;
import io.balsa.model.NodeId;
import io.balsa.model.Payload;
import io.balsa.model.Sender;
import io.balsa.protocol.AdminRequest.ChangeMembers;
import io.balsa.protocol.AdminRequest.Members;
import io.balsa.protocol.AppendEntries;
import io.balsa.protocol.Hello;
import io.balsa.protocol.InstallSnapshot;
import io.balsa.protocol.RaftMessage;
import io.balsa.protocol.RequestVote;
import io.balsa.protocol.Target;
import io.balsa.protocol.TimeoutNow;
import io.balsa.protocol.reply.AdminReply;
import io.balsa.protocol.reply.AdminReply.MembersChanged;
import io.balsa.protocol.reply.AdminReply.MembersChanged.Refusal;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Changes of members by one leader among probes (§6, thesis §4). */
final class ReconfigurationTest {
    private static final Target TARGET = new Target("test", "main");
    private static final String ADDRESS = "pekko://raft@127.0.0.1:7004/user/raft";

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

    /** "Raft in its single-server form is unsafe" without it (Ongaro, raft-dev 2015); joint consensus loses nothing. */
    @Test
    void nothingIsChangedBeforeAnEntryOfTheOwnTermIsCommitted() {
        tell(remove(1, "n3"));
        assertThat(answer().refusal()).contains(Refusal.NOT_READY);
        assertThat(server.status().last().index()).isEqualTo(2);
        follow(N2, 2);
        tell(remove(2, "n3"));
        assertThat(server.status().last().index()).isEqualTo(3);
    }

    @Test
    void oneChangeAtATimeAndTheSameOneOnce() {
        follow(N2, 2);
        tell(remove(1, "n3"));
        tell(remove(1, "n3"));
        tell(remove(2, "n2"));
        assertThat(answer()).isEqualTo(new MembersChanged(2, 3, Optional.of(Refusal.UNDER_WAY)));
        assertThat(server.status().last().index()).isEqualTo(3);
        operator.expectNoMessage();
    }

    /** "Once C_old,new has been committed […] it is now safe for the leader to create a log entry describing C_new". */
    @Test
    void theNewConfigurationFollowsWhenBothMajoritiesHaveTheJointOne() {
        follow(N2, 2);
        tell(remove(1, "n3"));
        assertThat(configuration(3).isJoint()).isTrue();
        assertThat(server.status().last().index()).isEqualTo(3);

        follow(N3, 3);
        assertThat(server.status().commitIndex())
                .as("n1 and n3 are no majority of n1 and n2")
                .isEqualTo(2);
        follow(N2, 3);
        Configuration after = configuration(4);
        assertThat(after.voters()).containsExactly(N1, N2);
        assertThat(after.members()).doesNotContainKey(N3);
        operator.expectNoMessage();
        follow(N2, 4);
        assertThat(answer()).isEqualTo(new MembersChanged(1, 4, Optional.empty()));
    }

    @Test
    void aRepeatedQuestionGetsTheAnswerAgain() {
        follow(N2, 2);
        tell(remove(1, "n3"));
        follow(N2, 3);
        follow(N2, 4);
        MembersChanged first = answer();
        tell(remove(1, "n3"));
        assertThat(answer()).isEqualTo(first);
        assertThat(server.status().last().index()).isEqualTo(4);
    }

    /** "New servers join the cluster as non-voting members […] not considered for majorities" (§6). */
    @Test
    void aLearnerIsFedAndNotCounted() {
        addN4();
        follow(N4, 3);
        assertThat(server.status().commitIndex()).isEqualTo(2);
        follow(N2, 3);
        assertThat(server.status().commitIndex()).isEqualTo(3);
        assertThat(answer().refusal()).isEmpty();
    }

    /** "Once the new servers have caught up with the rest of the cluster, the reconfiguration can proceed" (§6). */
    @Test
    void whoIsPromotedHoldsNearlyEverythingFirst() {
        addN4();
        follow(N2, 3);
        answer();
        tell(promote(2, "n4"));
        assertThat(server.status().last().index()).isEqualTo(3);
        follow(N4, 2);
        assertThat(server.status().last().index()).isEqualTo(3);

        follow(N4, 3);
        Configuration joint = configuration(4);
        assertThat(joint.voters()).containsExactly(N1, N2, N3, N4);
        assertThat(joint.storageOf(N4)).contains((long) N4.hashCode());
    }

    @Test
    void whoDoesNotCatchUpInTimeGetsNoVote() {
        addN4();
        follow(N2, 3);
        answer();
        tell(promote(2, "n4"));
        for (int i = 0; i < 25; i++) {
            server.pass(100);
            follow(N2, 3);
        }
        assertThat(answer().refusal()).contains(Refusal.NOT_CAUGHT_UP);
        assertThat(server.status().last().index()).isEqualTo(3);
    }

    @Test
    void aChangeThatWouldLeaveNoMajorityIsRefusedUnlessForced() {
        follow(N2, 2);
        server.silence(N3);
        for (int i = 0; i < 8; i++) {
            server.pass(100);
            follow(N2, 2);
        }
        tell(remove(1, "n2"));
        assertThat(answer().refusal()).contains(Refusal.NO_QUORUM);
        tell(new ChangeMembers(TARGET, 2, operator.ref(), Members.removing("n2").forced()));
        assertThat(configuration(3).voters()).containsExactly(N1, N3);
    }

    /** Who greets may follow somebody else, or nobody: it would not take the entries that the change needs. */
    @Test
    void whoGreetsAndDoesNotFollowIsNotUp() {
        for (int i = 0; i < 8; i++) {
            server.pass(100);
            follow(N2, 2);
        }
        tell(remove(1, "n2"));
        assertThat(answer().refusal()).contains(Refusal.NO_QUORUM);
    }

    /** "The leader steps down (returns to follower state) once it has committed the C_new log entry" (§6). */
    @Test
    void aLeaderThatIsRemovedLeadsUntilTheNewConfigurationIsCommittedAndDoesNotCountItself() {
        follow(N2, 2);
        follow(N3, 2);
        tell(remove(1, "n1"));
        follow(N2, 3);
        assertThat(server.status().commitIndex())
                .as("n1 and n2, of n2 and n3 only n2")
                .isEqualTo(2);
        follow(N3, 3);
        assertThat(configuration(4).voters()).containsExactly(N2, N3);
        follow(N2, 4);
        assertThat(server.status().commitIndex()).isEqualTo(3);
        assertThat(server.role()).isEqualTo(Leader.NAME);

        follow(N3, 4);
        assertThat(answer().refusal()).isEmpty();
        assertThat(server.role()).isEqualTo(Follower.NAME);
        assertThat(server.status().commitIndex()).isEqualTo(4);
        assertThat(server.told(N2).stream().anyMatch(TimeoutNow.class::isInstance)
                        || server.told(N3).stream().anyMatch(TimeoutNow.class::isInstance))
                .as("somebody takes over at once")
                .isTrue();
        server.pass(3 * OneServer.LONGEST_TIMEOUT);
        assertThat(server.role()).as("it never stands again").isEqualTo(Follower.NAME);
    }

    @Test
    void nobodyCanSayWhatBecomesOfAChangeWhoseLeaderIsDeposed() {
        follow(N2, 2);
        tell(remove(1, "n3"));
        server.tell(new RequestVote.Response(voiceOf(N2), term + 1, false));
        MembersChanged lost = answer();
        assertThat(lost.refusal()).contains(Refusal.LEADERSHIP_LOST);
        tell(remove(1, "n3"));
        assertThat(answer()).as("asked once more").isEqualTo(lost);
    }

    @Test
    void onlyALeaderChangesMembers() {
        server.tell(OneServer.heartbeat(N2, term + 1, EntryId.NONE));
        tell(remove(1, "n3"));
        assertThat(answer().refusal()).contains(Refusal.NOT_LEADER);
    }

    @Test
    void aNameOrAddressThatIsNoneIsRefused() {
        follow(N2, 2);
        tell(promote(1, "no name / at all"));
        assertThat(answer().refusal()).contains(Refusal.SENSELESS);
        tell(add(2, "n4", "somewhere"));
        assertThat(answer().refusal()).contains(Refusal.SENSELESS);
    }

    /** Its first folder's promises say nothing about the second. */
    @Test
    void aLearnerWithAnotherFolderBeginsAnew() {
        addN4();
        follow(N4, 3);
        assertThat(match(N4)).isEqualTo(3);
        server.tell(new AppendEntries.Response(
                new Sender("test", "main", N4, N1, 77, 0), term, 0, false, new EntryId(3, term), 0, EntryId.NONE));
        assertThat(match(N4)).isZero();
    }

    /** What came late from the folder before says nothing of the one that is there now. */
    @Test
    void aSnapshotThatAnotherFolderHasIsNotCounted() {
        addN4();
        follow(N4, 3);
        server.tell(new InstallSnapshot.Response(
                new Sender("test", "main", N4, N1, 77, 0),
                term,
                new EntryId(5, term),
                0,
                InstallSnapshot.State.INSTALLED));
        assertThat(match(N4)).isEqualTo(3);
    }

    /** Whoever has left is told so for a while, as long as there is room for it among the strangers. */
    @Test
    void aMemberThatLeftMayBeForgottenBeforeItWasTold() {
        server.silence(N3);
        for (int i = 0; i < 8; i++) {
            server.pass(100);
            follow(N2, 2);
        }
        tell(remove(1, "n3"));
        follow(N2, 3);
        assertThat(configuration(4).voters()).containsExactly(N1, N2);
        for (int i = 10; i < 30; i++) {
            String address = "pekko://raft@127.0.0.1:71" + i + "/user/raft";
            server.tell(new Hello(voiceOf(NodeId.of("n" + i)), 0, false, address, 1, 0));
        }
        server.pass(100);
        follow(N2, 4);
        assertThat(server.role()).isEqualTo(Leader.NAME);
        assertThat(answer().refusal()).isEmpty();
    }

    private long match(NodeId node) {
        return server.status().peers().stream()
                .filter(peer -> peer.node().equals(node.name()))
                .findFirst()
                .orElseThrow()
                .matchIndex();
    }

    private void addN4() {
        follow(N2, 2);
        tell(add(1, "n4", ADDRESS));
        server.status();
        server.tell(new Hello(voiceOf(N4), 0, false, ADDRESS, 1, 0));
    }

    private ChangeMembers add(long request, String name, String address) {
        return new ChangeMembers(TARGET, request, operator.ref(), Members.adding(Map.of(name, address)));
    }

    private ChangeMembers promote(long request, String name) {
        return new ChangeMembers(TARGET, request, operator.ref(), Members.promoting(name));
    }

    private ChangeMembers remove(long request, String name) {
        return new ChangeMembers(TARGET, request, operator.ref(), Members.removing(name));
    }

    private void tell(RaftMessage request) {
        server.tell(request);
        server.status();
    }

    private MembersChanged answer() {
        return operator.expectMessageClass(MembersChanged.class);
    }

    /** The configuration at this index, as N2 is told. */
    private Configuration configuration(long index) {
        AppendEntries.Request next = server.expect(N2, AppendEntries.Request.class);
        while (next.block().length == 0 || next.entries().last().index() < index) {
            next = server.expect(N2, AppendEntries.Request.class);
        }
        Payload payload = next.entries().from(index).iterator().next().payload();
        return ((Payload.Reconfigure) payload).configuration();
    }

    private void follow(NodeId follower, long match) {
        server.awaitDurable();
        EntryId last = new EntryId(match, term);
        server.tell(new AppendEntries.Response(voiceOf(follower), term, 0, true, last, match, EntryId.NONE));
        server.status();
    }
}
