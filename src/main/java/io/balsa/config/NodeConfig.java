package io.balsa.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValueFactory;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What a node is started with.
 *
 * @param settings for the server
 * @param client for the client that is embedded with it
 * @param http for those who speak HTTP with it
 * @param systemName of the node's actor system: the one in its own peer address
 * @param actorSystemConfig the whole configuration, with all that Pekko needs; host and port are those of the node's
 *     own peer address
 */
public record NodeConfig(
        Settings settings,
        ClientSettings client,
        HttpSettings http,
        boolean rehearsal,
        String systemName,
        Config actorSystemConfig) {
    private static final String HTTP_PORT = "raft.http.port";

    /**
     * Reads a node's file, over which environment variables win ({@code reference.conf} has the rule for their names).
     *
     * @throws BadConfigException naming every problem at once
     */
    public static NodeConfig load(Path file) {
        return load(file, System.getenv());
    }

    static NodeConfig load(Path file, Map<String, String> environment) {
        return of(ConfigFiles.load(file, environment), file.toString(), environment);
    }

    /**
     * Takes the configuration of a program that Balsa is part of.
     *
     * @param config need not be resolved, nor hold the defaults
     * @throws BadConfigException naming every problem at once
     */
    public static NodeConfig of(Config config) {
        return of(config, "configuration", Map.of());
    }

    /**
     * @param source what to name for things that are said nowhere
     */
    private static NodeConfig of(Config config, String source, Map<String, String> environment) {
        Reading reading = new Reading(PekkoSettings.complete(ConfigFiles.withDefaults(config)), source);
        UnknownKeys.report(reading);
        UnknownKeys.report(reading, environment);
        SettingsReader reader = new SettingsReader(reading);
        Settings settings = reader.server();
        ClientSettings client = reader.client();
        HttpSettings http = reader.http();
        boolean rehearsal = reading.read("raft.rehearsal", Kind.SWITCH);
        reader.tls();
        Agreement.check(reading, settings);
        Agreement.check(reading, settings, http);
        reading.requireSound();
        PeerAddress self = PeerAddress.parse(settings.address());
        Config ticking =
                PekkoSettings.ticking(reading.config(), settings.timing().heartbeat());
        Config actorSystem = PekkoSettings.at(ticking, self.host(), self.port());
        if (http.port() != 0) {
            return new NodeConfig(settings, client, http, rehearsal, self.system(), actorSystem);
        }
        int beside = HttpSettings.beside(self.port());
        Config complete = actorSystem.withValue(HTTP_PORT, ConfigValueFactory.fromAnyRef(beside, "raft.peers"));
        return new NodeConfig(settings, client, http.at(beside), rehearsal, self.system(), complete);
    }

    /**
     * Reads the files with keys and tokens, as far as the node needs them. Others who read its configuration do not.
     *
     * @throws BadConfigException when they are unfit for use
     */
    public void requireKeys() {
        boolean https = http.enabled() && http.access().tls();
        if (https || PekkoSettings.isTls(actorSystemConfig)) {
            PekkoSettings.requireKeys(actorSystemConfig, Optional.of(settings.nodeId()));
        }
        if (http.enabled()) {
            PekkoSettings.requireTokens(actorSystemConfig, http);
        }
    }
}
