package io.balsa.paper;

import static io.balsa.sim.Cluster.S1;
import static io.balsa.sim.Cluster.S2;
import static io.balsa.sim.Cluster.S3;
import static io.balsa.sim.Compacted.chunk;
import static io.balsa.sim.Solo.append;
import static io.balsa.sim.Solo.committing;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.model.EntryId;
import io.balsa.protocol.AppendEntries;
import io.balsa.protocol.InstallSnapshot;
import io.balsa.protocol.InstallSnapshot.State;
import io.balsa.sim.Compacted;
import io.balsa.sim.Solo;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Figure 13, InstallSnapshot RPC, receiver implementation. */
final class Figure13_InstallSnapshotTest {
    private static final EntryId LAST = new EntryId(5, 2);
    private static final byte[] FILE = Compacted.file(LAST, Compacted.members(S1, S2, S3), "a", "b", "c");

    private final Solo s1 = Solo.among(S2, S3);

    /** "1. Reply immediately if term &lt; currentTerm". */
    @Test
    void anOlderTermIsRefused() {
        s1.hears(Solo.heartbeat(S3, 4));

        InstallSnapshot.Response answer = send(3, 0, FILE.length);

        assertThat(answer.term()).isEqualTo(4);
        assertThat(answer.state()).isEqualTo(State.MISSED);
        s1.expect().snapshot(EntryId.NONE);
    }

    /** "2. Create new snapshot file if first chunk"; "4. Reply and wait for more data chunks if done is false". */
    @Test
    void chunksAreTakenOneAfterTheOther() {
        assertThat(send(3, 0, 50).offset()).isEqualTo(50);
        assertThat(send(3, 50, 90).offset()).isEqualTo(90);
        s1.expect().snapshot(EntryId.NONE).committedNothing();

        assertThat(send(3, 90, FILE.length).state()).isEqualTo(State.INSTALLED);

        s1.expect().snapshot(LAST).committed("a", "b", "c").commitIndex(5).logBegins(6);
    }

    /** "3. Write data into snapshot file at given offset": what is lost, doubled or damaged on its way is told. */
    @Test
    void whatIsMissingIsAskedFor() {
        assertThat(send(3, 50, 90).state()).isEqualTo(State.MISSED);
        send(3, 0, 50);
        InstallSnapshot.Response gap = send(3, 90, 99);
        assertThat(gap.state()).isEqualTo(State.MISSED);
        assertThat(gap.offset()).isEqualTo(50);
        assertThat(send(3, 0, 50).offset()).isEqualTo(50);
        InstallSnapshot.Request sound = chunk(word(3), FILE, 50, 90);
        sound.data()[7] ^= 1;
        assertThat(s1.hears(sound).answer(InstallSnapshot.Response.class).state())
                .isEqualTo(State.MISSED);

        send(3, 50, 90);
        assertThat(send(3, 90, FILE.length).state()).isEqualTo(State.INSTALLED);
    }

    /** Another leader's file may be other bytes: what the last one has sent is of no use, and is not counted on. */
    @Test
    void whatAnEarlierLeaderHadSentIsAskedForOnceMore() {
        send(3, 0, 50);

        InstallSnapshot.Response answer = send(4, 50, 90);

        assertThat(answer.state()).isEqualTo(State.MISSED);
        assertThat(answer.offset()).isZero();
        assertThat(send(4, 0, FILE.length).state()).isEqualTo(State.INSTALLED);
    }

    /** A file that is damaged as a whole is never installed. */
    @Test
    void aDamagedWholeIsAskedForAgain() {
        byte[] damaged = FILE.clone();
        damaged[FILE.length / 2] ^= 1;

        InstallSnapshot.Response answer =
                s1.hears(chunk(word(3), damaged, 0, damaged.length)).answer(InstallSnapshot.Response.class);

        assertThat(answer.state()).isEqualTo(State.MISSED);
        assertThat(answer.offset()).isZero();
        s1.expect().snapshot(EntryId.NONE);
        assertThat(send(3, 0, FILE.length).state()).isEqualTo(State.INSTALLED);
    }

