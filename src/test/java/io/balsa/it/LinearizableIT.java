package io.balsa.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.balsa.client.Connection;
import io.balsa.history.Operation;
import io.balsa.history.Operation.CompareAndSet;
import io.balsa.history.Operation.Verdict;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients contend for a few keys while the leader is killed, or stands still until there is another one; then it comes
 * back. Half of them were told of one node only, so that they stay with a leader that stands still. What they were told
 * must fit some order in which one operation was done at a time (linearizability). {@code -Dbalsa.linear.rounds=100}
 * runs it long.
 */
final class LinearizableIT {
    private static final int ROUNDS = Integer.getInteger("balsa.linear.rounds", 2);
    private static final int CLIENTS = 24;
    private static final int CALM_MILLIS = 700;
    private static final int FROZEN_MILLIS = 200;

    /** A leader that has stood still takes long to doubt its office, and others may be elected long before. */
    private static final String PATIENT_LEADERS = "election-timeout.max = 1500 ms";

    private static final Config CONFIG =
            ConfigFactory.parseString("raft.client.timeout = 2 s").withFallback(ConfigFactory.load());

    @TempDir
    private Path folder;

    @Test
    void whatClientsWereToldFitsOneOrderWhileLeadersComeAndGo() throws Exception {
        List<Contender.Note> notes;
        try (NodeProcesses nodes = new NodeProcesses(folder, PATIENT_LEADERS)) {
            nodes.startAll();
            nodes.awaitLeader();
            List<Connection> connections = new ArrayList<>();
            for (String id : nodes.ids()) {
                connections.add(nodes.connect(CONFIG));
                connections.add(nodes.connect(CONFIG, id));
            }
            try (Contention contention = new Contention(connections, CLIENTS)) {
                trouble(nodes);
                notes = contention.end();
            }
        }
        judge(notes);
    }

    private void trouble(NodeProcesses nodes) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            TimeUnit.MILLISECONDS.sleep(CALM_MILLIS);
            String leader = nodes.awaitLeader();
            nodes.kill(leader);
            nodes.awaitLeader();
            nodes.start(leader);
            TimeUnit.MILLISECONDS.sleep(CALM_MILLIS);
            String next = nodes.awaitLeader();
            nodes.freeze(next);
            Patience.await("another leader", () -> nodes.others(next).stream().anyMatch(nodes::leads));
            TimeUnit.MILLISECONDS.sleep(FROZEN_MILLIS);
            nodes.thaw(next);
        }
        TimeUnit.MILLISECONDS.sleep(CALM_MILLIS);
        nodes.awaitLeader();
    }

    private static void judge(List<Contender.Note> notes) {
        Contention.judge(notes);
        assertThat(count(notes, Operation.Get.class)).isGreaterThan(50);
        assertThat(count(notes, Operation.Put.class)).isGreaterThan(50);
        assertThat(notes)
                .filteredOn(note ->
                        note.operation().action() instanceof CompareAndSet cas && cas.verdict() == Verdict.SWAPPED)
                .hasSizeGreaterThan(10);
    }

    private static long count(List<Contender.Note> notes, Class<?> kind) {
        return notes.stream()
                .filter(note -> kind.isInstance(note.operation().action()))
                .count();
    }
}
