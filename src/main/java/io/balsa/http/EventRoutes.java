package io.balsa.http;

import io.balsa.http.event.EventRing;
import io.balsa.show.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * What happens on this node: as it happens, by server-sent events that can be continued where a reader stopped; and the
 * newest of it as a document.
 */
final class EventRoutes {
    private static final ContentType STREAM = MediaTypes.TEXT_EVENT_STREAM.toContentType();
    private static final String LOST = "events between your last one and the next are not kept any longer";

    private final EventRing ring;
    private final int maxStreams;
    private final Duration pulse;
    private final AtomicInteger streams = new AtomicInteger();

    /**
     * @param maxStreams how many readers there may be at a time
     * @param pulse how often a stream says something in any case
     */
    EventRoutes(EventRing ring, int maxStreams, Duration pulse) {
        this.ring = ring;
        this.maxStreams = maxStreams;
        this.pulse = pulse;
    }

    List<Route> routes() {
        return List.of(Route.get("/api/v1/events", this::events), Route.get("/api/v1/history", this::history));
    }

    /** How many readers there are. */
    int streams() {
        return streams.get();
    }

    private CompletionStage<HttpResponse> events(Call call) {
        call.allow("lastEventId");
        if (streams.get() >= maxStreams) {
            throw Problem.of(Fault.UNAVAILABLE, "as many streams as raft.http.max-event-streams are open");
        }
        Optional<String> last = call.header("Last-Event-ID").or(() -> call.query("lastEventId"));
        Optional<Long> known = last.flatMap(ring::place);
        boolean lost = last.isPresent() && known.isEmpty();
        long from = known.orElseGet(lost ? ring::beginning : ring::end);
        String greeting = "retry: 1000\n: events of this node\n\n" + (lost ? reset(from) : "");
        Source<ByteString, NotUsed> stream = Source.single(ByteString.fromString(greeting))
                .concat(Source.unfoldAsync(from, this::next))
                .watchTermination((unused, ended) -> {
                    streams.incrementAndGet();
                    ended.whenComplete((done, failure) -> streams.decrementAndGet());
                    return unused;
                });
        return CompletableFuture.completedFuture(
                Reply.empty(Reply.OK).withEntity(HttpEntities.createChunked(STREAM, stream)));
    }

    private CompletionStage<Optional<Pair<Long, ByteString>>> next(long place) {
        return ring.after(place, pulse)
                .thenApply(batch -> batch.over()
                        ? Optional.empty()
                        : Optional.of(Pair.create(batch.place(), ByteString.fromString(text(batch)))));
    }

    private String text(EventRing.Batch batch) {
        if (batch.events().isEmpty()) {
            return ":\n\n";
        }
        StringBuilder text = new StringBuilder();
        if (batch.missed()) {
            text.append(reset(batch.events().get(0).number() - 1));
        }
        batch.events().forEach(event -> text.append(text(event.number(), event.name(), event.fields())));
        return text.toString();
    }

    private String reset(long place) {
        return text(place, "reset", Map.of("reason", LOST));
    }

    private String text(long number, String name, Map<String, ?> fields) {
        String data = new String(Json.encode(fields), StandardCharsets.UTF_8);
        return "id: " + ring.id(number) + "\nevent: " + name + "\ndata: " + data + "\n\n";
    }

    private CompletionStage<HttpResponse> history(Call call) {
        call.allow();
        List<Map<String, Object>> events = ring.all().stream()
                .map(event -> {
                    Map<String, Object> fields = new LinkedHashMap<>();
                    fields.put("id", ring.id(event.number()));
                    fields.putAll(event.fields());
                    return fields;
                })
                .toList();
        return CompletableFuture.completedFuture(Reply.json(Map.of("events", events)));
    }
}
