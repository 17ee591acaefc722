package io.balsa.http.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.measure.Measures;
import io.balsa.model.EntryId;
import io.balsa.model.NodeId;
import io.balsa.protocol.AppendEntries;
import io.balsa.protocol.Rpc;
import io.balsa.protocol.reply.AdminReply.Peer;
import io.balsa.protocol.reply.AdminReply.Status;
import io.balsa.protocol.reply.ClientReply;
import io.balsa.trace.RaftEvent;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hawkular.agent.prometheus.text.TextPrometheusMetricsProcessor;
import org.hawkular.agent.prometheus.types.MetricFamily;
import org.hawkular.agent.prometheus.walkers.CollectorPrometheusMetricsWalker;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The meters say what they are said to say, and the page about them lists them all. */
final class MetricsTest {
    private static final Path PAGE = Path.of("src/site/markdown/metrics.md");
    private static final Pattern FAMILY = Pattern.compile("# HELP (raft_\\S+) (.*)\n# TYPE \\S+ (\\S+)\n");
    private static final Pattern SAMPLE =
            Pattern.compile("[a-z_:][a-zA-Z0-9_:]*(\\{[a-z_]+=\"[^\"\\n]*\"(,[a-z_]+=\"[^\"\\n]*\")*})? \\S+");

    private final NodeMeters meters = new NodeMeters("main", () -> false);

    private final Measures measures = new Measures();

    @BeforeEach
    void fill() {
        meters.pendingBytes(() -> 100);
        meters.streams(() -> 2);
        meters.measures(measures);
        meters.answered("GET", "/alive", "ok", Duration.ofMillis(3));
    }

    @Test
    void thePageListsEveryMeterAndNoOther() throws IOException {
        String scraped = meters.scrape(status("Leader", 90));
        List<String> rows = new ArrayList<>();
        Matcher family = FAMILY.matcher(scraped);
        while (family.find()) {
            String labels = labels(scraped, family.group(1));
            rows.add("| `%s` | %s | %s | %s |".formatted(family.group(1), family.group(3), labels, family.group(2)));
        }

        assertThat(rows).hasSizeGreaterThan(25);
        assertThat(Files.readAllLines(PAGE).stream().filter(line -> line.matches("\\| `raft_[a-z_]+` .*")))
                .containsExactlyInAnyOrderElementsOf(rows);
    }

    /** All that its samples have, besides the group, which all have. */
    private static String labels(String scraped, String family) {
        TreeSet<String> labels = new TreeSet<>();
        scraped.lines().filter(line -> line.startsWith(family)).forEach(line -> {
            Matcher label = Pattern.compile("([a-z_]+)=\"").matcher(line);
            label.results().map(found -> found.group(1)).forEach(labels::add);
        });
        assertThat(labels).as(family).contains("group");
        labels.removeAll(List.of("group", "le"));
        return String.join(", ", labels);
    }

    @Test
    void everyLineIsWellFormed() {
        assertThat(meters.scrape(status("Leader", 90)).lines())
                .hasSizeGreaterThan(100)
                .filteredOn(line -> !line.startsWith("#"))
                .allSatisfy(line -> assertThat(line).matches(SAMPLE));
    }

    /** A parser that is not ours finds every family that is announced, and in it every sample. */
    @Test
    void aParserReadsAllOfIt() {
        String scraped = scraped();
        CollectorPrometheusMetricsWalker found = new CollectorPrometheusMetricsWalker();
        byte[] bytes = scraped.getBytes(StandardCharsets.UTF_8);
        new TextPrometheusMetricsProcessor(new ByteArrayInputStream(bytes), found).walk();

        List<String> announced =
                FAMILY.matcher(scraped).results().map(family -> family.group(1)).toList();
        assertThat(found.getAllMetricFamilies())
                .extracting(MetricFamily::getName)
                .containsOnlyOnceElementsOf(announced);
        for (MetricFamily family : found.getAllMetricFamilies()) {
            assertThat(family.getMetrics()).as(family.getName()).hasSize(series(scraped, family.getName()));
        }
    }

    /** How many different sets of labels a family has, those of buckets apart. */
    private static int series(String scraped, String family) {
        Pattern sample = Pattern.compile(family + "(?:_bucket|_sum|_count)?\\{(.*?)(?:,le=\"[^\"]*\")?} .*");
        return (int) scraped.lines()
                .map(sample::matcher)
                .filter(Matcher::matches)
                .map(line -> line.group(1))
                .distinct()
                .count();
    }

