package io.balsa.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.balsa.config.access.TlsSettings;
import io.balsa.model.Configuration;
import io.balsa.model.NodeId;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads {@link Settings} and {@link ClientSettings}, each value for itself; {@link Agreement} judges whether they fit
 * together.
 */
final class SettingsReader {
    private static final long KIB = 1024;
    private static final long MIB = KIB * KIB;
    private static final String NAME_RULE = "must be 1 to 64 letters, digits, dots, dashes or underscores";

    private final Reading reading;

    SettingsReader(Reading reading) {
        this.reading = reading;
    }

    /** The settings of a server; of use only when the reading has no problems. */
    Settings server() {
        serializer();
        String clusterId = clusterId();
        String group = group();
        SortedMap<NodeId, String> peers = peers();
        NodeId nodeId = nodeId(peers);
        return new Settings(
                clusterId,
                group,
                nodeId,
                Configuration.of(peers),
                dataDir().resolve(nodeId.name()).resolve(group),
                timing(),
                storage(),
                replication(),
                limits(),
                sessions(),
                snapshots(),
                subscriptions(),
                membership(peers),
                tracing(nodeId));
    }

    /** The settings of a client; of use only when the reading has no problems. */
    ClientSettings client() {
        serializer();
        return new ClientSettings(
                reading.read("raft.client.timeout", Kind.DURATION, Duration.ofMillis(1), Duration.ofDays(1)),
                reading.count("raft.client.max-in-flight", 1000),
                reading.size("raft.client.max-pending", 64 * KIB, MIB * MIB),
                maxCommandBytes(),
                window(),
                oneOf("raft.client.read-from", "leader", "any").equals("any"));
    }

    /** How HTTP is served; of use only when the reading has no problems. */
    HttpSettings http() {
        String host = reading.read("raft.http.host", Kind.TEXT);
        if (reading.usable("raft.http.host") && host.isBlank()) {
            reading.reject("raft.http.host", "must be a name or an address of this host; 0.0.0.0 for all of them");
        }
        return new HttpSettings(
                reading.read("raft.http.enabled", Kind.SWITCH),
                host,
                (int) (long) reading.read("raft.http.port", Kind.COUNT, 0L, 65_535L),
                httpLimits(),
                reading.count("raft.http.ready-max-lag", 1_000_000_000),
                reading.read("raft.http.courtesy", Kind.SWITCH),
                httpAccess(),
                reading.read("raft.http.embedded", Kind.SWITCH),
                httpPeers());
    }

    private HttpSettings.Access httpAccess() {
        String tokens = reading.read("raft.http.token-file", Kind.TEXT);
        Path file = path("raft.http.token-file", tokens, "must be the path of a file");
        return new HttpSettings.Access(
                reading.read("raft.http.tls", Kind.SWITCH),
                tokens.isEmpty() ? Optional.empty() : Optional.of(file),
                millis("raft.http.token-reload-interval", 100),
                reading.read("raft.http.protect-reads", Kind.SWITCH),
                reading.read("raft.http.anybody-on-the-network-may-do-anything", Kind.SWITCH));
    }

    /** How nodes and clients prove who they are; of use only when the reading has no problems. */
    TlsSettings tls() {
        String rule = "must be the path of a file";
        return new TlsSettings(
                reading.read("raft.tls.enabled", Kind.SWITCH),
                path("raft.tls.key-store", reading.read("raft.tls.key-store", Kind.TEXT), rule),
                path("raft.tls.trust-store", reading.read("raft.tls.trust-store", Kind.TEXT), rule),
                path("raft.tls.password-file", reading.read("raft.tls.password-file", Kind.TEXT), rule),
                millis("raft.tls.reload-interval", 100),
                millis("raft.tls.handshake-timeout", 100),
                reading.count("raft.tls.max-handshakes", 100_000));
    }

    private SortedMap<String, String> httpPeers() {
        SortedMap<String, String> peers = new TreeMap<>();
        if (reading.isLost("raft.http.peers") || !reading.usable("raft.http.peers")) {
            return peers;
        }
        reading.config().getObject("raft.http.peers").forEach((name, value) -> {
            String key = "raft.http.peers." + ConfigUtil.joinPath(name);
            String address = value.valueType() == ConfigValueType.STRING ? (String) value.unwrapped() : "";
            if (!HttpSettings.isAddress(address)) {
                reading.reject(key, "is not an address of the form HOST:PORT");
            }
            peers.put(name, address);
        });
        return peers;
    }