    /** "5. Save snapshot file, discard any existing or partial snapshot with a smaller index". */
    @Test
    void aNewerSnapshotTakesThePlaceOfOneThatIsArriving() {
        send(3, 0, 50);
        EntryId newer = new EntryId(9, 3);
        byte[] file = Compacted.file(newer, Compacted.members(S1, S2, S3), "a", "b", "c", "d");
        InstallSnapshot.Request word = Compacted.from(S2, 3, newer);

        s1.hears(chunk(word, file, 0, 60));
        assertThat(send(3, 50, 90).state()).isEqualTo(State.MISSED);
        s1.hears(chunk(word, file, 60, file.length));

        s1.expect().snapshot(newer).committed("a", "b", "c", "d");
    }

    /** "6. If existing log entry has same index and term as last included entry, retain log entries following it". */
    @Test
    void aLogThatContinuesTheSnapshotIsKept() {
        s1.hears(append(S2, 3, EntryId.NONE, 1, 1, 2, 2, 2, 3, 3));

        assertThat(send(3, 0, FILE.length).state()).isEqualTo(State.INSTALLED);

        s1.expect().commitIndex(5).log(1, 1, 2, 2, 2, 3, 3);
        s1.restartAfterPowerCut().expect().log(1, 1, 2, 2, 2, 3, 3).snapshot(LAST);
    }

    /** "7. Discard the entire log"; "8. Reset state machine using snapshot contents". */
    @Test
    void anotherLogIsDiscardedAsAWhole() {
        s1.hears(append(S2, 1, EntryId.NONE, 1, 1, 1, 1, 1, 1, 1, 1));

        assertThat(send(3, 0, FILE.length).state()).isEqualTo(State.INSTALLED);

        s1.expect().commitIndex(5).committed("a", "b", "c").logBegins(6).log();
        s1.hears(append(S2, 3, LAST, 3, 3));
        s1.restartAfterPowerCut().expect().log(3, 3).committed("a", "b", "c");
    }

    /** A snapshot that comes late, or twice, takes nothing back. */
    @Test
    void anOlderSnapshotNeverReplacesNewerState() {
        s1.hears(committing(7, append(S2, 3, EntryId.NONE, 1, 1, 2, 2, 2, 3, 3)));

        assertThat(send(3, 0, FILE.length).state()).isEqualTo(State.INSTALLED);

        s1.expect().commitIndex(7).snapshot(EntryId.NONE).log(1, 1, 2, 2, 2, 3, 3);
    }

    /** What is said to be installed is there after a power cut. */
    @Test
    void anAnswerIsAPromise() {
        send(3, 0, FILE.length);

        s1.restartAfterPowerCut();

        s1.expect().snapshot(LAST).commitIndex(5).committed("a", "b", "c").logBegins(6);
    }

    /** What is half there is begun anew after a crash; nothing of it is taken for a snapshot. */
    @Test
    void aCrashInTheMiddleLeavesNothingHalf() {
        send(3, 0, 50);
        s1.restart();
        s1.expect().snapshot(EntryId.NONE);

        InstallSnapshot.Response answer = send(3, 50, 90);

        assertThat(answer.state()).isEqualTo(State.MISSED);
        assertThat(answer.offset()).isZero();
    }

    /** §7: entries before the snapshot are committed, so a request that begins among them is no conflict. */
    @Test
    void anAppendThatBeginsBeforeTheSnapshotIsNoConflict() {
        send(3, 0, FILE.length);

        s1.hears(append(S2, 3, new EntryId(2, 1), 2, 2, 2, 3));

        assertThat(s1.said(AppendEntries.Response.class)).isNotEmpty().allMatch(AppendEntries.Response::success);

        s1.expect().log(3).commitIndex(5);
    }

    /** A leader that sends a snapshot is alive. */
    @Test
    void aChunkIsAWordOfTheLeader() {
        for (int at = 0; at < 2000; at += 100) {
            s1.runFor(Duration.ofMillis(100)).hears(chunk(word(3), FILE, 0, 10));
            s1.expect().follows(S2).term(3);
        }
    }

    private InstallSnapshot.Response send(long term, int from, int to) {
        return s1.hears(chunk(word(term), FILE, from, to)).answer(InstallSnapshot.Response.class);
    }

    private static InstallSnapshot.Request word(long term) {
        return Compacted.from(S2, term, LAST);
    }
}
