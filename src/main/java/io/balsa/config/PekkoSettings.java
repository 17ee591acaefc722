package io.balsa.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.balsa.config.access.Identity;
import io.balsa.config.access.KeyFiles;
import io.balsa.config.access.TlsSettings;
import io.balsa.config.access.TokenFile;
import io.balsa.config.access.UnusableFileException;
import io.balsa.model.NodeId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Completes a configuration by what Balsa needs of Pekko ({@code balsa-pekko.conf}).
 *
 * <p>Pekko's own defaults stand in a {@code reference.conf} as Balsa's do, and which of two such files wins depends on
 * the class path. So Balsa's wishes are put over Pekko's defaults here, and under everything anybody else has said.
 */
public final class PekkoSettings {
    private static final String FILE = "balsa-pekko.conf";
    private static final String TICK = "pekko.scheduler.tick-duration";
    private static final int TICKS_IN_A_HEARTBEAT = 20;
    private static final long LONGEST_TICK = 10;
    private static final String ARTERY = "pekko.remote.artery.";
    private static final String CANONICAL = ARTERY + "canonical.";
    private static final String TLS = "raft.tls.enabled";

    /**
     * What only costs a start time: of Jackson's modules Balsa needs those for references to actors and for what may
     * be missing, and nobody has asked for Artery's events in flight recordings. Not in {@link #FILE}, which
     * systems of others include too, who may need more.
     */
    private static final Map<String, Object> LEAN = Map.of(
            "pekko.serialization.jackson.jackson-modules",
            List.of(
                    "org.apache.pekko.serialization.jackson.PekkoTypedJacksonModule",
                    "com.fasterxml.jackson.datatype.jdk8.Jdk8Module"),
            "pekko.java-flight-recorder.enabled",
            false);

    private static final String FEWEST_THREADS = "raft.transport-dispatcher.thread-pool-executor.core-pool-size-min";
    private static final int FEWEST_WITH_TLS = 4;

    /** Looked for by Pekko. */
    private static final String PROVIDER = "io.balsa.tls.ArteryTls";

    private PekkoSettings() {}

    /**
     * The configuration to start an actor system with, but for {@link #at host and port}.
     *
     * @param config resolved, with Pekko's and Balsa's {@code reference.conf}
     */
    public static Config complete(Config config) {
        Config complete = config;
        for (Map.Entry<String, ConfigValue> wish : wishes(config).entrySet()) {
            if (isDefault(config, wish.getKey())) {
                complete = complete.withValue(wish.getKey(), wish.getValue());
            }
        }
        return isSwitchedOn(config) ? withTls(complete) : complete;
    }

    private static boolean isSwitchedOn(Config config) {
        try {
            return config.getBoolean(TLS);
        } catch (ConfigException unreadable) {
            return false; // whoever judges the settings says so
        }
    }

    /**
     * There is no second place in which to forget half of it. To shake hands takes long, the first time above all, so
     * that heartbeats must not stand behind it on the same thread.
     */
    private static Config withTls(Config config) {
        Config secure = config.withValue(ARTERY + "transport", ConfigValueFactory.fromAnyRef("tls-tcp", TLS))
                .withValue(ARTERY + "ssl.ssl-engine-provider", ConfigValueFactory.fromAnyRef(PROVIDER, TLS));
        return isDefault(config, FEWEST_THREADS)
                ? secure.withValue(FEWEST_THREADS, ConfigValueFactory.fromAnyRef(FEWEST_WITH_TLS, TLS))
                : secure;
    }

    /**
     * Reads the files of {@code raft.tls}, if the configuration has TLS between nodes and clients.
     *
     * @param config resolved, with every {@code reference.conf}, and judged before
     * @param self the node that the certificate must be made out to; of a client it is not asked
     * @throws BadConfigException when they are unfit for use
     */
    public static void requireKeys(Config config, Optional<NodeId> self) {
        TlsSettings tls = TlsSettings.of(config);
        Reading reading = new Reading(config, "configuration");
        try {
            KeyFiles files = KeyFiles.read(tls);
            Identity identity = files.identity();
            String host = config.getString(CANONICAL + "hostname").replaceAll("[\\[\\]]", "");
            self.filter(id -> isTls(config) && !files.isFor(host))
                    .ifPresent(id -> reading.reject(
                            "raft.tls.key-store",
                            "holds a certificate that does not name %s, where peers dial this node, so that none would"
                                            .formatted(host)
                                    + " take it; bin/certs.sh node %s %s makes one".formatted(id, host)));
            self.filter(id -> !identity.equals(new Identity(Identity.Kind.NODE, id.name())))
                    .ifPresent(id -> reading.reject(
                            "raft.tls.key-store",
                            "holds the certificate of %s, and raft.node-id is %s; bin/certs.sh node %s makes one for it"
                                    .formatted(identity, id, id)));
        } catch (UnusableFileException unusable) {
            reading.complain(unusable.key(), unusable.getMessage());
        }
        reading.requireSound();
    }

    /**
     * Reads the file of tokens, if there is one.
     *
     * @throws BadConfigException when it is unfit for use
     */
    static void requireTokens(Config config, HttpSettings http) {
        Reading reading = new Reading(config, "configuration");
        try {
            http.access().tokens().ifPresent(TokenFile::read);
        } catch (UnusableFileException unusable) {
            reading.complain(unusable.key(), unusable.getMessage());
        }
        reading.requireSound();
    }

    /** Whether nodes and clients are to speak TLS with each other. */
    public static boolean isTls(Config config) {
        return config.getBoolean(TLS);
    }

    /**
     * Adds what others dial to reach this actor system.
     *
     * @param port 0 for any that is free
     */
    public static Config at(Config config, String host, int port) {
        return config.withValue(CANONICAL + "hostname", ConfigValueFactory.fromAnyRef(host, "raft.peers"))
                .withValue(CANONICAL + "port", ConfigValueFactory.fromAnyRef(port, "raft.peers"));
    }

    /**
     * Sets the tick of the scheduler, unless somebody else has: a twentieth of a heartbeat, from 1 to 10 ms. Timers
     * fire at most two ticks late, and each tick wakes a thread, in an idle process too.
     *
     * @param config {@link #complete}
     */
    static Config ticking(Config config, Duration heartbeat) {
        boolean free = config.getValue(TICK).origin().description().startsWith(FILE);
        long millis = Math.max(1, Math.min(LONGEST_TICK, heartbeat.toMillis() / TICKS_IN_A_HEARTBEAT));
        return free
                ? config.withValue(TICK, ConfigValueFactory.fromAnyRef(millis + " ms", "raft.heartbeat-interval"))
                : config;
    }

    private static Config wishes(Config config) {
        return ConfigFactory.parseMap(LEAN, "a faster start")
                .withFallback(ConfigFactory.parseResources(PekkoSettings.class.getClassLoader(), FILE))
                .resolveWith(config);
    }

    /** Whether nobody but a {@code reference.conf} has said anything about this key. */
    private static boolean isDefault(Config config, String path) {
        return ConfigFiles.find(config, path)
                .map(value -> isDefault(value.origin()))
                .orElse(true);
    }

    /** Whether a value comes from a {@code reference.conf}. */
    static boolean isDefault(ConfigOrigin origin) {
        return origin.description().startsWith("reference.conf");
    }
}
