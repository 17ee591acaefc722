package io.balsa.sim;

import static io.balsa.sim.Cluster.S1;
import static io.balsa.sim.Cluster.S2;
import static io.balsa.sim.Cluster.S3;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A snapshot that a follower needs, and that is on the leader's disk no more: a newer one has taken its place. */
final class VanishedSnapshotTest {
    private static final int EVERY = 20;

    /** As long as the leader does not know of the newer one, it asks its disk again at each heartbeat, not before. */
    @Test
    void theLeaderDoesNotAskForItWithoutAPause() {
        Cluster cluster = Compacted.cluster(EVERY, S1, S2, S3);
        cluster.elect(S1).settle().crash(S3);
        write(cluster, 5 * EVERY);
        SimDisk disk = cluster.server(S1).disk();
        disk.names().stream().filter(name -> name.endsWith(".snapshot")).forEach(disk::remove);
        long before = cluster.world().runtime().events();

        cluster.restart(S3).runFor(Duration.ofSeconds(1));

        assertThat(cluster.world().runtime().events() - before).isLessThan(5000);
        cluster.expect(S1).leads();
        write(cluster, 2 * EVERY);
        cluster.settle();
    }

    private static void write(Cluster cluster, int count) {
        for (int i = 0; i < count; i++) {
            cluster.awaitAnswer(cluster.submitTo(S1, "w" + cluster.lastIndex(S1)));
        }
    }
}
