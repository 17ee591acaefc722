package io.balsa.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.storage.CorruptionException;
import io.balsa.storage.FolderRefusedException;
import io.balsa.storage.StorageException;
import io.balsa.storage.StorageFullException;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What is said to the operator behind the reason of a node's end. */
final class NextStepTest {
    private static final Path FOLDER = Path.of("data/node-1/main");

    @Test
    void aFullDiskNeedsRoom() {
        StorageException full = new StorageException("cannot save", new StorageFullException("No space left"));

        assertThat(NextStep.after(new IllegalStateException("in an actor", full), FOLDER))
                .contains("free space in " + FOLDER + ", then start the node again");
    }

    @Test
    void anyOtherFailureOfADiskNeedsALook() {
        assertThat(NextStep.after(new StorageException("cannot sync", new IOException("EIO")), FOLDER))
                .hasValueSatisfying(step -> assertThat(step).startsWith("check the disk and the permissions of "));
    }

    @Test
    void aDamagedFolderIsNotToBeThrownAway() {
        assertThat(NextStep.after(new CorruptionException("log", 7, "torn"), FOLDER))
                .hasValueSatisfying(step -> assertThat(step).contains("keep the folder"));
    }

    @Test
    void whatANewerVersionHasWrittenNeedsIt() {
        assertThat(ExitTest.newer()).hasMessageContaining("entry (1@1) is of kind 99");
        assertThat(NextStep.after(ExitTest.newer(), FOLDER))
                .hasValueSatisfying(step -> assertThat(step).startsWith("start the newest version"));
    }

    @Test
    void whatSaysItsNextStepItselfOrIsAMistakeGetsNone() {
        assertThat(NextStep.after(new FolderRefusedException("in use by another process"), FOLDER))
                .isEmpty();
        assertThat(NextStep.after(new IllegalStateException("two leaders"), FOLDER))
                .isEmpty();
    }
}
