package io.balsa.role.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.role.membership.CatchUp.Verdict;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Thesis §4.2.1: catching up new servers. */
final class CatchUpTest {
    private static final long MS = 1_000_000;

    private final CatchUp catchUp =
            new CatchUp(new CatchUp.Limits(3, Duration.ofMillis(100), Duration.ofSeconds(10)), 0, 50);

    /** "Each round replicates all the log entries present in the leader's log at the start of the round." */
    @Test
    void aRoundEndsWithWhatTheLogHeldAtItsBeginning() {
        assertThat(catchUp.judge(10 * MS, 49, 60)).isEqualTo(Verdict.WAIT);
        assertThat(catchUp.judge(20 * MS, 50, 60)).isEqualTo(Verdict.CAUGHT_UP);
    }

    /** "If the last round lasts less than an election timeout, then the leader adds the server." */
    @Test
    void aRoundThatTakesTooLongIsFollowedByAnother() {
        assertThat(catchUp.judge(150 * MS, 50, 60)).isEqualTo(Verdict.WAIT);
        assertThat(catchUp.judge(200 * MS, 59, 70)).isEqualTo(Verdict.WAIT);
        assertThat(catchUp.judge(250 * MS, 60, 70)).isEqualTo(Verdict.CAUGHT_UP);
    }

    /** "The algorithm waits a fixed number of rounds." */
    @Test
    void afterTheLastRoundTheServerIsTooSlow() {
        assertThat(catchUp.judge(150 * MS, 50, 60)).isEqualTo(Verdict.WAIT);
        assertThat(catchUp.judge(300 * MS, 60, 70)).isEqualTo(Verdict.WAIT);
        assertThat(catchUp.judge(450 * MS, 70, 80)).isEqualTo(Verdict.TOO_SLOW);
        assertThat(catchUp.judge(460 * MS, 80, 80)).isEqualTo(Verdict.TOO_SLOW);
    }

    @Test
    void aServerThatGetsNowhereIsGivenUpInTheEnd() {
        assertThat(catchUp.judge(10_000 * MS, 3, 60)).isEqualTo(Verdict.WAIT);
        assertThat(catchUp.judge(10_001 * MS, 3, 60)).isEqualTo(Verdict.TOO_SLOW);
    }
}
