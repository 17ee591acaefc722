package io.balsa.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValueFactory;
import io.balsa.model.NodeId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a client is started with, by the file of any node or the part that all nodes share. The same environment
 * variables win over it as for a node.
 *
 * @param clusterId {@code raft.cluster-id}; empty when nobody has said it
 * @param group {@code raft.group}; empty when nobody has said it, and there is no file that leaves it to its default
 * @param members addresses by node; empty when there is no file
 * @param settings for the client
 * @param config the whole configuration, from which all this was read
 */
public record ClientConfig(
        String clusterId, String group, SortedMap<NodeId, String> members, ClientSettings settings, Config config) {

    public ClientConfig {
        members = Collections.unmodifiableSortedMap(new TreeMap<>(members));
    }

    /**
     * Reads a file.
     *
     * @throws BadConfigException naming every problem at once
     */
    public static ClientConfig load(Path file, Map<String, String> environment) {
        Reading reading = new Reading(ConfigFiles.load(file, environment), file.toString());
        UnknownKeys.report(reading);
        UnknownKeys.report(reading, environment);
        SettingsReader reader = new SettingsReader(reading);
        String clusterId = reader.clusterId();
        String group = reader.group();
        SortedMap<NodeId, String> members = reader.peers();
        ClientSettings settings = reader.client();
        reader.tls();
        reading.requireSound();
        return new ClientConfig(clusterId, group, members, settings, reading.config());
    }

    /**
     * Does without a file.
     *
     * @throws BadConfigException naming every problem at once
     */
    public static ClientConfig of(Map<String, String> environment) {
        Reading reading = new Reading(ConfigFiles.load(environment), "environment");
        UnknownKeys.report(reading, environment);
        SettingsReader reader = new SettingsReader(reading);
        String clusterId = reading.origin("raft.cluster-id").isPresent() ? reader.clusterId() : "";
        String group = reading.origin("raft.group").isPresent() ? reader.group() : "";
        ClientSettings settings = reader.client();
        reader.tls();
        reading.requireSound();
        return new ClientConfig(clusterId, group, new TreeMap<>(), settings, reading.config());
    }

    /** {@code raft.tls.enabled}. */
    public boolean speaksTls() {
        return PekkoSettings.isTls(config);
    }

    /** The same with another {@code raft.client.timeout}. */
    public ClientConfig within(Duration timeout) {
        Config changed = config.withValue(
                "raft.client.timeout", ConfigValueFactory.fromAnyRef(timeout.toMillis() + " ms", "--timeout"));
        return new ClientConfig(clusterId, group, members, ClientSettings.of(changed), changed);
    }
}
