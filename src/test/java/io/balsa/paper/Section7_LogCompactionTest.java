package io.balsa.paper;

import static io.balsa.sim.Cluster.S1;
import static io.balsa.sim.Cluster.S2;
import static io.balsa.sim.Cluster.S3;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.model.EntryId;
import io.balsa.protocol.AppendEntries;
import io.balsa.protocol.InstallSnapshot;
import io.balsa.protocol.reply.ClientReply;
import io.balsa.sim.Cluster;
import io.balsa.sim.Compacted;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** §7: log compaction. */
final class Section7_LogCompactionTest {
    private static final int EVERY = 50;

    private final List<String> words = new ArrayList<>();

    /** "Each server takes snapshots independently, covering just the committed entries in its log". */
    @Test
    void everyServerCompactsItsOwnLog() {
        Cluster cluster = Compacted.cluster(EVERY, S1, S2, S3);
        cluster.elect(S1).settle();

        write(cluster, 300);

        for (var id : List.of(S1, S2, S3)) {
            assertThat(Compacted.snapshotIndex(cluster, id)).isGreaterThan(200);
            assertThat(Compacted.firstIndex(cluster, id)).isGreaterThan(100);
            cluster.expect(id).committed(words.toArray(String[]::new));
        }
    }

    /** "Once the system finishes writing a snapshot, it may delete all log entries up through the last included". */
    @Test
    void aRestartBeginsWithTheSnapshot() {
        Cluster cluster = Compacted.cluster(EVERY, S1, S2, S3);
        cluster.elect(S1).settle();
        write(cluster, 200);

        cluster.crashPower(S1, S2, S3).restart(S1, S2, S3);
        cluster.awaitLeader();
        write(cluster, 10);

        for (var id : List.of(S1, S2, S3)) {
            cluster.expect(id).committed(words.toArray(String[]::new));
        }
    }

    /** "The leader must occasionally send snapshots to followers that lag behind". */
    @Test
    void aFollowerThatLagsIsSentTheSnapshot() {
        Cluster cluster = Compacted.cluster(EVERY, S1, S2, S3);
        List<InstallSnapshot.Request> chunks = new ArrayList<>();
        cluster.onEach(InstallSnapshot.Request.class, chunks::add);
        cluster.elect(S1).settle().crash(S3);
        write(cluster, 300);

        cluster.restart(S3).settle();

        assertThat(chunks).hasSizeGreaterThan(5).allMatch(chunk -> chunk.data().length <= 64);
        cluster.expect(S3).committed(words.toArray(String[]::new));
        assertThat(Compacted.firstIndex(cluster, S3)).isGreaterThan(100);
    }

    /** The follower leads afterwards, and knows what was applied for a session before its snapshot (§8). */
    @Test
    void aSnapshotHoldsTheSessionsToo() {
        Cluster cluster = Compacted.cluster(EVERY, S1, S2, S3);
        cluster.elect(S1).settle().crash(S3);
        long session = cluster.openSession();
        ClientReply.Submitted first = cluster.submitAs(session, 1, "once");
        words.add("once");
        write(cluster, 300);
        cluster.restart(S3).settle();
        cluster.crash(S1).elect(S3).settle();

        ClientReply.Submitted again = cluster.submitAs(session, 1, "once");

        assertThat(again.indexes()).isEqualTo(first.indexes());
        assertThat(again.replies()).isDeepEqualTo(first.replies());
        cluster.expect(S3).committed(words.toArray(String[]::new));
    }

    /** Heartbeats go on while a snapshot is sent: nobody stands for election. */
    @Test
    void nobodyTakesTheLeaderForDeadMeanwhile() {
        Cluster cluster = Compacted.cluster(EVERY, S1, S2, S3);
        cluster.elect(S1).settle().crash(S3);
        write(cluster, 300);
        long term = cluster.term(S1);

        cluster.restart(S3).settle();

        assertThat(cluster.term(S1)).isEqualTo(term);
        cluster.expect(S1).leads();
        cluster.expect(S3).follows(S1);
    }

    /** A probe never goes below the beginning of the leader's log. */
    @Test
    void noRequestSpeaksOfWhatIsCompacted() {
        Cluster cluster = Compacted.cluster(EVERY, S1, S2, S3);
        cluster.elect(S1).settle().crash(S3);
        write(cluster, 300);
        long first = Compacted.firstIndex(cluster, S1);
        List<EntryId> previous = new ArrayList<>();
        cluster.onEach(AppendEntries.Request.class, request -> previous.add(request.previous()));

        cluster.restart(S3).settle();

        assertThat(previous).isNotEmpty().allMatch(id -> id.index() >= first - 1);
    }

    private void write(Cluster cluster, int count) {
        for (int i = 0; i < count; i++) {
            String word = "w" + words.size();
            cluster.awaitAnswer(cluster.submitTo(cluster.leader(), word));
            words.add(word);
        }
        cluster.settle();
    }
}
