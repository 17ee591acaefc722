package io.balsa.http.metrics;

import io.balsa.measure.Measures;
import io.balsa.measure.Tally;
import io.balsa.protocol.Rpc;
import io.balsa.protocol.reply.ClientReply.Reason;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a node counts by kinds, in the form of Prometheus. All kinds are there from the start, at 0. */
final class Tallies {
    private static final List<Class<?>> RPCS = Stream.of(Rpc.Request.class, Rpc.Response.class)
            .<Class<?>>flatMap(kind -> Stream.of(kind.getPermittedSubclasses()))
            .toList();

    private static final List<String> REASONS = List.of(
            Reason.NOT_LEADER.name(),
            Reason.BUSY.name(),
            Reason.STORAGE_FULL.name(),
            Reason.TOO_LARGE.name(),
            Reason.FOREIGN.name(),
            Reason.UNSUPPORTED.name(),
            Measures.NOT_ADMITTED);

    private final String group;
    private final PrometheusRegistry registry;

    Tallies(String group, PrometheusRegistry registry) {
        this.group = group;
        this.registry = registry;
    }

    private record Kinds<K>(String label, Map<K, String> words, Tally<K> tally) {}

    void register(Measures measures) {
        Map<Class<?>, String> rpcs = RPCS.stream().collect(Collectors.toMap(Function.identity(), Tallies::nameOf));
        Map<String, String> reasons = REASONS.stream()
                .collect(Collectors.toMap(Function.identity(), reason -> reason.toLowerCase(Locale.ROOT)));
        register(
                "raft_rpcs_sent",
                "RPCs and answers to other nodes, arrived or not",
                new Kinds<>("rpc", rpcs, measures.sent()));
        register(
                "raft_rpcs_received",
                "RPCs and answers from other nodes, refused or not",
                new Kinds<>("rpc", rpcs, measures.received()));
        register(
                "raft_requests_refused",
                "Requests of clients that the raft actor refused, and messages of nodes it does not admit",
                new Kinds<>("reason", reasons, measures.refused()));
    }

    /** As in {@code append_entries_request}. */
    private static String nameOf(Class<?> type) {
        String name = type.getName().replaceFirst(".*\\.(Rpc\\$)?", "").replace('$', '_');
        return name.replaceAll("([a-z])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
    }

    private <K> void register(String name, String what, Kinds<K> kinds) {
        registry.register(() -> {
            CounterSnapshot.Builder counter =
                    CounterSnapshot.builder().name(name).help(what);
            kinds.words()
                    .forEach((kind, word) -> counter.dataPoint(CounterDataPointSnapshot.builder()
                            .labels(Labels.of("group", group, kinds.label(), word))
                            .value((double) kinds.tally().of(kind))
                            .build()));
            return counter.build();
        });
    }
}
