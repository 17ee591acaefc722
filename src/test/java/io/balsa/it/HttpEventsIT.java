package io.balsa.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The stream of a node's events: complete, and to be continued where it was left. */
@Timeout(120)
final class HttpEventsIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    private HttpNodes nodes;

    @BeforeEach
    void start() throws Exception {
        nodes = new HttpNodes(folder, 1, Map.of("raft.http.max-event-streams", 3, "raft.http.event-buffer", 40));
        nodes.start(1);
        nodes.awaitReady(1);
    }

    @AfterEach
    void stop() {
        nodes.close();
    }

    private record Event(String id, String name, JsonNode data) {}

    /** A reader of the stream; closing it closes the connection. */
    private record Reader(Stream<String> lines, Iterator<String> next) implements AutoCloseable {
        Event read() throws Exception {
            String id = "";
            String name = "";
            while (true) {
                String line = next.next();
                if (line.startsWith("id: ")) {
                    id = line.substring(4);
                } else if (line.startsWith("event: ")) {
                    name = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    return new Event(id, name, JSON.readTree(line.substring(6)));
                }
            }
        }

        List<Event> until(Predicate<Event> wanted) throws Exception {
            List<Event> events = new ArrayList<>();
            do {
                events.add(read());
            } while (!wanted.test(events.get(events.size() - 1)));
            return events;
        }

        @Override
        public void close() {
            lines.close();
        }
    }

    @Test
    void eventsComeAsTheyHappenAndGoOnBehindTheLastOne() throws Exception {
        List<Event> first;
        try (Reader reader = read("/api/v1/events")) {
            takeSnapshot("a");
            first = reader.until(event -> event.name().equals("snapshotTaken"));
        }
        takeSnapshot("b");
        Event last = first.get(first.size() - 1);

        try (Reader reader = read("/api/v1/events", "Last-Event-ID", last.id())) {
            List<Event> more = reader.until(event -> event.name().equals("snapshotTaken"));
            assertThat(more).extracting(Event::name).doesNotContain("reset");
            assertThat(number(more.get(0))).isEqualTo(number(last) + 1);
            assertThat(more.get(more.size() - 1).data().get("last").get("index").asLong())
                    .isGreaterThan(last.data().get("last").get("index").asLong());
        }
        try (Reader reader = read("/api/v1/events?lastEventId=" + first.get(0).id())) {
            assertThat(number(reader.read())).isEqualTo(number(first.get(0)) + 1);
        }
    }

    @Test
    void aReaderThatComesFromElsewhereIsToldThatItHasMissedSome() throws Exception {
        try (Reader reader = read("/api/v1/events", "Last-Event-ID", "another-5")) {
            Event reset = reader.read();
            Event oldest = reader.read();

            assertThat(reset.name()).isEqualTo("reset");
            assertThat(number(oldest)).isEqualTo(number(reset) + 1);
            assertThat(number(oldest)).as("all that is kept").isEqualTo(1);
        }
    }

    @Test
    void theNewestEventsAreADocumentToo() throws Exception {
        takeSnapshot("h");
        Patience.await(
                "the event is there", () -> history().findValuesAsText("event").contains("snapshotTaken"));

        JsonNode events = history();

        assertThat(events.findValuesAsText("event")).contains("electionWon", "leaderChanged");
        assertThat(events.get(0).get("id").asText()).endsWith("-1");
        assertThat(events.findValuesAsText("node")).containsOnly("node-1");
        assertThat(events.findValuesAsText("time")).isSorted().hasSize(events.size());
    }

    @Test
    void streamsAreFewAndTheirPlacesAreGivenBack() throws Exception {
        try (Reader one = read("/api/v1/events?lastEventId=x");
                Reader two = read("/api/v1/events?lastEventId=x");
                Reader three = read("/api/v1/events?lastEventId=x")) {
            one.read();
            two.read();
            three.read();
            HttpIT.assertProblem(nodes.get(1, "/api/v1/events"), 503, "unavailable");
            assertThat(streams()).isEqualTo(3);
        }
        // A stream that nobody reads any more is noticed when it says something.
        Patience.await("the places are free", () -> {
            takeSnapshot("more");
            return streams() == 0;
        });
    }

    @Test
    void aStreamEndsWithItsNode() throws Exception {
        try (Reader reader = read("/api/v1/events?lastEventId=x")) {
            assertThat(reader.read().name()).isEqualTo("reset");

            nodes.stop(1);

            assertThat(ends(reader)).isTrue();
        }
    }

    /** Reads what is left; would not return from a stream that goes on. */
    private static boolean ends(Reader reader) {
        try {
            while (reader.next().hasNext()) {
                reader.next().next();
            }
            return true;
        } catch (UncheckedIOException cutOff) {
            return true;
        }
    }

    private JsonNode history() throws Exception {
        return nodes.get(1, "/api/v1/history").json().get("events");
    }

    private int streams() throws Exception {
        return nodes.get(1, "/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith("raft_http_event_streams{"))
                .map(line -> (int) Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
                .findFirst()
                .orElseThrow();
    }

    private void takeSnapshot(String key) throws Exception {
        nodes.put(1, "/api/v1/kv/" + key, "v");
        assertThat(nodes.post(1, "/api/v1/snapshot", "").status()).isEqualTo(200);
    }

    private Reader read(String path, String... headers) throws Exception {
        HttpResponse<Stream<String>> response =
                nodes.client().send(nodes.request(1, path, headers).build(), BodyHandlers.ofLines());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/event-stream"));
        return new Reader(response.body(), response.body().iterator());
    }

    private static long number(Event event) {
        return Long.parseLong(event.id().substring(event.id().indexOf('-') + 1));
    }
}
