package io.balsa.trace;

import io.balsa.model.EntryId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Names and values in the order in which they are read. What has no value is not there. */
public final class Fields {
    /** Values are Long, Boolean, String, {@link EntryId}, Fields, or a List of String, Long or {@link Span}. */
    private final Map<String, Object> values = new LinkedHashMap<>();

    public Fields with(String name, long value) {
        return put(name, value);
    }

    public Fields with(String name, boolean value) {
        return put(name, value);
    }

    public Fields with(String name, String value) {
        return put(name, value);
    }

    public Fields with(String name, Optional<String> value) {
        value.ifPresent(present -> put(name, present));
        return this;
    }

    public Fields with(String name, EntryId value) {
        return put(name, value);
    }

    public Fields with(String name, Fields value) {
        return put(name, value);
    }

    /** Texts, numbers or spans. */
    public Fields with(String name, List<?> value) {
        return put(name, value);
    }

    /** By name, in order. */
    Map<String, Object> values() {
        return Collections.unmodifiableMap(values);
    }

    /** All but one of them. */
    Fields without(String name) {
        Fields rest = new Fields();
        rest.values.putAll(values);
        rest.values.remove(name);
        return rest;
    }

    private Fields put(String name, Object value) {
        values.put(name, value);
        return this;
    }

    /** For people: {@code last=(1@4) granted=true}. */
    @Override
    public String toString() {
        return values.entrySet().stream()
                .map(field -> field.getKey() + "=" + field.getValue())
                .collect(Collectors.joining(" "));
    }
}
