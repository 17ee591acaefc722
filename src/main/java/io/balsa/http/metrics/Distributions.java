package io.balsa.http.metrics;

import io.balsa.measure.Histogram;
import io.balsa.measure.Measures;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Duration;
import java.util.Arrays;

/** What a node measures of itself, in the form of Prometheus; it is read when somebody asks. */
final class Distributions {
    private static final double SECOND = Duration.ofSeconds(1).toNanos();

    private final Labels labels;
    private final PrometheusRegistry registry;

    Distributions(String group, PrometheusRegistry registry) {
        this.labels = Labels.of("group", group);
        this.registry = registry;
    }

    void register(Measures measures) {
        register("raft_sync_seconds", "How long syncs of the log took", measures.syncs(), SECOND);
        register("raft_sync_entries", "How many entries one sync made durable", measures.batches(), 1);
        register(
                "raft_commit_seconds",
                "How long it took this leader until what a client sent was committed",
                measures.commits(),
                SECOND);
    }

    private void register(String name, String what, Histogram histogram, double unit) {
        registry.register(() -> HistogramSnapshot.builder()
                .name(name)
                .help(what)
                .dataPoint(point(histogram.counts(), unit))
                .build());
    }

    private HistogramDataPointSnapshot point(Histogram.Counts counts, double unit) {
        double[] bounds = Arrays.stream(counts.bounds())
                .mapToDouble(bound -> bound / unit)
                .toArray();
        double[] withLast = Arrays.copyOf(bounds, bounds.length + 1);
        withLast[bounds.length] = Double.POSITIVE_INFINITY;
        return HistogramDataPointSnapshot.builder()
                .labels(labels)
                .classicHistogramBuckets(ClassicHistogramBuckets.of(withLast, counts.counts()))
                .sum(counts.sum() / unit)
                .build();
    }
}
