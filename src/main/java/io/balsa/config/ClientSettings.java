package io.balsa.config;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * How a client behaves.
 *
 * @param timeout {@code raft.client.timeout}: how long it tries before it gives up
 * @param maxInFlight {@code raft.client.max-in-flight}: messages with commands on their way; as many with queries
 * @param maxPendingBytes {@code raft.client.max-pending}: commands and queries accepted and not yet answered
 * @param maxCommandBytes {@code raft.max-command-size}: larger commands are refused without being sent
 * @param window {@code raft.session.window}: commands sent and not yet answered; the cluster has the last word
 * @param readsFromAny {@code raft.client.read-from}: whether any server is asked for linearizable reads, or the leader
 */
public record ClientSettings(
        Duration timeout,
        int maxInFlight,
        long maxPendingBytes,
        int maxCommandBytes,
        int window,
        boolean readsFromAny) {

    /**
     * Reads {@code raft.client} and what it shares with the servers.
     *
     * @param config with the defaults of every {@code reference.conf}
     * @throws BadConfigException naming every problem at once
     */
    public static ClientSettings of(Config config) {
        Reading reading = new Reading(config, "configuration");
        ClientSettings settings = new SettingsReader(reading).client();
        reading.requireSound();
        return settings;
    }
}
