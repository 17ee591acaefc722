package io.balsa.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.sim.SimDisk.Operation;
import io.balsa.storage.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The simulated disk loses what a real one may lose: without that, no test on it could fail. */
final class SimDiskTest {
    private static final int TRIES = 64;

    @Test
    void aPowerCutMayLoseBytesThatWereNotForced() throws IOException {
        Set<Integer> left = new HashSet<>();
        for (int seed = 0; seed < TRIES; seed++) {
            SimDisk disk = diskWithFile();
            disk.open("file").write(ByteBuffer.wrap(new byte[] {2}), 0);
            disk.crashPower(new SplittableRandom(seed));
            left.add((int) disk.bytes("file")[0]);
        }

        assertThat(left).containsExactlyInAnyOrder(1, 2);
    }

    @Test
    void aPowerCutMayLoseANameWhoseFolderWasNotForced() throws IOException {
        Set<Boolean> left = new HashSet<>();
        for (int seed = 0; seed < TRIES; seed++) {
            SimDisk disk = diskWithFile();
            disk.rename("file", "other");
            disk.crashPower(new SplittableRandom(seed));
            left.add(disk.exists("other"));
            assertThat(disk.exists("other")).isNotEqualTo(disk.exists("file"));
        }

        assertThat(left).containsExactlyInAnyOrder(true, false);
    }

    @Test
    void whatWasForcedSurvivesAndSoDoesAllInACrashOfTheProcess() throws IOException {
        for (int seed = 0; seed < TRIES; seed++) {
            SimDisk disk = diskWithFile();
            disk.crashPower(new SplittableRandom(seed));
            assertThat(disk.bytes("file")).containsExactly(1);
        }
        SimDisk disk = diskWithFile();
        disk.open("file").write(ByteBuffer.wrap(new byte[] {2}), 0);
        disk.crashProcess();
        assertThat(disk.bytes("file")).containsExactly(2);
    }

    @Test
    void afterAFailedForceANewOneProvesNothing() throws IOException {
        SimDisk disk = diskWithFile();
        Disk.File file = disk.open("file");
        file.write(ByteBuffer.wrap(new byte[] {2}), 0);
        disk.failNext(Operation.FORCE);
        assertThatThrownBy(file::force).isInstanceOf(IOException.class);
        file.force();
        assertThat(disk.bytes("file")).containsExactly(2);

        disk.crashPower(new SplittableRandom(1));

        assertThat(disk.bytes("file")).containsExactly(1);
    }

    @Test
    void aFileOpenedBeforeACrashIsOfNoUseAfterIt() throws IOException {
        SimDisk disk = diskWithFile();
        Disk.File file = disk.open("file");
        disk.crashProcess();

        assertThatThrownBy(() -> file.write(ByteBuffer.wrap(new byte[] {2}), 0)).isInstanceOf(IOException.class);
    }

    private static SimDisk diskWithFile() throws IOException {
        SimDisk disk = new SimDisk();
        disk.replace("file", ByteBuffer.wrap(new byte[] {1}));
        return disk;
    }
}
