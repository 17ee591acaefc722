package io.balsa.sim;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The bugs of {@code src/test/mutants} can be planted into the sources as they are. */
final class MutantsTest {

    @Test
    void everyBugStillHasAPlace() throws Exception {
        Process script = new ProcessBuilder("python3", "src/test/mutants/mutants.py", "--check")
                .redirectErrorStream(true)
                .start();
        String said = new String(script.getInputStream().readAllBytes(), UTF_8);

        assertThat(script.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(said).matches("[1-9][0-9]* bugs can be planted\n");
        assertThat(script.exitValue()).isZero();
    }
}
