package io.balsa.http.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.model.Configuration;
import io.balsa.model.EntryId;
import io.balsa.model.NodeId;
import io.balsa.show.Json;
import io.balsa.trace.RaftEvent;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Each kind of event has a form as a document. */
final class EventFieldsTest {
    private static final NodeId N1 = NodeId.of("n1");

    /** One value for each kind of part that an event may have. */
    private static final Map<Class<?>, Object> VALUES = Map.of(
            NodeId.class,
            N1,
            long.class,
            7L,
            String.class,
            "why",
            Optional.class,
            Optional.of(N1),
            EntryId.class,
            new EntryId(5, 3),
            Duration.class,
            Duration.ofMillis(20),
            Configuration.class,
            Configuration.of(new TreeMap<>(Map.of(N1, "a"))),
            boolean.class,
            true);

    @Test
    void anEventIsItsNameAndItsParts() {
        RaftEvent event = new RaftEvent.HeartbeatLate(N1, 7, NodeId.of("n2"), Duration.ofMillis(450));

        assertThat(json(event))
                .isEqualTo(
                        "{\"event\":\"heartbeatLate\",\"node\":\"n1\",\"term\":7,\"leader\":\"n2\",\"silence\":450}");
    }

    @Test
    void noLeaderIsNull() {
        assertThat(json(new RaftEvent.LeaderChanged(N1, 7, Optional.empty()))).endsWith("\"leader\":null}");
    }

    @Test
    void aConfigurationIsItsNames() {
        RaftEvent event = new RaftEvent.MembershipChanged(N1, 7, Configuration.of(new TreeMap<>(Map.of(N1, "a"))));

        assertThat(json(event)).contains("{\"members\":[\"n1\"],\"voters\":[\"n1\"],\"outgoing\":[]}");
    }

    @Test
    void everyKindOfEventCanBeShown() throws ReflectiveOperationException {
        List<Class<?>> kinds = List.of(RaftEvent.class.getPermittedSubclasses());

        assertThat(kinds).hasSizeGreaterThan(10);
        for (Class<?> kind : kinds) {
            Class<?>[] parts = Arrays.stream(kind.getRecordComponents())
                    .map(RecordComponent::getType)
                    .toArray(Class<?>[]::new);
            Object[] values = Arrays.stream(parts).map(VALUES::get).toArray();
            RaftEvent event = (RaftEvent) kind.getDeclaredConstructor(parts).newInstance(values);
            assertThat(json(event))
                    .as(kind.getSimpleName())
                    .startsWith("{\"event\":\"")
                    .doesNotContain("io.balsa", "[I");
        }
    }

    private static String json(RaftEvent event) {
        return new String(Json.encode(EventFields.of(event)), StandardCharsets.UTF_8);
    }
}
