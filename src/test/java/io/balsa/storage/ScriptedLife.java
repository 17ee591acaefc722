package io.balsa.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import io.balsa.model.NodeId;
import io.balsa.sim.SimDisk;
import io.balsa.storage.ballot.Ballot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * A server's dealings with its data folder, of which a test breaks off the rest. Keeps in mind what was acknowledged.
 */
final class ScriptedLife {

    enum Kind {
        PROCESS,
        POWER,
        PROCESS_THEN_POWER,
        POWER_DURING_RECOVERY
    }

    private final SimDisk disk = new SimDisk();
    private final SplittableRandom random;
    private Storage storage;
    private List<EntryId> written = new ArrayList<>();
    private int acknowledged;
    private Ballot saved = Ballot.BLANK;
    private Ballot attempted = Ballot.BLANK;

    ScriptedLife(SplittableRandom random) {
        this.random = random;
    }

    long operations() {
        return disk.operations();
    }

    void liveUntil(long operation) throws IOException {
        disk.crashAt(operation);
        try {
            live();
        } catch (SimDisk.Crash crash) {
            return;
        }
        throw new AssertionError("no crash at operation " + operation);
    }

    /**
     * Lives until this operation fails in this way, which ends it; or to the end, when the failure is one that a server
     * lives with.
     *
     * @return whether it was the end of it
     */
    boolean failsAt(long operation, IOException failure) throws IOException {
        disk.failAt(operation, failure);
        try {
            live();
        } catch (StorageException end) {
            return true;
        }
        return false;
    }

    /** After a failure nothing is acknowledged any more; unless it came before anything could be. */
    void staysBroken() {
        if (storage == null) {
            return;
        }
        List<Throwable> answers = Arrays.asList(
                catchThrowable(() -> storage.log().sync()),
                catchThrowable(() -> storage.log().seal()),
                catchThrowable(() -> storage.ballots().save(saved)));
        assertThat(answers).hasAtLeastOneElementOfType(StorageException.class);
    }

    /** Elections, batches, rolls, seals, spares, and truncations within a batch, between two, and over segments. */
    void live() throws IOException {
        storage = Folder.open(disk);
        save(1, "node-1");
        append(20, 1);
        append(1, 1);
        truncate(15);
        save(2, "node-2");
        append(60, 2);
        storage.log().seal();
        withRoom(() -> storage.log().prepareSpare());
        append(50, 2);
        append(50, 2);
        truncate(121);
        reopen();
        append(90, 2);
        save(3, "node-3");
        truncate(30);
        write(5, 3);
        write(200, 3);
        storage.log().sync();
        acknowledged = written.size();
        truncate(35);
        truncate(1);
        append(3, 4);
        storage.log().seal();
    }

    private void save(long term, String vote) {
        attempted = new Ballot(term, Optional.of(NodeId.of(vote)), new TreeMap<>());
        storage.ballots().save(attempted);
        saved = attempted;
    }

    private void append(int count, long term) throws IOException {
        write(count, term);
        storage.log().sync();
        acknowledged = written.size();
    }

    private void write(int count, long term) throws IOException {
        List<Entries> blocks = entries(count, term);
        withRoom(() -> storage.log().append(storage.log().epoch(), blocks));
    }

    private interface Step {
        void take() throws StorageFullException;
    }

    /** What finds the disk full has changed nothing, and is tried again when there is room. */
    private static void withRoom(Step step) throws IOException {
        try {
            step.take();
        } catch (StorageFullException full) {
            step.take();
        }
    }

    private void reopen() throws IOException {
        storage.close();
        storage = null;
        storage = Folder.open(disk);
    }

    private List<Entries> entries(int count, long term) {
        long from = written.size() + 1L;
        List<Entries> blocks = Folder.entries(from, from + count - 1, term);
        for (long index = from; index < from + count; index++) {
            written.add(new EntryId(index, term));
        }
        return blocks;
    }

    private void truncate(int index) throws IOException {
        acknowledged = Math.min(acknowledged, index - 1);
        withRoom(() -> storage.log().truncateFrom(storage.log().epoch() + 1, index));
        written = new ArrayList<>(written.subList(0, index - 1));
        acknowledged = written.size();
    }

    void crash(Kind kind) {
        switch (kind) {
            case PROCESS -> disk.crashProcess();
            case POWER -> disk.crashPower(random);
            case PROCESS_THEN_POWER -> {
                disk.crashProcess();
                disk.crashPower(random);
            }
            case POWER_DURING_RECOVERY -> {
                disk.crashProcess();
                crashInRecovery();
                disk.crashPower(random);
            }
        }
    }

    private void crashInRecovery() {
        disk.crashAt(disk.operations() + random.nextInt(12));
        try {
            Folder.open(disk);
        } catch (SimDisk.Crash crash) {
            // That was the idea; when recovery was shorter, the power goes after it.
        }
    }

    void comesBack() {
        storage = Folder.open(disk);
        List<EntryId> found = ids();
        assertThat(found).hasSizeBetween(acknowledged, written.size());
        assertThat(found).isEqualTo(written.subList(0, found.size()));
        assertThat(storage.ballots().current()).isIn(saved, attempted);
    }

    /** What was read back has been proven, and what is added now is not touched by what stood there before. */
    void losesNothingMore() throws IOException {
        written = ids();
        saved = storage.ballots().current();
        disk.crashPower(random);
        storage = Folder.open(disk);
        assertThat(ids()).isEqualTo(written);
        assertThat(storage.ballots().current()).isEqualTo(saved);

        append(70, 9);
        disk.crashPower(random);
        storage = Folder.open(disk);
        assertThat(ids()).isEqualTo(written);
        assertThat(storage.warning()).isEmpty();
    }

    private List<EntryId> ids() {
        List<EntryId> ids = new ArrayList<>();
        long last = storage.log().last().index();
        while (ids.size() < last) {
            storage.log().read(ids.size() + 1L, last, 1 << 20).forEach(entry -> ids.add(entry.id()));
        }
        return ids;
    }
}
