package io.balsa.cli;

import io.balsa.config.ClientConfig;
import io.balsa.config.PeerAddress;
import io.balsa.protocol.Target;
import java.time.Duration;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where the cluster is, and which one is meant.
 *
 * @param addresses of members, under their ids where configuration tells these, otherwise under the address itself
 * @param target the cluster and group; what is left empty is that of the first to answer
 * @param config what the client's own settings are taken from
 */
record Endpoints(SortedMap<String, String> addresses, Target target, ClientConfig config) {
    private static final String DEFAULT_GROUP = "main";

    Endpoints {
        addresses = Collections.unmodifiableSortedMap(new TreeMap<>(addresses));
    }

    /**
     * Endpoints as they are typed.
     *
     * @param list {@code host:port} or whole addresses, with commas between them
     * @param config names the cluster, if anything does
     * @throws Failure when one of them is neither
     */
    static Endpoints parse(String list, ClientConfig config) {
        SortedMap<String, String> addresses = new TreeMap<>();
        for (String endpoint : list.split(",", -1)) {
            String address = address(endpoint.strip());
            addresses.put(address, address);
        }
        return new Endpoints(addresses, target(config), config);
    }

    /** All members that the configuration names. */
    static Endpoints of(ClientConfig config) {
        SortedMap<String, String> addresses = new TreeMap<>();
        config.members().forEach((id, address) -> addresses.put(id.name(), address));
        return new Endpoints(addresses, target(config), config);
    }

    /** Whether somebody typed them, instead of naming them in the configuration. */
    boolean areTyped() {
        return addresses.values().containsAll(addresses.keySet());
    }

    /** The same cluster under these names, where they are given. */
    Endpoints named(String cluster, String group) {
        String otherGroup = cluster == null || !target.group().isEmpty() ? target.group() : DEFAULT_GROUP;
        String name = cluster == null ? target.cluster() : cluster;
        return new Endpoints(addresses, new Target(name, group == null ? otherGroup : group), config);
    }

    /** The same, but giving up after this time. */
    Endpoints within(Duration timeout) {
        return new Endpoints(addresses, target, config.within(timeout));
    }

    private static Target target(ClientConfig config) {
        return new Target(config.clusterId(), config.group());
    }

    private static String address(String endpoint) {
        String address = endpoint.startsWith("pekko:") ? endpoint : "pekko://raft@" + endpoint + "/user/raft";
        try {
            PeerAddress.parse(address);
        } catch (IllegalArgumentException malformed) {
            throw Failure.usage(
                    "'" + endpoint + "' is no endpoint",
                    "write --endpoints 127.0.0.1:7051,127.0.0.1:7052 or pekko://raft@127.0.0.1:7051/user/raft");
        }
        return address;
    }
}
