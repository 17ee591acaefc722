package io.balsa.machine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.model.Payload;
import io.balsa.protocol.reply.ClientReply.Status;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * §8: "if the client numbers its commands, the state machine tracks the latest serial number processed for each client,
 * along with the associated response. If it receives a command whose serial number has already been executed, it
 * responds immediately without re-executing the request."
 */
final class SessionsTest {
    private static final int WINDOW = 10;

    /** What one kept reply of the recorder counts for. */
    private static final long REPLY = 47;

    private final Recorder machine = new Recorder();
    private final Sessions sessions = new Sessions();
    private long index;

    @Test
    void aRepetitionIsNotAppliedAndIsAnsweredLikeTheFirst() {
        long session = open(8);
        Outcome first = command(session, 1, 0, "a");
        command(session, 2, 0, "b");
        Outcome again = command(session, 1, 0, "a");

        assertThat(again.status()).isEqualTo(Status.DONE);
        assertThat(again.index()).isEqualTo(first.index());
        assertThat(again.reply()).isEqualTo(first.reply());
        assertThat(machine.told()).containsExactly("2:a", "3:b");
    }

    @Test
    void commandsWithoutASessionAreAppliedEveryTime() {
        command(0, 0, 0, "a");
        command(0, 0, 0, "a");
        assertThat(machine.told()).containsExactly("1:a", "2:a");
    }

    @Test
    void sequencesMayComeWithGapsAndInAnyOrder() {
        long session = open(8);
        for (long sequence : new long[] {9, 2, 5, 1, 10}) {
            assertThat(command(session, sequence, 0, "s" + sequence).status()).isEqualTo(Status.DONE);
        }
        assertThat(machine.told()).containsExactly("2:s9", "3:s2", "4:s5", "5:s1", "6:s10");
        assertThat(command(session, 5, 0, "s5").index()).isEqualTo(4);
        assertThat(command(session, 9, 0, "s9").index()).isEqualTo(2);
        assertThat(machine.told()).hasSize(5);
    }

    @Test
    void whatTheClientHasAcknowledgedIsSettledAndForgotten() {
        long session = open(8);
        command(session, 1, 0, "a");
        command(session, 2, 0, "b");
        command(session, 3, 3, "c");

        assertThat(command(session, 2, 0, "b").status()).isEqualTo(Status.SETTLED);
        assertThat(command(session, 3, 1, "c").index())
                .as("the floor never falls")
                .isEqualTo(4);
        assertThat(machine.told()).hasSize(3);
    }

    @Test
    void aSequenceThatWasLeftOutAndThenPassedOverIsNeverApplied() {
        long session = open(8);
        command(session, 5, 5, "e");
        Outcome late = command(session, 4, 0, "d");
        assertThat(late.status()).isEqualTo(Status.SETTLED);
        assertThat(late.index()).as("where it stands").isEqualTo(index);
        assertThat(late.reply()).isEmpty();
        assertThat(machine.told()).containsExactly("2:e");
    }

    @Test
    void aSequenceBeyondTheWindowIsRefusedUntilTheFloorRises() {
        long session = open(8);
        assertThat(command(session, WINDOW, 0, "last").status()).isEqualTo(Status.DONE);
        assertThat(command(session, WINDOW + 1, 0, "x").status()).isEqualTo(Status.BEYOND_WINDOW);
        assertThat(command(session, WINDOW + 1, 2, "x").status()).isEqualTo(Status.DONE);
        assertThat(command(session, Long.MAX_VALUE, 0, "far").status()).isEqualTo(Status.BEYOND_WINDOW);
        assertThat(machine.told()).containsExactly("2:last", "4:x");
    }

    @Test
    void senselessNumbersAreRefusedAndNotApplied() {
        long session = open(8);
        assertThat(command(session, 0, 0, "x").status()).isEqualTo(Status.SETTLED);
        assertThat(command(session, -7, 0, "x").status()).isEqualTo(Status.SETTLED);
        assertThat(command(-1, 1, 0, "x").status()).isEqualTo(Status.SESSION_EXPIRED);
        assertThat(command(session, 1, Long.MAX_VALUE, "x").status()).isEqualTo(Status.SETTLED);
        assertThat(machine.told()).isEmpty();
    }

    @Test
    void theSessionUsedLongestAgoInTheLogIsEvictedAndItsRetriesAreNotApplied() {
        long first = open(2);
        long second = open(2);
        command(first, 1, 0, "a");
        long third = open(2);

        assertThat(sessions.count()).isEqualTo(2);
        assertThat(command(second, 1, 0, "late").status()).isEqualTo(Status.SESSION_EXPIRED);
        assertThat(command(first, 1, 0, "a").status()).isEqualTo(Status.DONE);
        assertThat(command(third, 1, 0, "c").status()).isEqualTo(Status.DONE);
        assertThat(machine.told()).containsExactly("3:a", "7:c");
    }

