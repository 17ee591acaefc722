package io.balsa.http.browser;

import io.balsa.config.HttpSettings;
import io.balsa.config.NodeConfig;
import io.balsa.config.PeerAddress;
import io.balsa.model.NodeId;
import java.net.URI;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Where the members serve HTTP, as {@code HOST:PORT}. No node tells another; this one has it from {@code
 * raft.http.peers}, or takes the others to be configured as it is itself.
 */
public final class Directory {
    private static final Pattern ADDRESS = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|\\[[0-9A-Fa-f:.]+]");
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private final HttpSettings http;
    private final PeerAddress self;
    private final String node;
    private final Supplier<CompletionStage<Map<String, String>>> members;
    private final SortedMap<String, String> bootstrap = new TreeMap<>();

    /**
     * @param members who belongs to the cluster now: addresses by name
     */
    public Directory(NodeConfig config, Supplier<CompletionStage<Map<String, String>>> members) {
        this.http = config.http();
        this.node = config.settings().nodeId().name();
        this.self = PeerAddress.parse(config.settings().address());
        this.members = members;
        config.settings().bootstrap().members().forEach((NodeId id, String at) -> bootstrap.put(id.name(), at));
    }

    /** Of every member; empty for one of which nobody can tell. Those of the configuration when the node is silent. */
    public CompletionStage<SortedMap<String, Optional<String>>> look() {
        return members.get().exceptionally(silent -> bootstrap).thenApply(this::of);
    }

    SortedMap<String, Optional<String>> of(Map<String, String> addresses) {
        SortedMap<String, Optional<String>> found = new TreeMap<>();
        http.peers().forEach((name, address) -> found.put(name, Optional.of(address)));
        addresses.forEach((name, address) -> found.putIfAbsent(name, guess(name, address)));
        return found;
    }

    private Optional<String> guess(String name, String address) {
        String listening = bracketed(http.host());
        boolean local = http.isLoopback();
        if (name.equals(node)) {
            return Optional.of((local ? listening : self.host()) + ":" + http.port());
        } else if (!PeerAddress.isOne(address)) {
            return Optional.empty();
        }
        PeerAddress peer = PeerAddress.parse(address);
        boolean sameHost = peer.host().equals(self.host());
        boolean byRule = http.port() == HttpSettings.beside(self.port());
        boolean reachable = byRule ? !local || sameHost : !local && !sameHost;
        int port = byRule ? HttpSettings.beside(peer.port()) : http.port();
        return reachable ? Optional.of((local ? listening : peer.host()) + ":" + port) : Optional.empty();
    }

    /** All that are known; of one on loopback under each of its names. */
    public static Set<String> authorities(Collection<Optional<String>> addresses) {
        Set<String> all = new TreeSet<>();
        addresses.stream().flatMap(Optional::stream).forEach(address -> {
            all.add(address);
            String port = address.substring(address.lastIndexOf(':'));
            if (isLoopback(host(address))) {
                LOOPBACK.forEach(name -> all.add(name + port));
            }
        });
        return all;
    }

    /**
     * Whether a request that came to this node was meant for it. A page of somebody else's can give its own name the
     * address of this host and is then of the same origin as the node (DNS rebinding). Whoever listens on loopback is
     * reached by address, or by a name that the configuration has; elsewhere anybody may have given it a name.
     */
    public boolean isOwn(String authority) {
        String host = host(authority);
        return !http.isLoopback()
                || host.isEmpty()
                || isLoopback(host)
                || ADDRESS.matcher(host).matches()
                || host.equals(self.host())
                || http.peers().values().stream().anyMatch(known -> host(known).equals(host));
    }

    private static String host(String authority) {
        if (authority.isEmpty()) {
            return "";
        }
        try {
            String host = URI.create("http://" + authority).getHost();
            return (host == null ? authority : host).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException malformed) {
            return authority;
        }
    }

    private static boolean isLoopback(String host) {
        return LOOPBACK.contains(host)
                || (host.startsWith("127.") && ADDRESS.matcher(host).matches());
    }

    private static String bracketed(String host) {
        return host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    }
}
