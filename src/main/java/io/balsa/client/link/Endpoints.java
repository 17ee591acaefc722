package io.balsa.client.link;

import io.balsa.protocol.link.Link;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * All servers a client knows, and the one that leads, as far as it knows.
 *
 * <p>Only a server that says so itself, or that another has just named, is taken for the leader. While there is none,
 * all servers are asked.
 */
public final class Endpoints {
    /** How many servers are remembered; more than any cluster has members, and a bound against nonsense. */
    static final int MOST = 64;

    /** How many times in a row a client follows one server's word to another, before it asks all of them. */
    static final int MOST_REDIRECTS = 3;

    private final Function<String, Link> dial;
    private final Map<String, Endpoint> known = new LinkedHashMap<>();
    private Optional<Endpoint> leader = Optional.empty();
    private long leaderTerm;
    private int redirects;

    public Endpoints(Function<String, Link> dial) {
        this.dial = dial;
    }

    /** The server at an address; it is remembered if there is room. */
    public Endpoint at(String address) {
        Endpoint endpoint = known.get(address);
        if (endpoint == null) {
            endpoint = new Endpoint(address, dial.apply(address));
            if (known.size() < MOST) {
                known.put(address, endpoint);
            }
        }
        return endpoint;
    }

    public Collection<Endpoint> all() {
        return Collections.unmodifiableCollection(known.values());
    }

    /** Whether every server known belongs to another cluster or group, so that waiting will not help. */
    public boolean areForeign() {
        return !known.isEmpty() && known.values().stream().allMatch(Endpoint::isForeign);
    }

    /** Whether some servers answer, all of them of another cluster or group. */
    public boolean onlyForeignAnswer(long now) {
        return anyone(now).isEmpty() && known.values().stream().anyMatch(Endpoint::isForeign);
    }

    /** How it is when there is nobody to send anything to. */
    public String silence(long now) {
        return "none of " + all()
                + (onlyForeignAnswer(now) ? " is of the cluster and group that is meant" : " answers");
    }

    /** The server that leads, if it is known and answers. */
    public Optional<Endpoint> leader(long now) {
        return leader.filter(endpoint -> endpoint.answers(now));
    }

    /** Any server that answers: one in this process if there is, the leader only if there is no other. */
    public Optional<Endpoint> anyone(long now) {
        return known.values().stream()
                .filter(endpoint -> endpoint.answers(now))
                .reduce((first, second) -> !first.isLocal() && isLeader(first) ? second : first);
    }

    /**
     * A server says that it leads.
     *
     * @param quorum whether it hears a majority; if not, a later leader may have replaced it, and it does not know
     */
    public void claims(Endpoint endpoint, long term, boolean quorum) {
        if (quorum || term >= leaderTerm) {
            leaderTerm = term;
            leader = Optional.of(endpoint);
        }
    }

    /** A server does not lead; perhaps it named the one that does. */
    public void denies(Endpoint endpoint, Optional<String> named, long now) {
        if (isLeader(endpoint)) {
            leader = Optional.empty();
        }
        Optional<Endpoint> other = named.map(this::at).filter(candidate -> candidate != endpoint);
        if (leader(now).isEmpty() && other.isPresent() && redirects < MOST_REDIRECTS) {
            redirects += other.get().answers(now) ? 1 : 0;
            other.get().named(now);
            leader = other;
        }
    }

    /** The leader did as a leader does, so its word and that of those who named it were good. */
    public void served() {
        redirects = 0;
    }

    /** Nothing is known of the leader any more; who is named from now on is believed again. */
    public void forget(Endpoint endpoint) {
        redirects = 0;
        if (isLeader(endpoint)) {
            leader = Optional.empty();
        }
    }

    private boolean isLeader(Endpoint endpoint) {
        return leader.equals(Optional.of(endpoint));
    }
}
