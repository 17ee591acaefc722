package io.balsa.paper;

import static io.balsa.sim.Cluster.S1;
import static io.balsa.sim.Cluster.S2;
import static io.balsa.sim.Cluster.S3;
import static io.balsa.sim.Solo.append;
import static io.balsa.sim.Solo.requestVote;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.model.EntryId;
import io.balsa.model.NodeId;
import io.balsa.protocol.AppendEntries;
import io.balsa.protocol.PreVote;
import io.balsa.protocol.RequestVote;
import io.balsa.protocol.reply.ClientReply.Submitted;
import io.balsa.sim.Cluster;
import io.balsa.sim.Solo;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * Faults of five small systems that came before this one, which must not come back. Those not tested here are where the
 * paper speaks of them:
 *
 * <ul>
 *   <li>a term that goes down: {@link Section5_1_TermsTest};
 *   <li>votes counted instead of voters, a wrong majority for even sizes: {@link Section5_2_LeaderElectionTest};
 *   <li>truncating on every append, {@code prevLogIndex} out of bounds: {@link Section5_3_LogReplicationTest};
 *   <li>committing an older term's entry by counting: {@link Figure8_CommittingOlderTermsTest};
 *   <li>"committed" answered before the commit, waiting for ever without a quorum, replication only on the heartbeat:
 *       {@link Section8_ClientInteractionTest}.
 * </ul>
 */
final class PredecessorFaultsTest {
    private static final NodeId STRANGER = NodeId.of("S9");

    /** Vote or term not on disk before the answer: with a disk that fails, nothing is answered at all. */
    @Test
    void aVoteThatCannotBeSavedIsNotGiven() {
        Solo server = Solo.among(S2, S3).mayVote().breakDisk();

        server.hears(requestVote(S2, 3, EntryId.NONE));

        assertThat(server.said(RequestVote.Response.class)).isEmpty();
        assertThat(server.isUp()).isFalse();
    }

    /** No sync: an entry that cannot be synced is not acknowledged, then or later. */
    @Test
    void anEntryThatCannotBeSyncedIsNotAcknowledged() {
        Solo server =
                Solo.among(S2, S3).mayVote().hears(append(S2, 1, EntryId.NONE)).breakDisk();

        server.hears(append(S2, 1, EntryId.NONE, 1)).runFor(Duration.ofSeconds(1));

        assertThat(server.said(AppendEntries.Response.class)).allMatch(answer -> answer.matchIndex() == 0);
        assertThat(server.isUp()).isFalse();
    }

    /** Any caller becoming a voter: who is no member gets no vote, and none of its votes count. */
    @Test
    void aStrangerIsNoVoter() {
        Solo server = Solo.among(S2, S3).mayVote().hears(requestVote(STRANGER, 3, new EntryId(9, 2)));
        assertThat(server.said(RequestVote.Response.class)).isEmpty();
        server.expect().term(0);

        server.until("PreCandidate").hears(new PreVote.Response(Solo.from(STRANGER), server.term() + 1, true));
        server.expect().role("PreCandidate");
    }

    /** No checksum: entries that were damaged on their way are not taken. */
    @Test
    void damagedEntriesAreNotTaken() {
        Solo server = Solo.among(S2, S3).mayVote();
        AppendEntries.Request request = append(S2, 1, EntryId.NONE, 1, 1);
        request.block()[request.block().length - 1] ^= 1;

        server.hears(request);

        assertThat(server.said(AppendEntries.Response.class)).noneMatch(AppendEntries.Response::success);
        server.expect().log();
    }

    /** The log index from 0 in one place and 1 in another: the first entry is 1 for everyone. */
    @Test
    void theFirstIndexIsOneEverywhere() {
        Solo server = Solo.among(S2, S3);
        assertThat(server.answers(append(S2, 1, EntryId.NONE)).matchIndex()).isZero();
        server.hears(append(S2, 1, EntryId.NONE, 1));
        assertThat(server.lastAnswer().orElseThrow().matchIndex()).isEqualTo(1);

        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).settle();
        long before = cluster.lastIndex(S1);
        Submitted answer = (Submitted) cluster.awaitAnswer(cluster.submitTo(S1, "a"));
        assertThat(answer.indexes()).containsExactly(before + 1);
    }

    /** Busy-waiting timers: an idle cluster does little more than its heartbeats. */
    @Test
    void anIdleClusterRests() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).settle().runFor(Duration.ofSeconds(10));
        long before = cluster.events();

        cluster.runFor(Duration.ofSeconds(60));

        assertThat((cluster.events() - before) / 60).as("events a second").isLessThan(500);
    }

    /** Only what changes is synced: an idle cluster writes and syncs nothing. */
    @Test
    void anIdleClusterLeavesItsDisksAlone() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).settle().runFor(Duration.ofSeconds(10));
        long before = cluster.syncs();

        cluster.runFor(Duration.ofSeconds(60));

        assertThat(cluster.syncs()).isEqualTo(before);
    }
}
