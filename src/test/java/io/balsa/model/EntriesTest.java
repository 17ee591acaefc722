package io.balsa.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class EntriesTest {

    @Test
    void everyKindOfPayloadSurvivesItsEncoding() {
        Configuration configuration = Configuration.of(Map.of(NodeId.of("a"), "host-ä:1", NodeId.of("b"), "host:2"));
        List<Payload> payloads = List.of(
                new Payload.NoOp(),
                new Payload.OpenSession(10_000, 8192),
                new Payload.OpenSession(0, 10_000, 8192, 3_600_000, 64 << 20),
                new Payload.OpenSession(Payload.OpenSession.id(-1), 10_000, 8192, 3_600_000, 64 << 20),
                new Payload.CloseSession(Long.MAX_VALUE),
                new Payload.Reconfigure(configuration));
        List<LogEntry> entries = new ArrayList<>();
        for (int i = 0; i < payloads.size(); i++) {
            entries.add(new LogEntry(new EntryId(i + 1, 7), 1000 + i, payloads.get(i)));
        }
        Entries block = Entries.decode(Entries.of(entries).toByteArray());
        assertThat(block.toList()).isEqualTo(entries);
        Map<Long, Configuration> configurations = new TreeMap<>();
        block.forEachConfiguration(configurations::put);
        assertThat(configurations).containsExactly(Map.entry(6L, configuration));
        assertThat(block.timeAt(3)).isEqualTo(1002);
    }

    @Test
    void aCommandKeepsItsSessionAndItsBytes() {
        byte[] bytes = "set x 1".getBytes(StandardCharsets.UTF_8);
        Payload command = new Payload.Command(1L << 40, 300, 129, bytes);
        Entries block = Entries.of(new LogEntry(new EntryId(1, 1), 0, command));
        Payload.Command read = (Payload.Command) block.entry(1).payload();
        assertThat(read).usingRecursiveComparison().isEqualTo(command);
    }

    @Test
    void partsShareTheBlockAndKnowTheirBounds() {
        Entries block = commands(10, 15, 20);
        assertThat(block.from(14).upTo(20).first()).isEqualTo(new EntryId(14, 3));
        assertThat(block.from(14).upTo(20).count()).isEqualTo(7);
        assertThat(block.from(9)).isSameAs(block);
        assertThat(block.from(25).isEmpty()).isTrue();
        assertThat(block.from(30).count()).isZero();
        assertThat(block.upTo(4).isEmpty()).isTrue();
        assertThat(block.limitedTo(1).count()).isEqualTo(1);
        assertThat(block.limitedTo(2 * block.bytesOf(10)).count()).isEqualTo(2);
        assertThat(block.limitedTo(2 * block.bytesOf(10) + 1).count()).isEqualTo(2);
        assertThat(block.limitedTo(Integer.MAX_VALUE)).isSameAs(block);
    }

    @Test
    void partsPutTogetherAreTheWhole() {
        Entries block = commands(5, 15, 30);
        Entries whole = Entries.concat(List.of(block.upTo(8), block.from(9).upTo(9), block.from(10)));
        assertThat(whole.toByteArray()).isEqualTo(block.toByteArray());
        assertThat(whole.last()).isEqualTo(block.last());
        assertThat(Entries.decode(block.from(9).toByteArray()).first()).isEqualTo(new EntryId(9, 3));
    }

    @Test
    void blocksThatDoNotFollowEachOtherAreRefused() {
        Entries block = commands(5, 15, 30);
        assertThatThrownBy(() -> Entries.concat(List.of(block.upTo(8), block.from(10))))
                .isInstanceOf(CorruptEntryException.class);
    }

    @Test
    void everyFlippedBitIsNoticed() {
        byte[] bytes = commands(1, 3, 10).toByteArray();
        for (int bit = 0; bit < bytes.length * 8; bit++) {
            byte[] damaged = bytes.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> Entries.decode(damaged)).isInstanceOf(CorruptEntryException.class);
        }
    }

    @Test
    void everyCutInsideAnEntryIsNoticed() {
        Entries block = commands(1, 3, 10);
        byte[] bytes = block.toByteArray();
        int whole = 0;
        for (int length = 1; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            if (length % block.bytesOf(1) == 0) {
                whole++;
                assertThat(Entries.decode(cut).count()).isEqualTo(length / block.bytesOf(1));
            } else {
                assertThatThrownBy(() -> Entries.decode(cut)).isInstanceOf(CorruptEntryException.class);
            }
        }
        assertThat(whole).isEqualTo(2);
    }

    @Test
    void randomBytesAreNeverTakenForEntriesAndNothingElseIsThrown() {
        Random random = new Random(7);
        for (int i = 0; i < 50_000; i++) {
            byte[] junk = new byte[1 + random.nextInt(200)];
            random.nextBytes(junk);
            assertThatThrownBy(() -> Entries.decode(junk)).isInstanceOf(CorruptEntryException.class);
        }
    }

    private static Entries commands(long first, int count, int size) {
        List<LogEntry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Payload command = new Payload.Command(3, 1 + i, 1, new byte[size]);
            entries.add(new LogEntry(new EntryId(first + i, 3), 0, command));
        }
        return Entries.of(entries);
    }
}
