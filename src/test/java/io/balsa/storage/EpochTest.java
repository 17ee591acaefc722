package io.balsa.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.model.EntryId;
import io.balsa.sim.SimDisk;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The number that every truncation raises, so that nothing stale can pass for a continuation. */
final class EpochTest {
    private final SimDisk disk = new SimDisk();

    /** The first batch after a truncation, torn, leaves a shorter one of its epoch behind: the log goes on above it. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsSyncedBehindTheRestOfATornBatchSurvivesTheNextRestart(boolean sealed) throws Exception {
        SegmentedLog log = Folder.open(disk).log();
        log.append(log.epoch(), Folder.entries(1, 3, 1));
        log.sync();
        disk.crashProcess();
        log = Folder.open(disk).log();
        long raised = log.epoch() + 1;
        log.truncateFrom(raised, 3);
        log.append(raised, Folder.entries(3, 5, 2));
        disk.crashProcess();
        tear("5@2 of a command");

        log = Folder.open(disk).log();
        assertThat(log.last()).isEqualTo(new EntryId(4, 2));
        log.append(log.epoch(), Folder.entries(5, 5, 2));
        log.sync();
        if (sealed) {
            log.seal();
        }
        disk.crashProcess();

        Storage again = Folder.open(disk);
        assertThat(again.log().last()).isEqualTo(new EntryId(5, 2));
        assertThat(again.tornTail()).isEmpty();
    }

    @Test
    void anOpenedLogIsAboveEveryEpochOnDisk() throws Exception {
        SegmentedLog log = Folder.open(disk).log();
        long raised = log.epoch() + 7;
        log.append(raised, Folder.entries(1, 1, 1));
        log.sync();
        disk.crashProcess();

        assertThat(Folder.open(disk).log().epoch()).isGreaterThan(raised);
    }

    private void tear(String text) {
        String content = new String(disk.bytes(Segment.name(1)), StandardCharsets.ISO_8859_1);
        disk.flip(Segment.name(1), content.indexOf(text), 0);
    }
}
