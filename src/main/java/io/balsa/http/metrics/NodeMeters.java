package io.balsa.http.metrics;

import io.balsa.measure.Measures;
import io.balsa.protocol.reply.AdminReply.Status;
import io.balsa.trace.RaftEvent;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * The meters of one node. What moves all the time is read from the node's own status when somebody asks; what happens
 * now and then is counted when the node tells it; of what is measured on the way of a command, the node itself keeps
 * the counts.
 */
public final class NodeMeters {
    private static final List<String> ROLES = List.of("Follower", "PreCandidate", "Candidate", "Leader");

    private static final Duration[] LATENCIES = {
        Duration.ofMillis(1),
        Duration.ofMillis(5),
        Duration.ofMillis(20),
        Duration.ofMillis(100),
        Duration.ofMillis(500),
        Duration.ofSeconds(2),
        Duration.ofSeconds(10)
    };

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Map<Class<? extends RaftEvent>, Counter> counters = new HashMap<>();
    private final PeerMeters peers;
    private final Distributions distributions;
    private final Tallies tallies;
    private volatile Status status;
    private volatile long snapshotBytes;

    /**
     * @param group a label of each of them
     * @param full whether the disk has no room for more of the log
     */
    public NodeMeters(String group, BooleanSupplier full) {
        registry.config().commonTags("group", group);
        gauges();
        backlogs();
        roles();
        happenings();
        gauge(
                "raft.storage.full",
                "1 while the disk has no room for more of the log",
                () -> full.getAsBoolean() ? 1 : 0);
        gauge("raft.snapshot.size.bytes", "The newest snapshot taken since the start", () -> snapshotBytes);
        this.peers = new PeerMeters(registry);
        this.distributions = new Distributions(group, registry.getPrometheusRegistry());
        this.tallies = new Tallies(group, registry.getPrometheusRegistry());
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    private void gauges() {
        of("raft.term", "The current term", Status::term);
        of("raft.leader", "1 if it leads", now -> now.role().equals("Leader") ? 1 : 0);
        of(
                "raft.leader.known",
                "1 if it follows a leader, or leads",
                now -> now.leader().isPresent() ? 1 : 0);
        of("raft.quorum", "1 if a leader hears a majority, or a follower its leader", now -> now.quorum() ? 1 : 0);
        of("raft.log.first.index", "The first index that the log still holds", Status::firstIndex);
        of("raft.log.last.index", "The last index in memory", now -> now.last().index());
        of("raft.log.durable.index", "The last index on the synced disk", now -> now.durable()
                .index());
        of("raft.commit.index", "The last index known to be committed", Status::commitIndex);
        of("raft.applied.index", "The last index that the state machine has seen", Status::applied);
    }

    private void backlogs() {
        of("raft.snapshot.index", "The last index in the newest snapshot", Status::snapshotIndex);
        of(
                "raft.unsynced.entries",
                "Entries in memory and not yet on disk",
                now -> now.last().index() - now.durable().index());
        of(
                "raft.uncommitted.entries",
                "Entries in the log and not yet committed",
                now -> now.last().index() - now.commitIndex());
        of(
                "raft.apply.lag.entries",
                "Entries committed and not yet applied",
                now -> Math.max(0, now.commitIndex() - now.applied()));
        of("raft.members", "Members by its own configuration", now -> now.peers()
                .size());
    }

    private void roles() {
        for (String role : ROLES) {
            Gauge.builder("raft.role", () -> read(now -> now.role().equals(role) ? 1 : 0))
                    .description("1 for the role that it has")
                    .tag("role", role.toLowerCase(Locale.ROOT))
                    .register(registry);
        }
    }

    /** All of them are there from the start, at 0: what is missing cannot be told from what did not happen. */
    private void happenings() {
        String elections = "Elections that this node stood for";
        counter(RaftEvent.ElectionStarted.class, "raft.elections", elections, "outcome", "started");
        counter(RaftEvent.ElectionWon.class, "raft.elections", elections, "outcome", "won");
        counter(RaftEvent.ElectionLost.class, "raft.elections", elections, "outcome", "lost");
        String snapshots = "Snapshots of its own state, and of a leader's in its place";
        counter(RaftEvent.SnapshotTaken.class, "raft.snapshots", snapshots, "kind", "taken");
        counter(RaftEvent.SnapshotInstalled.class, "raft.snapshots", snapshots, "kind", "installed");
        counter(RaftEvent.StateChanged.class, "raft.role.changes", "How often it took another role");
        counter(RaftEvent.LeaderChanged.class, "raft.leader.changes", "How often it followed another leader, or none");
        counter(RaftEvent.TermChanged.class, "raft.term.changes", "How often it saw a newer term");
        counter(RaftEvent.MembershipChanged.class, "raft.membership.changes", "How often it went by other members");
        counter(RaftEvent.HeartbeatLate.class, "raft.heartbeats.late", "How often its leader was nearly given up");
        counter(
                RaftEvent.HeartbeatUnanswered.class,
                "raft.heartbeats.unanswered",
                "How often a follower of this leader missed one");
        counter(RaftEvent.PeerSilent.class, "raft.peers.silenced", "How often a peer fell silent");
    }

    private void counter(Class<? extends RaftEvent> event, String name, String what, String... labels) {
        counters.put(event, Counter.builder(name).description(what).tags(labels).register(registry));
    }

    /** Counts what the node tells. */
    public void hear(RaftEvent event) {
        Counter counter = counters.get(event.getClass());
        if (counter != null) {
            counter.increment();
        }
        if (event instanceof RaftEvent.SnapshotTaken taken) {
            snapshotBytes = taken.bytes();
        }
    }

    /**
     * Counts a request that was answered.
     *
     * @param route its template, or what stands for paths that there are not
     * @param outcome ok, or the code of the problem
     */
    public void answered(String method, String route, String outcome, Duration took) {
        Timer.builder("raft.http.requests")
                .description("Requests by HTTP, and how long their answers took")
                .tags("method", method, "route", route, "outcome", outcome)
                .serviceLevelObjectives(LATENCIES)
                .register(registry)
                .record(took);
    }

    /** What the node measures of itself while it works. */
    public void measures(Measures measures) {
        distributions.register(measures);
        tallies.register(measures);
    }

    /** Bytes of what the node's client has accepted and not yet answered. */
    public void pendingBytes(Supplier<Number> bytes) {
        gauge("raft.client.pending.bytes", "Commands and queries by HTTP that wait for an answer", bytes);
    }

    /** Readers of the stream of events. */
    public void streams(Supplier<Number> readers) {
        gauge("raft.http.event.streams", "Readers of the stream of events", readers);
    }

    private void gauge(String name, String what, Supplier<Number> value) {
        Gauge.builder(name, value).description(what).register(registry);
    }

    /**
     * All meters in the text format of Prometheus, version 0.0.4. One scrape after the other: the series of peers are
     * made anew for each.
     *
     * @param now what the node says of itself
     */
    public synchronized String scrape(Status now) {
        status = now;
        peers.read(now);
        return registry.scrape();
    }

    private void of(String name, String what, ToDoubleFunction<Status> value) {
        gauge(name, what, () -> read(value));
    }

    private double read(ToDoubleFunction<Status> value) {
        Status now = status;
        return now == null ? Double.NaN : value.applyAsDouble(now);
    }
}
