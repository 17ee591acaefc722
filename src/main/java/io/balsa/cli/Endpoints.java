package io.balsa.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.balsa.protocol.Target;
import java.nio.file.Path;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the cluster is, and which one is meant.
 *
 * @param addresses of members, under their ids where configuration tells these, otherwise under the address itself
 * @param target the cluster and group; what is left empty is that of the first to answer
 * @param config what the client's own settings are taken from
 */
record Endpoints(SortedMap<String, String> addresses, Target target, Config config) {
    /** The target of one who does not know the cluster yet: the first server to answer decides on it. */
    static final Target ANY = new Target("", "");

    private static final String DEFAULT_GROUP = "main";
    private static final Pattern HOST_AND_PORT = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+):([0-9]{1,5})");
    private static final Pattern ADDRESS =
            Pattern.compile("pekko://[A-Za-z0-9][A-Za-z0-9_-]*@" + HOST_AND_PORT.pattern() + "/user/raft");

    Endpoints {
        addresses = Collections.unmodifiableSortedMap(new TreeMap<>(addresses));
    }

    /**
     * Endpoints as they are typed.
     *
     * @param list {@code host:port} or whole addresses, with commas between them
     * @throws Failure when one of them is neither
     */
    static Endpoints parse(String list) {
        SortedMap<String, String> addresses = new TreeMap<>();
        for (String endpoint : list.split(",", -1)) {
            String address = address(endpoint.strip());
            addresses.put(address, address);
        }
        return new Endpoints(addresses, ANY, ConfigFactory.load(loader()));
    }

    /**
     * Endpoints from the file that the nodes read too, or the part of it that they share.
     *
     * @throws Failure with every reason for which the file is of no use
     */
    static Endpoints read(Path file) {
        Config config = load(file);
        SortedMap<String, String> addresses = new TreeMap<>();
        try {
            config.getObject("raft.peers").forEach((id, value) -> addresses.put(id, peer(file, id, value)));
            if (addresses.isEmpty()) {
                throw bad(file, config.origin(), "raft.peers names no member");
            }
            String group = config.hasPath("raft.group") ? config.getString("raft.group") : DEFAULT_GROUP;
            return new Endpoints(addresses, new Target(config.getString("raft.cluster-id"), group), config);
        } catch (ConfigException wrong) {
            throw bad(file, wrong.origin(), wrong.getMessage());
        }
    }

    /** The same cluster under these names, where they are given. */
    Endpoints named(String cluster, String group) {
        String otherGroup = target.group().isEmpty() ? DEFAULT_GROUP : target.group();
        if (cluster == null && group == null) {
            return this;
        }
        String name = cluster == null ? target.cluster() : cluster;
        return new Endpoints(addresses, new Target(name, group == null ? otherGroup : group), config);
    }

    /** These addresses, with the target and settings of other endpoints. */
    Endpoints of(Endpoints configured) {
        return new Endpoints(addresses, configured.target, configured.config);
    }

    private static String address(String endpoint) {
        Matcher brief = HOST_AND_PORT.matcher(endpoint);
        Matcher whole = ADDRESS.matcher(endpoint);
        boolean valid = whole.matches() ? isPort(whole.group(2)) : brief.matches() && isPort(brief.group(2));
        if (!valid) {
            throw Failure.usage(
                    "'" + endpoint + "' is no endpoint",
                    "write --endpoints 127.0.0.1:7051,127.0.0.1:7052 or pekko://raft@127.0.0.1:7051/user/raft");
        }
        return endpoint.startsWith("pekko:") ? endpoint : "pekko://raft@" + endpoint + "/user/raft";
    }

    private static boolean isPort(String digits) {
        int port = Integer.parseInt(digits);
        return port >= 1 && port <= 65_535;
    }

    private static Config load(Path file) {
        try {
            Config parsed = ConfigFactory.parseFile(
                    file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false));
            return ConfigFactory.load(loader(), parsed);
        } catch (ConfigException wrong) {
            throw bad(file, wrong.origin(), wrong.getMessage());
        }
    }

    private static ClassLoader loader() {
        return Endpoints.class.getClassLoader();
    }

    private static String peer(Path file, String id, ConfigValue value) {
        boolean text = value.valueType() == ConfigValueType.STRING;
        String address = text ? (String) value.unwrapped() : "";
        if (!ADDRESS.matcher(address).matches()) {
            String key = "raft.peers." + ConfigUtil.joinPath(id);
            throw bad(file, value.origin(), key + " is not an address of the form pekko://SYSTEM@HOST:PORT/user/raft");
        }
        return address;
    }

    private static Failure bad(Path file, ConfigOrigin origin, String reason) {
        boolean placed = origin != null && origin.lineNumber() > 0;
        String place = placed ? file + ":" + origin.lineNumber() : file.toString();
        String text = reason.startsWith(file.toString()) ? reason : place + "  " + reason;
        return new Failure(Exit.CONFIGURATION, text, "name the members with --config FILE or --endpoints HOST:PORT,…");
    }
}
