package io.balsa.sim;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.balsa.sim.Chaos.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A seed goes the same way whether it is recorded or not, and what is recorded is what happened. */
final class RecordingTest {
    /** One whose servers crash while they wait for their disks, and lose each other. */
    private static final Plan PLAN = LongStream.iterate(1, seed -> seed + 1)
            .mapToObj(seed -> Plan.of(seed, Profile.ALL))
            .filter(RecordingTest::isRich)
            .findFirst()
            .orElseThrow();

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final long SAME = -1;

    private static Path recorded;
    private static List<JsonNode> lines;

    @TempDir
    private Path folder;

    @BeforeAll
    static void record(@TempDir Path place) throws IOException {
        recorded = place.resolve("seed.jsonl");
        assertThat(Recording.of(PLAN, recorded)).isEmpty();
        lines = read(recorded);
    }

    private static boolean isRich(Plan plan) {
        return plan.faults().slowestSync().toMillis() >= 8
                && plan.faults().troubles().containsAll(List.of(Trouble.CRASH, Trouble.PARTITION));
    }

    @Test
    void recordingChangesNothing() throws IOException {
        Outcome plain = Chaos.run(PLAN);
        Outcome[] same = new Outcome[1];
        Path file = folder.resolve("seed.jsonl");
        try (Recording recording = new Recording(PLAN, file)) {
            recording.run(() -> same[0] = Chaos.run(PLAN, recording::listenTo));
        }
        assertThat(same[0].hash()).isEqualTo(plain.hash());
        assertThat(same[0].tally()).hasToString(plain.tally().toString());
        assertThat(file).isNotEmptyFile();
    }

    @Test
    void aRecordingIsTheSameEachTime() throws IOException {
        Path again = folder.resolve("again.jsonl");
        assertThat(Recording.of(PLAN, again)).isEmpty();
        assertThat(Files.mismatch(again, recorded)).isEqualTo(SAME);
        assertThat(Files.mismatch(Recording.play(again), Recording.play(recorded)))
                .isEqualTo(SAME);
    }

    @Test
    void everyLineIsAnEventInTheOrderOfTime() {
        JsonNode header = lines.get(0);
        assertThat(header.get("balsa-trace").asInt()).isEqualTo(1);
        assertThat(header.get("seed").asLong()).isEqualTo(PLAN.seed());
        long last = 0;
        Set<String> kinds = new HashSet<>();
        for (JsonNode line : lines.subList(1, lines.size())) {
            assertThat(line.get("t").asLong()).as("%s", line).isGreaterThanOrEqualTo(last);
            last = line.get("t").asLong();
            kinds.add(line.get("event").asText());
        }
        assertThat(kinds)
                .contains("started", "role", "send", "receive", "lost", "ballot", "append", "persisted", "commit")
                .contains("applied", "execute", "invoke", "answer", "fault", "crashed");
    }

    @Test
    void everythingRecordedIsDescribed() throws IOException {
        String page = Files.readString(Path.of("src/site/markdown/trace.md"));
        Set<String> words = new TreeSet<>();
        lines.forEach(line -> collect(line, words));

        assertThat(words).hasSizeGreaterThan(50).allSatisfy(word -> assertThat(page)
                .contains("`" + word + "`"));
    }

    /** The names of all fields, and what they are the key to: events and kinds of message. */
    private static void collect(JsonNode node, Set<String> words) {
        node.properties().forEach(field -> {
            words.add(field.getKey());
            if (Set.of("event", "kind").contains(field.getKey())) {
                words.add(field.getValue().asText());
            }
        });
        node.forEach(inner -> collect(inner, words));
    }

    /** A task that waits for its disk is ahead of the crash that ends it: what it would have done was never done. */
    @Test
    void theDeadSayNothing() {
        Map<String, Boolean> alive = new HashMap<>();
        Map<String, Long> commits = new HashMap<>();
        for (JsonNode line : lines) {
            String event = line.path("event").asText();
            String node = line.path("node").asText();
            if (event.equals("started") || event.equals("crashed")) {
                alive.put(node, event.equals("started"));
                commits.put(node, 0L);
            } else if (line.has("role")) {
                assertThat(alive).as("%s", line).containsEntry(node, true);
            }
            if (event.equals("commit")) {
                long index = line.get("last").get("index").asLong();
                assertThat(index).as("%s", line).isGreaterThan(commits.put(node, index));
            }
        }
        assertThat(commits).hasSizeGreaterThanOrEqualTo(3);
    }

    @Test
    void aFailedSeedEndsWithItsViolation() throws IOException {
        Path file = folder.resolve("failed.jsonl");
        Optional<Violation> failure;
        try (Recording recording = new Recording(PLAN, file)) {
            failure = recording.run(() -> Chaos.run(PLAN, world -> {
                recording.listenTo(world);
                world.runtime().after(Duration.ofSeconds(3).toNanos(), () -> {
                    throw new Violation("Planted", "two leaders");
                });
            }));
        }
        List<JsonNode> lines = read(file);
        assertThat(lines.get(lines.size() - 1).get("what").asText()).contains("Planted: two leaders");
        List<String> play = Files.readAllLines(Recording.play(file));
        assertThat(play).hasSize(lines.size() - 1);
        assertThat(play.get(play.size() - 1)).isEqualTo("    3000.000 ms  ══ Planted: two leaders");
        assertThat(failure.orElseThrow().getMessage()).contains(play.get(play.size() - 2));
    }

    private static List<JsonNode> read(Path file) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }
}