    @Test
    void whatMovesIsReadWhenSomebodyAsks() {
        assertThat(meters.scrape(status("Leader", 90)))
                .contains("raft_applied_index{group=\"main\"} 90.0")
                .contains("raft_apply_lag_entries{group=\"main\"} 5.0")
                .contains("raft_uncommitted_entries{group=\"main\"} 5.0")
                .contains("raft_role{group=\"main\",role=\"leader\"} 1.0")
                .contains("raft_peer_in_flight_bytes{group=\"main\",peer=\"n2\"} 4096.0")
                .contains("raft_peer_lag_entries{group=\"main\",peer=\"n2\"} 20.0");
        assertThat(meters.scrape(status("Follower", 95)))
                .contains("raft_applied_index{group=\"main\"} 95.0")
                .contains("raft_role{group=\"main\",role=\"leader\"} 0.0")
                .contains("raft_peer_last_contact_seconds{group=\"main\",peer=\"n2\"} 0.25")
                .doesNotContain("raft_peer_lag_entries{");
    }

    @Test
    void whatTheNodeCountsStandsUnderItsKind() {
        measures.sent().count(AppendEntries.Request.class);
        measures.sent().count(AppendEntries.Request.class);
        measures.received().count(Rpc.ReadIndex.Response.class);
        measures.refused().count(ClientReply.Reason.NOT_LEADER.name());

        assertThat(meters.scrape(status("Leader", 90)))
                .contains("raft_rpcs_sent_total{group=\"main\",rpc=\"append_entries_request\"} 2.0\n")
                .contains("raft_rpcs_sent_total{group=\"main\",rpc=\"timeout_now\"} 0.0\n")
                .contains("raft_rpcs_received_total{group=\"main\",rpc=\"read_index_response\"} 1.0\n")
                .contains("raft_requests_refused_total{group=\"main\",reason=\"not_leader\"} 1.0\n")
                .contains("raft_requests_refused_total{group=\"main\",reason=\"not_admitted\"} 0.0\n");
    }

    @Test
    void whatTheNodeMeasuresStandsInItsBuckets() {
        measures.synced(0, Duration.ofMillis(3).toNanos(), 5);
        measures.synced(0, Duration.ofSeconds(20).toNanos(), 5);
        measures.committed(Duration.ofMillis(7).toNanos());

        assertThat(meters.scrape(status("Leader", 90)))
                .contains("raft_sync_seconds_bucket{group=\"main\",le=\"0.0025\"} 0\n")
                .contains("raft_sync_seconds_bucket{group=\"main\",le=\"0.005\"} 1\n")
                .contains("raft_sync_seconds_bucket{group=\"main\",le=\"10.0\"} 1\n")
                .contains("raft_sync_seconds_bucket{group=\"main\",le=\"+Inf\"} 2\n")
                .contains("raft_sync_seconds_sum{group=\"main\"} 20.003\n")
                .contains("raft_sync_entries_bucket{group=\"main\",le=\"8.0\"} 2\n")
                .contains("raft_commit_seconds_count{group=\"main\"} 1\n");
    }

    @Test
    void whatHappensIsCounted() {
        NodeId n1 = NodeId.of("n1");
        meters.hear(new RaftEvent.ElectionStarted(n1, 8, "silence"));
        meters.hear(new RaftEvent.ElectionWon(n1, 8, "votes"));
        meters.hear(new RaftEvent.SnapshotTaken(n1, 8, new EntryId(5, 2), 4096));
        meters.hear(new RaftEvent.SnapshotTaken(n1, 8, new EntryId(6, 2), 5000));
        meters.hear(new RaftEvent.CommitAdvanced(n1, 8, new EntryId(6, 2)));

        assertThat(meters.scrape(status("Leader", 90)))
                .contains("raft_elections_total{group=\"main\",outcome=\"won\"} 1.0")
                .contains("raft_elections_total{group=\"main\",outcome=\"lost\"} 0.0")
                .contains("raft_snapshots_total{group=\"main\",kind=\"taken\"} 2.0")
                .contains("raft_snapshot_size_bytes{group=\"main\"} 5000.0");
    }

    /** All that a node has to tell, as a leader. */
    static String scraped() {
        MetricsTest test = new MetricsTest();
        test.fill();
        return test.meters.scrape(status("Leader", 90));
    }

    private static Status status(String role, long applied) {
        Peer self = new Peer("n1", "a", true, false, 101, 100, 0, 0, "self");
        Peer peer = new Peer("n2", "b", true, false, 81, 80, 250, 4096, "replicating");
        return new Status(
                1,
                "c",
                "main",
                "n1",
                role,
                7,
                Optional.empty(),
                Optional.of("n1"),
                true,
                new EntryId(100, 7),
                new EntryId(100, 7),
                95,
                applied,
                1,
                0,
                "id",
                List.of(self, peer));
    }
}
