package io.balsa.role.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.model.EntryId;
import io.balsa.model.NodeId;
import io.balsa.model.Sender;
import io.balsa.protocol.InstallSnapshot;
import io.balsa.protocol.InstallSnapshot.State;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class InstallationTest {
    private static final EntryId SNAPSHOT = new EntryId(9, 2);
    private static final Duration PATIENCE = Duration.ofNanos(100);
    private static final int WINDOW = 3;

    private final Installation installation = new Installation(SNAPSHOT, 0);

    @Test
    void oneChunkIsReadAtATimeAndAWindowOfThemIsOnTheWay() {
        assertThat(installation.next(WINDOW)).hasValue(0);
        installation.read();
        assertThat(installation.next(WINDOW)).isEmpty();
        assertThat(installation.send(0, 10, false)).isTrue();
        send(10);
        send(20);

        assertThat(installation.inFlight()).isEqualTo(WINDOW);
        assertThat(installation.next(WINDOW)).isEmpty();

        answer(State.TAKEN, 20, 1);
        assertThat(installation.acknowledged()).isEqualTo(20);
        assertThat(installation.next(WINDOW)).hasValue(30);
    }

    @Test
    void nothingIsReadBehindTheEnd() {
        installation.read();
        installation.send(0, 10, true);

        assertThat(installation.next(WINDOW)).isEmpty();
    }

    @Test
    void whatIsMissedIsSentAgainAfterTheNextHeartbeat() {
        send(0);
        send(10);
        send(20);
        answer(State.MISSED, 10, 1);
        answer(State.MISSED, 10, 2);

        assertThat(installation.next(WINDOW)).as("no storm").isEmpty();
        installation.tick(PATIENCE, 3);
        assertThat(installation.next(WINDOW)).hasValue(10);
        assertThat(installation.inFlight()).isZero();
    }

    @Test
    void aFollowerThatHasForgottenItAllBeginsAnew() {
        send(0);
        send(10);
        answer(State.TAKEN, 20, 1);
        send(20);
        answer(State.MISSED, 0, 2);
        installation.tick(PATIENCE, 3);

        assertThat(installation.next(WINDOW)).hasValue(0);
    }

    @Test
    void silenceIsALossTooEvenOfTheLastChunk() {
        send(0);
        installation.read();
        installation.send(10, 5, true);
        answer(State.TAKEN, 10, 50);

        installation.tick(PATIENCE, 150);
        assertThat(installation.next(WINDOW)).isEmpty();
        installation.tick(PATIENCE, 151);
        assertThat(installation.next(WINDOW)).hasValue(10);
    }

    @Test
    void lateAnswersTakeNothingBack() {
        send(0);
        send(10);
        answer(State.TAKEN, 20, 1);
        answer(State.TAKEN, 10, 2);

        assertThat(installation.acknowledged()).isEqualTo(20);
        assertThat(installation.next(WINDOW)).hasValue(20);
    }

    @Test
    void aChunkThatWasReadBeforeItWentBackIsNotSent() {
        send(0);
        send(10);
        installation.read();
        answer(State.MISSED, 0, 1);

        assertThat(installation.send(20, 10, false)).isFalse();
        installation.tick(PATIENCE, 2);
        assertThat(installation.next(WINDOW)).hasValue(0);
    }

    /** After it went back to the beginning the follower turns out to have more than that. */
    @Test
    void itGoesOnFromWhereTheFollowerIs() {
        send(0);
        send(10);
        send(20);
        installation.tick(PATIENCE, 101);
        send(0);
        answer(State.TAKEN, 30, 102);

        assertThat(installation.next(WINDOW)).hasValue(30);
        assertThat(installation.inFlight()).isZero();
    }

    private void send(int offset) {
        assertThat(installation.next(WINDOW)).hasValue(offset);
        installation.read();
        assertThat(installation.send(offset, 10, false)).isTrue();
    }

    private void answer(State state, long offset, long now) {
        Sender sender = new Sender("c", "g", NodeId.of("n2"), NodeId.of("n1"), 1, 0);
        installation.answered(new InstallSnapshot.Response(sender, 1, SNAPSHOT, offset, state), now);
    }
}
