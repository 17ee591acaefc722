package io.balsa.sim;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** What happened in a run, or in many, by name; a run in which something never happened proves nothing about it. */
final class Tally {
    private final Map<String, Long> counts = new LinkedHashMap<>();

    void add(String name, long count) {
        counts.merge(name, count, Long::sum);
    }

    void add(Tally other) {
        other.counts.forEach(this::add);
    }

    long get(String name) {
        return counts.getOrDefault(name, 0L);
    }

    @Override
    public String toString() {
        return counts.entrySet().stream()
                .map(count -> count.getKey() + "=" + count.getValue())
                .collect(Collectors.joining(" "));
    }
}
