package io.balsa.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.time.Duration;
import java.util.Map;

/**
 * Completes a configuration by what Balsa needs of Pekko ({@code balsa-pekko.conf}).
 *
 * <p>Pekko's own defaults stand in a {@code reference.conf} as Balsa's do, and which of two such files wins depends on
 * the class path. So Balsa's wishes are put over Pekko's defaults here, and under everything anybody else has said.
 */
public final class PekkoSettings {
    private static final String FILE = "balsa-pekko.conf";
    private static final String CANONICAL = "pekko.remote.artery.canonical.";
    private static final String TICK = "pekko.scheduler.tick-duration";
    private static final int TICKS_IN_A_HEARTBEAT = 20;
    private static final long LONGEST_TICK = 10;

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
        return complete;
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
        return ConfigFactory.parseResources(PekkoSettings.class.getClassLoader(), FILE)
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
