package io.balsa.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import io.balsa.model.LogEntry;
import io.balsa.model.TermRanges;
import io.balsa.sim.SimDisk;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is done to it, in whatever order, the log on disk is the list that it should be. */
final class SegmentedLogModelTest {
    private static final int STEPS = 3000;
    private static final int LARGE = 150;

    private final SimDisk disk = new SimDisk();
    private final List<LogEntry> model = new ArrayList<>();
    private SplittableRandom random;
    private Storage storage;
    private int durable;
    private long epoch;
    private long term = 1;
    private int crashes;
    private int lost;
    private int mostSegments;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void theLogIsTheListThatItShouldBe(long seed) throws Exception {
        random = new SplittableRandom(seed);
        open();
        for (int step = 0; step < STEPS; step++) {
            step();
            assertThat(storage.log().last()).as("step %s", step).isEqualTo(last());
            assertThat(disk.exists("log/truncation")).isFalse();
            mostSegments = Math.max(mostSegments, disk.list("log").size());
        }

        readsAll();
        assertThat(crashes).as("crashes").isGreaterThan(50);
        assertThat(lost).as("entries that were lost before they were synced").isGreaterThan(10);
        assertThat(mostSegments).as("segments at one time").isGreaterThan(5);
    }

    private void step() throws Exception {
        switch (random.nextInt(20)) {
            case 0, 1, 2, 3, 4, 5 -> append();
            case 6, 7, 8, 9, 10 -> sync();
            case 11 -> storage.log().seal();
            case 12 -> truncate();
            case 13, 14, 15, 16 -> read();
            case 17 -> spare();
            case 18 -> restart();
            default -> crash();
        }
    }

    /** Now and then as one batch that is larger than a segment. */
    private void append() throws Exception {
        term += random.nextInt(10) == 0 ? 1 : 0;
        int most = random.nextInt(10) == 0 ? LARGE : 4;
        List<Entries> blocks = new ArrayList<>();
        for (int count = 1 + random.nextInt(4); count > 0; count--) {
            blocks.add(block(1 + random.nextInt(most)));
        }
        storage.log().append(epoch, blocks);
    }

    private Entries block(int count) {
        List<LogEntry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            entries.add(Folder.entry(model.size() + 1, term));
            model.add(entries.get(i));
        }
        return Entries.of(entries);
    }

    private void sync() {
        storage.log().sync();
        durable = model.size();
    }

    private void truncate() throws StorageFullException {
        if (model.isEmpty()) {
            return;
        }
        long back = random.nextInt(12) == 0 ? random.nextInt(model.size()) : random.nextInt(Math.min(model.size(), 12));
        long index = model.size() - back;
        storage.log().truncateFrom(++epoch, index);
        model.subList((int) index - 1, model.size()).clear();
        durable = model.size();
        term++;
    }

    private void read() {
        long from = 1L + random.nextInt(model.size() + 2);
        long to = from + random.nextInt(50);
        int bytes = 1 + random.nextInt(2000);
        Entries found = storage.log().read(from, to, bytes);
        if (from > model.size()) {
            assertThat(found.isEmpty()).isTrue();
            return;
        }
        assertThat(found.first().index()).isEqualTo(from);
        assertThat(found.last().index()).isBetween(from, Math.min(to, model.size()));
        assertThat(found.count() == 1 || found.bytes() <= bytes).isTrue();
        assertEqual(found);
    }

    private void spare() throws Exception {
        if (storage.log().wantsSpare()) {
            storage.log().prepareSpare();
        }
    }

    private void restart() throws Exception {
        storage.close();
        open();
        durable = model.size();
    }

    /** Of what was not synced a crash may leave any part, as long as it is the beginning. */
    private void crash() throws Exception {
        crashes++;
        disk.crashProcess();
        if (random.nextBoolean()) {
            disk.crashPower(random);
        }
        open();
        int left = Math.toIntExact(storage.log().last().index());
        assertThat(left).isBetween(durable, model.size());
        lost += model.size() - left;
        model.subList(left, model.size()).clear();
        durable = model.size();
        if (random.nextInt(3) == 0) {
            storage.log().append(epoch, List.of(block(LARGE)));
        }
    }

    private void open() {
        storage = Folder.open(disk);
        assertThat(storage.log().epoch()).isGreaterThan(0);
        epoch = storage.log().epoch();
        TermRanges terms = storage.log().terms();
        assertThat(terms.last()).isEqualTo(storage.log().last());
        for (long index = 1; index <= terms.last().index(); index++) {
            assertThat(terms.termAt(index)).isEqualTo(model.get((int) index - 1).term());
        }
    }

    private void readsAll() {
        for (long next = 1; next <= model.size(); ) {
            Entries found = storage.log().read(next, Long.MAX_VALUE, 1 << 20);
            assertEqual(found);
            next = found.last().index() + 1;
        }
    }

    private void assertEqual(Entries found) {
        for (long index = found.first().index(); index <= found.last().index(); index++) {
            LogEntry expected = model.get((int) index - 1);
            assertThat(found.entry(index).id()).isEqualTo(expected.id());
            assertThat(Entries.of(found.entry(index)).toByteArray())
                    .isEqualTo(Entries.of(expected).toByteArray());
        }
    }

    private EntryId last() {
        return model.isEmpty() ? EntryId.NONE : model.get(model.size() - 1).id();
    }
}
