package io.balsa.sim;

import static io.balsa.sim.Cluster.S1;
import static io.balsa.sim.Cluster.S2;
import static io.balsa.sim.Cluster.S3;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.protocol.AppendEntries;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A follower whose disk has no room takes no entries, and answers all the same. */
final class NoRoomTest {
    private static final int HEARTBEATS_PER_SECOND = 20;
    private static final int SECONDS = 5;

    /** Once every request that could not be taken led to more of them (seed 3800). */
    @Test
    void aFollowerWithoutRoomIsTriedAtEachHeartbeatAndNotFlooded() {
        Cluster cluster = Cluster.of(S1, S2, S3).elect(S1).settle();
        cluster.server(S3).disk().full(true);
        String large = " " + "x".repeat(30_000);
        for (int i = 0; i < 30; i++) {
            cluster.submit(i + large);
        }
        AtomicInteger sent = new AtomicInteger();
        cluster.onEach(AppendEntries.Request.class, append -> {
            if (append.sender().to().equals(S3) && append.block().length > 0) {
                sent.incrementAndGet();
            }
        });

        cluster.runFor(Duration.ofSeconds(SECONDS));
        assertThat(sent.get()).isBetween(2, (SECONDS + 1) * HEARTBEATS_PER_SECOND);
        cluster.server(S3).disk().full(false);
        cluster.settle();
    }
}
