package io.balsa.paper;

import static io.balsa.sim.Cluster.S1;
import static io.balsa.sim.Cluster.S2;
import static io.balsa.sim.Cluster.S3;
import static io.balsa.sim.Cluster.S4;
import static io.balsa.sim.Cluster.S5;
import static io.balsa.sim.Solo.append;
import static io.balsa.sim.Solo.committing;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.model.EntryId;
import io.balsa.protocol.AppendEntries;
import io.balsa.protocol.reply.ClientReply;
import io.balsa.sim.Cluster;
import io.balsa.sim.Solo;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** §5.3 Log replication. */
final class Section5_3_LogReplicationTest {

    /** "When the entry has been safely replicated, the leader applies [it] and returns the result to the client." */
    @Test
    void aCommandIsAnsweredWhenItIsOnAMajority() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).settle();

        ClientReply reply = cluster.awaitAnswer(cluster.submitTo(S1, "a"));

        assertThat(reply).isInstanceOf(ClientReply.Submitted.class);
        cluster.expect(S1).committed("a");
    }

    /** "A log entry is committed once the leader that created the entry has replicated it on a majority." */
    @Test
    void aMinorityIsNotEnough() {
        Cluster cluster = Cluster.of(S1, S2, S3, S4, S5).elect(S1).settle().crash(S3, S4, S5);
        long request = cluster.submitTo(S1, "a");

        cluster.runFor(Duration.ofSeconds(5));
        assertThat(cluster.answer(request)).isNotInstanceOf(ClientReply.Submitted.class);
        cluster.expect(S1).committed();

        cluster.restart(S3).settle().expect(S1).committed("a");
    }

    /** "Once a follower learns that a log entry is committed, it applies the entry to its local state machine." */
    @Test
    void followersApplyInTheOrderOfTheLog() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).settle();

        cluster.submit("a").submit("b").submit("c").settle();

        cluster.expect(S1).committed("a", "b", "c");
        cluster.expect(S2).committed("a", "b", "c");
        cluster.expect(S3).committed("a", "b", "c");
    }

    /** "If followers crash or run slowly, […] the leader retries AppendEntries RPCs indefinitely." */
    @Test
    void aFollowerThatWasAwayCatchesUp() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).settle().crash(S3);
        cluster.submit("a").submit("b").runFor(Duration.ofMinutes(2));

        cluster.restart(S3).settle().expect(S3).committed("a", "b");
    }

    /** As above, for an entry that travels on a connection of its own, beside which the heartbeats go on. */
    @Test
    void aLargeEntryThatIsLostIsSentAgain() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).settle();
        cluster.silence(S1, S2).submit("a" + " ".repeat(100_000)).runFor(Duration.ofMillis(20));
        cluster.heal().expect(S1).committed("a");
        cluster.expect(S2).committed();

        cluster.settle().expect(S2).committed("a");
    }

    /** "If the follower does not find an entry in its log with the same index and term, […] it refuses." */
    @Test
    void entriesMustFollowWhatIsThere() {
        Solo server = Solo.among(S2, S3).hears(append(S2, 2, EntryId.NONE, 1, 1));

        assertThat(server.answers(append(S2, 2, new EntryId(3, 1), 2)).success())
                .isFalse();
        assertThat(server.answers(append(S2, 2, new EntryId(2, 2), 2)).success())
                .isFalse();
        server.expect().log(1, 1);

        server.hears(append(S2, 2, new EntryId(2, 1), 2));
        server.expect().log(1, 1, 2);
    }

    /** A {@code prevLogIndex} far beyond the log, or at its very beginning, is an index like any other. */
    @Test
    void previousIsCheckedAgainstTheBoundsOfTheLog() {
        Solo server = Solo.among(S2, S3);

        assertThat(server.answers(append(S2, 1, new EntryId(Long.MAX_VALUE - 1, 1)))
                        .success())
                .isFalse();
        assertThat(server.answers(append(S2, 1, EntryId.NONE)).success()).isTrue();
    }

    /** "If an existing entry conflicts with a new one […], delete the existing entry and all that follow it." */
    @Test
    void aConflictReplacesTheRestOfTheLog() {
        Solo server = Solo.among(S2, S3).hears(append(S2, 2, EntryId.NONE, 1, 1, 2, 2, 2));

        server.hears(append(S3, 3, new EntryId(2, 1), 3));

        server.expect().log(1, 1, 3);
    }

    /** Without a conflict nothing is deleted: an old request that arrives late takes nothing back (Figure 2). */
    @Test
    void aRequestThatSaysNothingNewDeletesNothing() {
        Solo server = Solo.among(S2, S3).hears(append(S2, 1, EntryId.NONE, 1, 1, 1, 1));

        server.hears(append(S2, 1, EntryId.NONE, 1, 1));
        server.expect().log(1, 1, 1, 1);

        server.hears(append(S2, 1, EntryId.NONE));
        server.expect().log(1, 1, 1, 1);
    }

    /** "If leaderCommit > commitIndex, set commitIndex = min(leaderCommit, index of last new entry)." */
    @Test
    void aFollowerCommitsOnlyWhatThisLeaderHasVerified() {
        Solo server = Solo.among(S2, S3).hears(append(S2, 1, EntryId.NONE, 1, 1, 1, 1));

        server.hears(committing(4, append(S3, 2, EntryId.NONE, 1, 1)));
        server.expect().commitIndex(2);

        server.hears(committing(4, append(S3, 2, new EntryId(2, 1))));
        server.expect().commitIndex(2);
    }

    /** An acknowledgement speaks for what this leader has verified, not for whatever else the log holds. */
    @Test
    void aFollowerAcknowledgesOnlyWhatThisLeaderHasVerified() {
        Solo server = Solo.among(S2, S3).hears(append(S2, 1, EntryId.NONE, 1, 1, 1, 1));

        AppendEntries.Response answer = server.answers(append(S3, 2, new EntryId(1, 1), 1));

        assertThat(answer.success()).isTrue();
        assertThat(answer.matchIndex()).isEqualTo(2);
        assertThat(answer.previous()).isEqualTo(new EntryId(1, 1));
    }

    /** "With this optimization, one AppendEntries RPC will be required for each term with conflicting entries." */
    @Test
    void aRefusalNamesTheLastEntryThatMayAgree() {
        Solo server = Solo.among(S2, S3).hears(append(S2, 4, EntryId.NONE, 1, 1, 3, 3, 3));

        AppendEntries.Response answer = server.answers(append(S3, 5, new EntryId(5, 2), 5));

        assertThat(answer.success()).isFalse();
        assertThat(answer.hint()).isEqualTo(new EntryId(2, 1));
    }
}
