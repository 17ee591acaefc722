package io.balsa.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.typesafe.config.ConfigException;
import io.balsa.model.CorruptEntryException;
import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import io.balsa.model.LogEntry;
import io.balsa.model.Payload;
import io.balsa.model.UnknownEntryException;
import io.balsa.storage.CorruptionException;
import io.balsa.storage.FolderRefusedException;
import io.balsa.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.apache.pekko.ConfigurationException;
import org.apache.pekko.remote.RemoteTransportException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The exit codes that scripts rely on. */
final class ExitTest {
    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new CorruptionException("log", 7, "torn"), 5),
                Arguments.of(new ConfigException.Missing("pekko.actor.provider"), 6),
                Arguments.of(new ConfigurationException("no such dispatcher"), 6),
                Arguments.of(new RemoteTransportException("in use", null), 6),
                Arguments.of(new FolderRefusedException("another's"), 7),
                Arguments.of(newer(), 7),
                Arguments.of(new CorruptEntryException("out of order"), 70),
                Arguments.of(new StorageException("sync", new IOException("EIO")), 8),
                Arguments.of(new IllegalStateException("apply"), 70),
                Arguments.of(new StackOverflowError(), 70));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void theFailureDecides(Throwable failure, int code) {
        assertThat(Exit.after(failure).code()).isEqualTo(code);
        assertThat(Exit.after(new IllegalStateException("in an actor", failure)).code())
                .isEqualTo(code);
    }

    /** What reading an entry of a kind that only a newer version can have written ends in. */
    static UnknownEntryException newer() {
        byte[] noOp = Entries.of(List.of(new LogEntry(new EntryId(1, 1), 0, new Payload.NoOp())))
                .toByteArray();
        ByteBuffer entry = ByteBuffer.wrap(noOp).put(32, (byte) 99);
        CRC32C checksum = new CRC32C();
        checksum.update(entry.slice(8, noOp.length - 8));
        Entries sound =
                Entries.decode(entry.putInt(4, (int) checksum.getValue()).array());
        return catchThrowableOfType(
                UnknownEntryException.class, () -> sound.iterator().next());
    }

    @Test
    void theFirstReasonCounts() {
        Ending ending = new Ending();

        assertThat(ending.because(Exit.STORAGE_FAILED)).isTrue();
        assertThat(ending.because(Exit.OK)).isFalse();

        assertThat(ending.exit()).isEqualTo(Exit.STORAGE_FAILED);
    }

    @Test
    void anEndWithoutAReasonIsAMistake() {
        assertThat(new Ending().exit()).isEqualTo(Exit.INTERNAL);
    }
}
