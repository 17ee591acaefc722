package io.balsa.machine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.config.Settings;
import io.balsa.protocol.Local;
import io.balsa.sim.SimDisk;
import io.balsa.storage.snapshot.SnapshotStore;
import io.balsa.storage.snapshot.SnapshotStoreTest;
import java.time.Duration;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SnapshotWriterTest {
    private static final int MIB = 1 << 20;

    private final ActorTestKit kit = ActorTestKit.create(ManualTime.config());
    private final TestProbe<Local> raft = kit.createTestProbe();

    @AfterEach
    void close() {
        kit.shutdownTestKit();
    }

    @Test
    void aStateIsWrittenNoFasterThanTheRate() {
        Settings.Snapshots limits =
                new Settings.Snapshots(1000, 1000, 0, 0, 2, 1000, 1, Duration.ofSeconds(1), 20L * MIB);
        ActorRef<SnapshotWriter.Command> writer =
                kit.spawn(SnapshotWriter.create(new SnapshotStore(new SimDisk(), "test", "main"), raft.ref(), limits));
        long begin = System.nanoTime();

        writer.tell(new SnapshotWriter.Write(SnapshotStoreTest.snapshot(9, 2), sessions -> {}, machine -> {
            for (int mib = 0; mib < 4; mib++) {
                machine.write(new byte[MIB]);
            }
        }));

        raft.expectMessageClass(Local.SnapshotWritten.class);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
    }
}
