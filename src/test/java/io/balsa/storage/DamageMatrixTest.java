package io.balsa.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.model.NodeId;
import io.balsa.sim.SimDisk;
import io.balsa.storage.ballot.Ballot;
import io.balsa.storage.ballot.BallotBox;
import io.balsa.storage.offline.Examination;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Single bits turned over in every kind of place that a data folder has, any of the eight in a byte. Each is refused
 * with file, offset and reason, or was in what nothing was known of to be synced, and is cut off with a warning. An
 * examination without any change says the same as opening does.
 */
final class DamageMatrixTest {
    private static final int FLIPS = 150;
    private static final int LAST_INDEX = 120;

    private enum Outcome {
        TORN_TAIL_CUT,
        REFUSED,
        SILENT
    }

    /** Bytes of one kind, in one file. */
    private record Place(String file, int from, int to) {}

    private final SimDisk disk = new SimDisk();
    private final Map<String, List<Place>> regions = new LinkedHashMap<>();

    @BeforeEach
    void write() throws IOException {
        Storage storage = Folder.open(disk);
        storage.ballots().save(new Ballot(3, Optional.of(NodeId.of("node-2")), new TreeMap<>()));
        for (int from = 1; from < LAST_INDEX; from += 10) {
            storage.log().append(1, Folder.entries(from, from + 9, 3));
            storage.log().sync();
        }
        disk.crashProcess(); // an orderly end would record that all of it is synced
        place("identity", Identity.FILE, 0, disk.bytes(Identity.FILE).length);
        place("ballot", BallotBox.FILE, 0, disk.bytes(BallotBox.FILE).length);
        List<String> segments = Segment.names(disk);
        assertThat(segments).hasSizeGreaterThan(1);
        for (String segment : segments) {
            map(segment, segment.equals(segments.get(segments.size() - 1)));
        }
    }

    @Test
    void noTurnedBitPassesInSilence() {
        SplittableRandom random = new SplittableRandom(23);
        Map<String, Map<Outcome, Integer>> matrix = new LinkedHashMap<>();

        regions.forEach((region, places) -> matrix.put(region, flip(places, random)));

        matrix.forEach((region, outcomes) -> System.out.printf("turned bits: %-28s %s%n", region, outcomes));
        assertThat(matrix).allSatisfy((region, outcomes) -> {
            boolean open = region.startsWith("last batch") || region.startsWith("zeros of the last");
            assertThat(outcomes).containsOnlyKeys(open ? Outcome.TORN_TAIL_CUT : Outcome.REFUSED);
        });
        int flips = matrix.values().stream()
                .flatMap(outcomes -> outcomes.values().stream())
                .mapToInt(Integer::intValue)
                .sum();
        assertThat(flips).isGreaterThan(1_000);
    }

    private void map(String segment, boolean isLast) {
        ByteBuffer bytes = ByteBuffer.wrap(disk.bytes(segment));
        place("segment header", segment, 0, Segment.BODY);
        int at = Segment.BODY;
        while (bytes.getInt(at) == BatchHeader.MAGIC) {
            BatchHeader batch = BatchHeader.readAt(bytes, at);
            int end = at + BatchHeader.SIZE + batch.bytes();
            boolean isOpen = isLast && bytes.getInt(end) != BatchHeader.MAGIC;
            mapBatch(isOpen ? "last batch" : "batch", segment, at, end);
            at = end;
        }
        place(isLast ? "zeros of the last segment" : "zeros of an earlier segment", segment, at, bytes.limit());
    }

    private void mapBatch(String name, String segment, int at, int end) {
        ByteBuffer bytes = ByteBuffer.wrap(disk.bytes(segment));
        place(name + ": magic", segment, at, at + 4);
        place(name + ": checksum", segment, at + 4, at + 8);
        place(name + ": length", segment, at + 24, at + 32);
        place(name + ": synced through", segment, at + 32, at + 40);
        for (int entry = at + BatchHeader.SIZE; entry < end; entry += bytes.getInt(entry)) {
            place(name + ": length of an entry", segment, entry, entry + 4);
            place(name + ": checksum of an entry", segment, entry + 4, entry + 8);
            place(name + ": id and time of an entry", segment, entry + 8, entry + 32);
            place(name + ": payload of an entry", segment, entry + 32, entry + bytes.getInt(entry));
        }
    }

    private void place(String region, String file, int from, int to) {
        regions.computeIfAbsent(region, first -> new ArrayList<>()).add(new Place(file, from, to));
    }

    private Map<Outcome, Integer> flip(List<Place> places, SplittableRandom random) {
        Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
        for (int flip = 0; flip < FLIPS; flip++) {
            Place place = places.get(random.nextInt(places.size()));
            SimDisk damaged = new SimDisk();
            disk.names().forEach(name -> damaged.put(name, disk.bytes(name)));
            damaged.flip(place.file(), random.nextInt(place.from(), place.to()), random.nextInt(8));
            Outcome examined = examined(damaged, place.file());
            assertThat(examined).isEqualTo(opened(damaged));
            outcomes.merge(examined, 1, Integer::sum);
        }
        return outcomes;
    }

    private static Outcome examined(SimDisk damaged, String file) {
        try (Examination examination = Examination.of(damaged)) {
            return examination
                    .tornTail()
                    .filter(tail -> tail.file().equals(file) && !tail.reason().isEmpty())
                    .map(tail -> Outcome.TORN_TAIL_CUT)
                    .orElse(Outcome.SILENT);
        } catch (CorruptionException refused) {
            assertThat(refused.file()).isEqualTo(file);
            assertThat(refused.offset()).isBetween(0L, (long) damaged.bytes(file).length);
            assertThat(refused.reason()).isNotEmpty();
            return Outcome.REFUSED;
        } catch (FolderRefusedException foreign) {
            return Outcome.REFUSED;
        }
    }

    private static Outcome opened(SimDisk damaged) {
        try (Storage storage = Folder.open(damaged)) {
            return storage.warning().isPresent() ? Outcome.TORN_TAIL_CUT : Outcome.SILENT;
        } catch (CorruptionException | FolderRefusedException refused) {
            return Outcome.REFUSED;
        }
    }
}
