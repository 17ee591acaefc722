package io.balsa.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.model.Invariant;
import io.balsa.model.NodeId;
import io.balsa.sim.SimDisk;
import io.balsa.storage.ballot.Ballot;
import io.balsa.storage.ballot.BallotBox;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** "Persistent state on all servers (updated on stable storage before responding to RPCs)" (Figure 2). */
final class BallotBoxTest {
    private static final NodeId N2 = NodeId.of("node-2");
    private static final NodeId N3 = NodeId.of("node-3");

    private final SimDisk disk = new SimDisk();

    @Test
    void termVoteAndStorageIdsSurviveAPowerCutRightAfterTheSave() {
        Ballot ballot = new Ballot(7, Optional.of(N2), new TreeMap<>(Map.of(N2, -5L, N3, Long.MAX_VALUE)));
        Folder.open(disk).ballots().save(ballot);

        disk.crashPower(new SplittableRandom(1));

        assertThat(Folder.open(disk).ballots().current()).isEqualTo(ballot);
    }

    @Test
    void theTermNeverGoesBack() {
        BallotBox box = Folder.open(disk).ballots();
        box.save(ballot(7, Optional.empty()));

        assertThatThrownBy(() -> box.save(ballot(6, Optional.empty()))).isInstanceOf(Invariant.Violated.class);
    }

    @Test
    void aVoteIsNeverChangedNorTakenBackWithinItsTerm() {
        BallotBox box = Folder.open(disk).ballots();
        box.save(ballot(7, Optional.of(N2)));

        assertThatThrownBy(() -> box.save(ballot(7, Optional.of(N3)))).isInstanceOf(Invariant.Violated.class);
        assertThatThrownBy(() -> box.save(ballot(7, Optional.empty()))).isInstanceOf(Invariant.Violated.class);
        box.save(ballot(8, Optional.of(N3)));
        assertThat(box.current()).isEqualTo(ballot(8, Optional.of(N3)));
    }

    @ParameterizedTest
    @EnumSource(
            value = SimDisk.Operation.class,
            names = {"WRITE", "FORCE", "RENAME", "FORCE_DIR"})
    void afterAFailedSaveTheBoxIsClosedForEver(SimDisk.Operation operation) {
        BallotBox box = Folder.open(disk).ballots();
        disk.failNext(operation);

        assertThatThrownBy(() -> box.save(ballot(7, Optional.of(N2)))).isInstanceOf(StorageException.class);
        assertThat(box.current()).isEqualTo(Ballot.BLANK);
        assertThatThrownBy(() -> box.save(ballot(8, Optional.of(N2)))).isInstanceOf(StorageException.class);
    }

    private static Ballot ballot(long term, Optional<NodeId> vote) {
        return new Ballot(term, vote, new TreeMap<>());
    }
}