    private HttpSettings.Limits httpLimits() {
        return new HttpSettings.Limits(
                (int) reading.size("raft.http.max-body-size", KIB, 1024 * MIB),
                (int) reading.size("raft.http.max-header-size", KIB, MIB),
                reading.count("raft.http.max-headers", 10_000),
                reading.count("raft.http.max-depth", 1000),
                reading.count("raft.http.max-connections", 1_000_000),
                reading.count("raft.http.max-event-streams", 1_000_000),
                reading.count("raft.http.event-buffer", 1_000_000),
                millis("raft.http.body-timeout", 100),
                millis("raft.http.idle-timeout", 1_000));
    }

    String clusterId() {
        return name("raft.cluster-id", "Give the cluster a name, the same on all nodes");
    }

    String group() {
        return name("raft.group", "Its default is main");
    }

    private String name(String key, String hint) {
        String name = reading.required(key, hint);
        return reading.usable(key) ? checkedName(key, name) : "unknown";
    }

    private String checkedName(String key, String name) {
        if (isName(name)) {
            return name;
        }
        reading.reject(key, NAME_RULE);
        return "unknown";
    }

    private static boolean isName(String name) {
        try {
            return NodeId.of(name).name().equals(name);
        } catch (IllegalArgumentException notAllowed) {
            return false;
        }
    }

    /** Read by Pekko, through {@code balsa-pekko.conf}; judged here, because Pekko would name another key. */
    private void serializer() {
        oneOf("raft.serializer", "jackson-cbor", "jackson-json");
    }

    private String oneOf(String key, String one, String other) {
        String word = reading.read(key, Kind.TEXT);
        if (reading.usable(key) && !word.equals(one) && !word.equals(other)) {
            reading.reject(key, "must be " + one + " or " + other);
        }
        return word;
    }

    /** The members by name. */
    SortedMap<NodeId, String> peers() {
        SortedMap<NodeId, String> peers = new TreeMap<>();
        Map<String, String> taken = new HashMap<>();
        if (reading.isLost("raft.peers") || !reading.usable("raft.peers")) {
            return peers;
        }
        ConfigObject entries = reading.config().getObject("raft.peers");
        if (entries.isEmpty()) {
            reading.complain(
                    "raft.peers", "raft.peers  is empty. Name each member: NAME = \"" + PeerAddress.FORM + "\"");
        }
        new TreeMap<>(entries).forEach((name, value) -> peer(name, value, peers, taken));
        return peers;
    }

    private void peer(String name, ConfigValue value, SortedMap<NodeId, String> peers, Map<String, String> taken) {
        String key = "raft.peers." + ConfigUtil.joinPath(name);
        if (!isName(name)) {
            reading.complain(key, key + "  the name of a node " + NAME_RULE);
            return;
        }
        String address = value.valueType() == ConfigValueType.STRING ? (String) value.unwrapped() : "";
        peers.put(NodeId.of(name), address);
        try {
            String other = taken.putIfAbsent(PeerAddress.parse(address).hostAndPort(), key);
            if (other != null) {
                reading.reject(key, "has the host and port of " + other + ". Each node needs its own");
            }
        } catch (IllegalArgumentException malformed) {
            reading.reject(key, malformed.getMessage());
        }
    }

    private NodeId nodeId(SortedMap<NodeId, String> peers) {
        String key = "raft.node-id";
        String names =
                String.join(", ", peers.keySet().stream().map(NodeId::name).toList());
        String name =
                reading.required(key, "Set it to " + (peers.isEmpty() ? "a name in raft.peers" : "one of " + names));
        if (!reading.usable(key)) {
            return NodeId.of("unknown");
        }
        if (!isName(name)) {
            reading.reject(key, NAME_RULE);
            return NodeId.of("unknown");
        }
        if (!peers.isEmpty() && !peers.containsKey(NodeId.of(name))) {
            reading.reject(key, "is not among raft.peers (" + names + ")");
        }
        return NodeId.of(name);
    }

    private Path dataDir() {
        return path("raft.data-dir", reading.read("raft.data-dir", Kind.TEXT), "must be the path of a folder");
    }

    private Path path(String key, String text, String rule) {
        try {
            return Path.of(text);
        } catch (InvalidPathException notAPath) {
            reading.reject(key, rule);
            return Path.of("");
        }
    }

