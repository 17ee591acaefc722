package io.balsa.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The scripted life with one operation on the disk that fails: each of them in turn, writes, syncs, renames, deletions
 * and all. Either the server says so, acknowledges nothing more and comes back with all that it had acknowledged; or it
 * had room for nothing new, and goes on when it has.
 */
final class FailureTest {
    private enum Failure {
        INPUT_OUTPUT,
        NO_SPACE;

        IOException exception() {
            return this == NO_SPACE
                    ? new StorageFullException("No space left on device")
                    : new IOException("Input/output error");
        }
    }

    @ParameterizedTest
    @EnumSource
    void anEndThatLosesNothing(Failure failure) throws IOException {
        SplittableRandom random = new SplittableRandom(11);
        ScriptedLife whole = new ScriptedLife(random);
        whole.live();
        int ends = 0;
        for (long point = 0; point < whole.operations(); point++) {
            for (ScriptedLife.Kind crash : ScriptedLife.Kind.values()) {
                ends += endsWell(new ScriptedLife(random.split()), point, failure, crash) ? 1 : 0;
            }
        }

        int points = Math.toIntExact(whole.operations()) * ScriptedLife.Kind.values().length;
        System.out.println("failing disk: " + failure + " points=" + points + " ends=" + ends + " losses=0");
        assertThat(points).isGreaterThan(600);
        assertThat(ends).isGreaterThan(failure == Failure.INPUT_OUTPUT ? points * 9 / 10 : points / 4);
    }

    private static boolean endsWell(ScriptedLife life, long point, Failure failure, ScriptedLife.Kind crash)
            throws IOException {
        boolean ended = life.failsAt(point, failure.exception());
        if (ended) {
            life.staysBroken();
        }
        life.crash(crash);
        life.comesBack();
        life.losesNothingMore();
        return ended;
    }
}