    @Test
    void aRepetitionCountsAsUseToo() {
        long first = open(2);
        command(first, 1, 0, "a");
        long second = open(2);
        command(second, 1, 0, "b");
        command(first, 1, 0, "a");
        open(2);
        assertThat(command(first, 2, 0, "still here").status()).isEqualTo(Status.DONE);
        assertThat(command(second, 2, 0, "gone").status()).isEqualTo(Status.SESSION_EXPIRED);
    }

    @Test
    void theLimitIsThatOfTheEntryAndMayShrink() {
        for (int i = 0; i < 5; i++) {
            open(8);
        }
        long last = open(2);
        assertThat(sessions.count()).isEqualTo(2);
        open(-3);
        assertThat(sessions.count()).as("never none").isEqualTo(1);
        assertThat(command(last, 1, 0, "x").status()).isEqualTo(Status.SESSION_EXPIRED);
    }

    @Test
    void aClosedSessionIsGone() {
        long session = open(8);
        long other = open(8);
        command(session, 1, 0, "a");
        sessions.close(session);
        sessions.close(4711);
        assertThat(command(session, 1, 0, "a").status()).isEqualTo(Status.SESSION_EXPIRED);
        assertThat(command(other, 1, 0, "b").status()).isEqualTo(Status.DONE);
    }

    @Test
    void aSessionExpiresWhenMoreThanItsLifeHasPassedSinceItsLastCommand() {
        sessions.at(100);
        long session = openFor(50);
        sessions.at(150);
        assertThat(command(session, 1, 0, "a").status()).isEqualTo(Status.DONE);
        sessions.at(200);
        assertThat(command(session, 1, 0, "a").status()).isEqualTo(Status.DONE);
        sessions.at(251);
        assertThat(command(session, 1, 0, "a").status()).isEqualTo(Status.SESSION_EXPIRED);
        assertThat(sessions.count()).isZero();
        assertThat(machine.told()).containsExactly("2:a");
    }

    @Test
    void anExpiredSessionCountsNoMore() {
        long shortLived = openFor(50);
        command(shortLived, 1, 0, "a");
        long session = open(2);
        sessions.at(51);
        long other = open(2);

        assertThat(command(session, 1, 0, "b").status()).isEqualTo(Status.DONE);
        assertThat(command(other, 1, 0, "c").status()).isEqualTo(Status.DONE);
        assertThat(sessions.replyBytes()).isEqualTo(2 * REPLY);
    }

    /** Whoever looks at the table, and when, must make no difference to what is decided later. */
    @Test
    void whenTheExpiredAreTakenOutMakesNoDifference() {
        Sessions watched = new Sessions();
        Recorder other = new Recorder();
        Random random = new Random(7);
        long time = 0;
        for (int i = 1; i < 5_000; i++) {
            Payload payload = randomPayload(random);
            time += random.nextInt(3);
            sessions.at(time);
            watched.at(time);
            apply(i, payload, sessions, machine);
            apply(i, payload, watched, other);
            watched.count();
        }
        assertThat(other.told()).isEqualTo(machine.told()).isNotEmpty();
        assertThat(watched.hash()).isEqualTo(sessions.hash());
    }

    @Test
    void repliesHaveABoundAboveWhichTheLeastRecentlyUsedGo() {
        long first = openWithReplies(2 * REPLY);
        long second = openWithReplies(2 * REPLY);
        command(first, 1, 0, "a");
        command(second, 1, 0, "b");
        assertThat(sessions.count()).isEqualTo(2);
        command(first, 2, 0, "c");

        assertThat(sessions.count()).isEqualTo(1);
        assertThat(sessions.replyBytes()).isEqualTo(2 * REPLY);
        assertThat(command(second, 1, 0, "b").status()).isEqualTo(Status.SESSION_EXPIRED);
        assertThat(command(first, 1, 0, "a").status()).isEqualTo(Status.DONE);
        assertThat(command(first, 3, 3, "d").status()).isEqualTo(Status.DONE);
        assertThat(sessions.replyBytes()).as("settled").isEqualTo(REPLY);
    }

    @Test
    void aSessionWhoseOwnRepliesAreTooLargeGoesToo() {
        long session = openWithReplies(REPLY - 1);

        assertThat(command(session, 1, 0, "a").status()).isEqualTo(Status.DONE);
        assertThat(command(session, 1, 0, "a").status()).isEqualTo(Status.SESSION_EXPIRED);
        assertThat(sessions.replyBytes()).isZero();
    }

    @Test
    void manyRepliesAreKeptAndSettled() {
        sessions.open(++index, new Payload.OpenSession(8, 1000));
        long session = index;
        for (int sequence = 1; sequence <= 10_000; sequence++) {
            long floor = Math.max(0, sequence - 500);
            assertThat(command(session, sequence, floor, "x").status()).isEqualTo(Status.DONE);
        }
        assertThat(command(session, 9_499, 0, "x").status()).isEqualTo(Status.SETTLED);
        assertThat(command(session, 9_500, 0, "x").index()).isEqualTo(9_501);
        assertThat(machine.told()).hasSize(10_000);
    }

