package io.balsa.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Seeds that once failed. */
final class KeptSeedsTest {
    /** A leader that stood still hears of entries which the follower has dropped since, for the leader after it. */
    @Test
    void whatADeposedLeaderHearsMayBeOutdated() {
        Reduction sevenSeconds = new Reduction(Set.of(), Set.of(), Duration.ofSeconds(7));
        assertThat(Seeds.run(Plan.of(3039, Profile.PLAIN, sevenSeconds)).hash()).isNotZero();
    }

    /** A leader turns the first copy of a request away and takes the second; all that came after was turned away. */
    @Test
    void aRequestThatTheNetworkRepeatsMayBeRefusedAndTaken() {
        Reduction sevenSeconds = new Reduction(Set.of(), Set.of(), Duration.ofSeconds(7));
        assertThat(Seeds.run(Plan.of(21388, Profile.PLAIN, sevenSeconds)).hash())
                .isNotZero();
    }

    /** A log was to begin anew behind a snapshot, and there is no room for that at the next start: it must wait. */
    @Test
    void aStartThatFindsNoRoomWaitsForIt() {
        Reduction someSeconds = new Reduction(Set.of(), Set.of(), Duration.ofMillis(3500));
        assertThat(Seeds.run(Plan.of(8640, Profile.PLAIN, someSeconds)).hash()).isNotZero();
    }

    /** A leader that stood still for long hands over to one that has dropped, in a newer term, what it had held. */
    @Test
    void aDeposedLeaderMayHandOverInVain() {
        Reduction someSeconds = new Reduction(Set.of(), Set.of(), Duration.ofMillis(3500));
        assertThat(Seeds.run(Plan.of(8590, Profile.PLAIN, someSeconds)).hash()).isNotZero();
    }

    /** A leader hands over to one of a higher priority at the very moment at which a leader is looked for. */
    @Test
    void aHandOverMayBeUnderWayWhenALeaderIsLookedFor() {
        assertThat(Seeds.run(ofSomeSeconds(1408)).hash()).isNotZero();
    }

    /** Entries overtake a leader's snapshot, which counts before the log has come to the disk as far. */
    @Test
    void aSnapshotMayReachFurtherThanTheDurableLog() {
        assertThat(Seeds.run(ofSomeSeconds(3108)).hash()).isNotZero();
    }

    /** One of the majority that a leader hears answers nothing but the chunks of its snapshot. */
    @Test
    void whoAnswersChunksIsHeard() {
        assertThat(Seeds.run(ofSomeSeconds(4440)).hash()).isNotZero();
    }

    private static Plan ofSomeSeconds(long seed) {
        return Plan.of(seed, Profile.ALL, new Reduction(Set.of(), Set.of(), Duration.ofMillis(3500)));
    }

    /** A leader hands over while a joint configuration is committed and the new one is not in its log yet. */
    @Test
    void aLeaderMayEndInTheMiddleOfAChange() {
        Reduction sixSeconds = new Reduction(Set.of(), Set.of(), Duration.ofSeconds(6));
        assertThat(Seeds.run(Plan.of(200440, Profile.MEMBERS, sixSeconds)).hash())
                .isNotZero();
    }
}
