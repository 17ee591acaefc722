package io.balsa.http.metrics;

import io.balsa.measure.Measures;
import io.balsa.measure.Tally;
import io.balsa.protocol.AppendEntries;
import io.balsa.protocol.Hello;
import io.balsa.protocol.InstallSnapshot;
import io.balsa.protocol.PreVote;
import io.balsa.protocol.RequestVote;
import io.balsa.protocol.Rpc;
import io.balsa.protocol.TimeoutNow;
import io.balsa.protocol.reply.ClientReply;
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
    private static final List<Class<?>> MESSAGES = List.of(
            AppendEntries.Request.class,
            AppendEntries.Response.class,
            RequestVote.Request.class,
            RequestVote.Response.class,
            PreVote.Request.class,
            PreVote.Response.class,
            InstallSnapshot.Request.class,
            InstallSnapshot.Response.class,
            Rpc.ReadIndex.Request.class,
            Rpc.ReadIndex.Response.class,
            TimeoutNow.class,
            Hello.class);

    private static final List<String> REASONS = Stream.concat(
                    Stream.of(ClientReply.Reason.values()).map(Enum::name), Stream.of(Measures.NOT_ADMITTED))
            .toList();

    private final String group;
    private final PrometheusRegistry registry;

    Tallies(String group, PrometheusRegistry registry) {
        this.group = group;
        this.registry = registry;
    }

    private record Kinds<K>(String label, Map<K, String> words, Tally<K> tally) {}

    void register(Measures measures) {
        Map<Class<?>, String> rpcs =
                MESSAGES.stream().collect(Collectors.toMap(Function.identity(), Tallies::nameOfMessage));
        Map<String, String> reasons = REASONS.stream()
                .collect(Collectors.toMap(Function.identity(), reason -> reason.toLowerCase(Locale.ROOT)));
        register(
                "raft_rpcs_sent", "Messages to other nodes, arrived or not", new Kinds<>("rpc", rpcs, measures.sent()));
        register(
                "raft_rpcs_received",
                "Messages from other nodes, refused or not",
                new Kinds<>("rpc", rpcs, measures.received()));
        register(
                "raft_requests_refused",
                "Requests and messages that this node did nothing about",
                new Kinds<>("reason", reasons, measures.refused()));
    }

    /** As in {@code append_entries_request}. */
    private static String nameOfMessage(Class<?> type) {
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