    private Settings.Timing timing() {
        return new Settings.Timing(
                millis("raft.heartbeat-interval", 1),
                millis("raft.election-timeout.min", 1),
                millis("raft.election-timeout.max", 1),
                millis("raft.link.hello-interval", 1),
                millis("raft.link.probe-interval", 1),
                millis("raft.link.first-word-timeout", 0),
                reading.count("raft.read.clock-drift-percent", 99));
    }

    private Duration millis(String key, long least) {
        return reading.read(key, Kind.DURATION, Duration.ofMillis(least), Duration.ofHours(1));
    }

    private Settings.Storage storage() {
        return new Settings.Storage(
                reading.read("raft.storage.sync", Kind.SWITCH),
                (int) reading.size("raft.storage.segment-size", 64 * KIB, 1024 * MIB),
                reading.size("raft.storage.reuse-size", 0, 1024 * 1024 * MIB),
                reading.size("raft.storage.tail-size", MIB, MIB * MIB),
                reading.size("raft.storage.max-unsynced", 64 * KIB, MIB * MIB),
                millis("raft.storage.full-retry-interval", 10));
    }

    private Settings.Replication replication() {
        return new Settings.Replication(
                (int) reading.size("raft.replication.max-batch-size", KIB, 1024 * MIB),
                reading.count("raft.replication.max-in-flight", 1000),
                reading.count("raft.replication.max-in-flight-entries", 10_000_000),
                reading.size("raft.replication.max-in-flight-size", 64 * KIB, MIB * MIB),
                reading.size("raft.replication.max-in-flight-total", 64 * KIB, MIB * MIB));
    }

    private Settings.Limits limits() {
        return new Settings.Limits(
                maxCommandBytes(),
                reading.size("raft.max-pending", 64 * KIB, MIB * MIB),
                reading.count("raft.max-pending-reads", 10_000_000));
    }

    private Settings.Sessions sessions() {
        return new Settings.Sessions(
                reading.count("raft.session.max", 10_000_000),
                window(),
                reading.read("raft.session.expire-after", Kind.DURATION, Duration.ofSeconds(1), Duration.ofDays(3650)),
                reading.size("raft.session.max-replies", 64 * KIB, MIB * MIB));
    }

    private Settings.Snapshots snapshots() {
        return new Settings.Snapshots(
                reading.size("raft.snapshot.max-log-size", 64 * KIB, MIB * MIB),
                reading.count("raft.snapshot.max-log-entries", 1_000_000_000),
                reading.size("raft.snapshot.retain-size", KIB, MIB * MIB),
                reading.count("raft.snapshot.retain-entries", 1_000_000_000),
                reading.count("raft.snapshot.keep", 100),
                (int) reading.size("raft.snapshot.chunk-size", KIB, 1024 * MIB),
                reading.count("raft.snapshot.max-in-flight", 1000),
                millis("raft.snapshot.retry-interval", 10),
                reading.size("raft.snapshot.write-rate", 64 * KIB, MIB * MIB));
    }

    private int maxCommandBytes() {
        return (int) reading.size("raft.max-command-size", KIB, 1024 * MIB);
    }

    private int window() {
        return reading.count("raft.session.window", 1_000_000);
    }

    private Settings.Subscriptions subscriptions() {
        return new Settings.Subscriptions(
                reading.count("raft.subscription.max", 1_000_000),
                (int) reading.size("raft.subscription.window", KIB, 1024 * MIB),
                millis("raft.subscription.timeout", 100));
    }

    private Settings.Membership membership(SortedMap<NodeId, String> peers) {
        boolean join = reading.read("raft.join", Kind.SWITCH);
        if (join && peers.size() == 1) {
            reading.complain(
                    "raft.join", "raft.join = true needs a member to ask in raft.peers, besides the node itself");
        }
        return new Settings.Membership(
                join,
                (int) (long) reading.read("raft.priority", Kind.COUNT, 0L, 100L),
                reading.count("raft.membership.catch-up-rounds", 1000),
                millis("raft.membership.catch-up-timeout", 100),
                reading.count("raft.membership.max-strangers", 1000));
    }

    private Settings.Tracing tracing(NodeId nodeId) {
        String file = reading.read("raft.trace.file", Kind.TEXT).replace("%n", nodeId.name());
        Path path = path("raft.trace.file", file, "must be the path of a file");
        return new Settings.Tracing(
                file.isEmpty() ? Optional.empty() : Optional.of(path),
                reading.size("raft.trace.max-size", MIB, MIB * MIB),
                reading.size("raft.trace.max-queue", MIB, 1024 * MIB));
    }
}
