package io.balsa.http.event;

import io.balsa.model.Configuration;
import io.balsa.model.EntryId;
import io.balsa.model.NodeId;
import io.balsa.trace.RaftEvent;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** An event as a document: its name, and its parts under their own names; spans of time in milliseconds. */
final class EventFields {
    private EventFields() {}

    /** {@code leaderChanged}. */
    static String name(RaftEvent event) {
        String name = event.getClass().getSimpleName();
        return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
    }

    static Map<String, Object> of(RaftEvent event) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("event", name(event));
        for (RecordComponent part : event.getClass().getRecordComponents()) {
            fields.put(part.getName(), shown(value(event, part)));
        }
        return fields;
    }

    private static Object value(RaftEvent event, RecordComponent part) {
        try {
            return part.getAccessor().invoke(event);
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException("the parts of a public record can be read", impossible);
        }
    }

    private static Object shown(Object value) {
        if (value instanceof Optional<?> maybe) {
            return maybe.map(EventFields::shown).orElse(null);
        } else if (value instanceof NodeId node) {
            return node.name();
        } else if (value instanceof EntryId entry) {
            return Map.of("index", entry.index(), "term", entry.term());
        } else if (value instanceof Duration span) {
            return span.toMillis();
        } else if (value instanceof Configuration configuration) {
            return members(configuration);
        }
        return value;
    }

    private static Map<String, Object> members(Configuration configuration) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("members", names(configuration.members().keySet()));
        fields.put("voters", names(configuration.voters()));
        fields.put("outgoing", names(configuration.outgoing()));
        return fields;
    }

    private static List<String> names(Collection<NodeId> nodes) {
        return nodes.stream().map(NodeId::name).toList();
    }
}
