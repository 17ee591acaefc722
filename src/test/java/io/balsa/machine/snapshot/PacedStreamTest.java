package io.balsa.machine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class PacedStreamTest {
    private static final int MIB = 1 << 20;
    private static final long NEVER_DONE = 1;

    @Test
    void takesNoMoreThanTheRateAndABurst() throws IOException {
        long begin = System.nanoTime();
        write(new PacedStream(OutputStream.nullOutputStream(), 20L * MIB, () -> false), 4 * MIB);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofMillis(150));
    }

    @Test
    void whatIsSmallIsNotHeldUp() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        write(new PacedStream(out, NEVER_DONE, () -> false), MIB - 1);
        assertThat(out.size()).isEqualTo(MIB - 1);
    }

    @Test
    void whoHurriesIsNotHeldUp() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        write(new PacedStream(out, NEVER_DONE, () -> true), 4 * MIB);
        assertThat(out.size()).isEqualTo(4 * MIB);
    }

    private static void write(OutputStream out, int bytes) throws IOException {
        out.write(0);
        for (int left = bytes - 1; left > 0; left -= 1000) {
            out.write(new byte[Math.min(left, 1000)]);
        }
    }
}
