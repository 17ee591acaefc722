package io.balsa.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A scripted life of a server, broken off at each of its operations on the disk. What it had acknowledged is there when
 * it comes back, and stays there when the power goes right after.
 */
final class CrashTest {

    @ParameterizedTest
    @EnumSource(ScriptedLife.Kind.class)
    void whatWasAcknowledgedSurvivesACrashAtAnyOperation(ScriptedLife.Kind kind) throws IOException {
        SplittableRandom random = new SplittableRandom(7);
        ScriptedLife whole = new ScriptedLife(random);
        whole.live();
        assertThat(whole.operations()).isGreaterThan(150);

        for (long point = 0; point < 5 * whole.operations(); point++) {
            ScriptedLife life = new ScriptedLife(random.split());
            life.liveUntil(point % whole.operations());
            life.crash(kind);
            life.comesBack();
            life.losesNothingMore();
        }
    }
}