    @Test
    void aBurstLongPastCostsNoMemory() {
        Session session = new Session(10_000, 1000, 0);
        for (int sequence = 1; sequence <= 8000; sequence++) {
            session.keep(sequence, Outcome.done(sequence, new byte[0]));
        }
        assertThat(session.room()).isGreaterThanOrEqualTo(8000);

        session.settle(7999);
        for (int sequence = 8001; sequence <= 40_000; sequence++) {
            session.settle(sequence - 10);
            session.keep(sequence, Outcome.done(sequence, new byte[] {1}));
        }
        assertThat(session.room()).as("with a few all the time").isLessThanOrEqualTo(512);
        assertThat(session.kept(session.find(39_995)).reply()).containsExactly(1);

        session.settle(40_001);
        assertThat(session.room()).as("with none").isLessThanOrEqualTo(256);
        assertThat(session.bytes()).isZero();
    }

    @Test
    void replicasThatAppliedTheSameEntriesHashAlike() {
        Sessions replica = new Sessions();
        Recorder replicaMachine = new Recorder();
        Random random = new Random(5);
        for (int i = 1; i < 5_000; i++) {
            Payload payload = randomPayload(random);
            apply(i, payload, sessions, machine);
            apply(i, payload, replica, replicaMachine);
        }
        assertThat(replica.hash()).isEqualTo(sessions.hash());
        assertThat(replicaMachine.told()).isEqualTo(machine.told()).isNotEmpty();
        command(0, 0, 0, "x");
        assertThat(replica.hash()).as("no session was used").isEqualTo(sessions.hash());
        index = 5_000;
        open(8);
        assertThat(replica.hash()).isNotEqualTo(sessions.hash());
    }

    @Test
    void whatWasWrittenDownDecidesAndEvictsAsBefore() throws IOException {
        Random random = new Random(6);
        for (int i = 1; i < 1_000; i++) {
            apply(i, randomPayload(random), sessions, machine);
        }
        Sessions restored = new Sessions();
        restored.open(1, new Payload.OpenSession(8, 8));
        restored.read(new DataInputStream(new ByteArrayInputStream(written())));
        assertThat(restored.hash()).isEqualTo(sessions.hash());

        Recorder other = new Recorder();
        other.told().addAll(machine.told());
        for (int i = 1_000; i < 2_000; i++) {
            Payload payload = randomPayload(random);
            apply(i, payload, sessions, machine);
            apply(i, payload, restored, other);
        }
        assertThat(restored.hash()).isEqualTo(sessions.hash());
        assertThat(other.told()).isEqualTo(machine.told());
    }

    private byte[] written() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        sessions.write(new DataOutputStream(out));
        return out.toByteArray();
    }

    /** Sessions 1 to 40 exist now and then; sequences and floors wander about. */
    private static Payload randomPayload(Random random) {
        int dice = random.nextInt(20);
        if (dice == 0) {
            int life = random.nextInt(300);
            return new Payload.OpenSession(
                    0, 1 + random.nextInt(8), 1 + random.nextInt(20), life, 200 + random.nextInt(999));
        }
        if (dice == 1) {
            return new Payload.CloseSession(random.nextInt(40));
        }
        byte[] text = Integer.toString(random.nextInt(1000)).getBytes(UTF_8);
        return new Payload.Command(random.nextInt(40), random.nextInt(25), random.nextInt(10), text);
    }

    /** Session ids are folded into 1 to 40, so that random commands meet them. */
    private static void apply(long at, Payload payload, Sessions sessions, Recorder machine) {
        if (payload instanceof Payload.OpenSession open) {
            sessions.open(1 + at % 39, open);
        } else if (payload instanceof Payload.CloseSession close) {
            sessions.close(close.session());
        } else {
            sessions.apply(at, (Payload.Command) payload, machine);
        }
    }

    private long open(int max) {
        sessions.open(++index, new Payload.OpenSession(max, WINDOW));
        return index;
    }

    private long openFor(long life) {
        sessions.open(++index, new Payload.OpenSession(0, 8, WINDOW, life, Payload.OpenSession.UNLIMITED));
        return index;
    }

    private long openWithReplies(long bytes) {
        sessions.open(++index, new Payload.OpenSession(0, 8, WINDOW, Payload.OpenSession.UNLIMITED, bytes));
        return index;
    }

    private Outcome command(long session, long sequence, long firstUnacknowledged, String text) {
        Payload.Command command = new Payload.Command(session, sequence, firstUnacknowledged, text.getBytes(UTF_8));
        return sessions.apply(++index, command, machine);
    }
}
