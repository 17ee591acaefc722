package io.balsa.sim;

import io.balsa.Consistency;
import io.balsa.model.NodeId;
import io.balsa.protocol.AppendEntries;
import io.balsa.protocol.ClientRequest;
import io.balsa.protocol.reply.ClientReply;
import io.balsa.sim.SimNetwork.Parcel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * What reads must see, and whose word it takes. Told by nothing but what travels and what is committed.
 *
 * <p>A linearizable read, by whichever server, is answered only after a majority has confirmed a leader in a round
 * whose messages left after the read had arrived (§8, thesis §6.4). A read under a lease needs no round, and must see
 * the same: all that any server knew to be committed when the read arrived; nobody else has been elected by then. A
 * stale one with a maximum age must see all that was committed so long before.
 */
final class Confirmations {
    private static final int MOMENTS = 20_000;

    private final Properties properties;
    private final Map<NodeId, Round> begun = new TreeMap<>();
    private final Map<Route, Round> heard = new TreeMap<>();
    private final Map<Route, Round> answered = new TreeMap<>();
    private final Map<Question, Arrival> asked = new HashMap<>();
    private final Deque<Moment> moments = new ArrayDeque<>();
    private long reads;
    private long leaseReads;
    private long followerReads;
    private long recentReads;

    Confirmations(Properties properties) {
        this.properties = properties;
    }

    /** A confirmation round of one leader. */
    private record Round(long term, long number) {
        static final Round NONE = new Round(0, 0);

        boolean isAfter(Round other) {
            return term != other.term ? term > other.term : number > other.number;
        }

        Round orLater(Round other) {
            return other.isAfter(this) ? other : this;
        }
    }

    /** A query as one server received it. */
    private record Question(Route route, long request) {}

    /**
     * What was so when a query arrived: the last round that each server had begun, how much must be seen, and
     * whether somebody newer than this server had been elected.
     */
    private record Arrival(ClientRequest.Query query, Map<NodeId, Round> begun, long due, boolean deposed) {}

    /** How much was committed at a time. */
    private record Moment(long nanos, long committed) {}

    /** Linearizable reads answered so far. */
    long reads() {
        return reads;
    }

    /** Reads answered under a lease, without a round that began after them. */
    long leaseReads() {
        return leaseReads;
    }

    /** Linearizable reads answered by servers that did not lead. */
    long followerReads() {
        return followerReads;
    }

    /** Stale reads of a limited age. */
    long recentReads() {
        return recentReads;
    }

    void leaves(Parcel parcel) {
        if (parcel.message() instanceof AppendEntries.Request request) {
            begun.merge(request.from(), new Round(request.term(), request.round()), Round::orLater);
        } else if (parcel.message() instanceof AppendEntries.Response response) {
            checkHeard(parcel.route(), new Round(response.term(), response.round()));
        } else if (parcel.message() instanceof ClientReply.Queried reply) {
            Arrival arrival = asked.get(new Question(parcel.route().back(), reply.request()));
            if (arrival != null) {
                check(parcel.route().from(), arrival);
                checkState(parcel.route().from(), arrival, reply.appliedIndex());
            }
        }
    }

    void arrives(Parcel parcel) {
        noteCommitted();
        if (parcel.message() instanceof AppendEntries.Request request) {
            heard.merge(parcel.route(), new Round(request.term(), request.round()), Round::orLater);
        } else if (parcel.message() instanceof AppendEntries.Response response) {
            answered.merge(parcel.route(), new Round(response.term(), response.round()), Round::orLater);
        } else if (parcel.message() instanceof ClientRequest.Query query) {
            asked.putIfAbsent(
                    new Question(parcel.route(), query.request()),
                    arrival(parcel.route().to(), query));
        }
    }

    private Arrival arrival(NodeId server, ClientRequest.Query query) {
        long due = committed();
        if (query.hasMaxAge()) {
            due = committedAt(now() - TimeUnit.MILLISECONDS.toNanos(query.maxAgeMillis()));
        } else if (query.consistency() == Consistency.STALE) {
            due = 0;
        }
        boolean deposed = properties.mirror(server).term() < properties.newestLeader();
        return new Arrival(query, new TreeMap<>(begun), due, deposed);
    }

    private void noteCommitted() {
        if (moments.isEmpty() || moments.peekLast().committed() < committed()) {
            moments.addLast(new Moment(now(), committed()));
        }
        if (moments.size() > MOMENTS) {
            moments.removeFirst();
        }
    }

    private long committedAt(long nanos) {
        for (Iterator<Moment> back = moments.descendingIterator(); back.hasNext(); ) {
            Moment moment = back.next();
            if (moment.nanos() <= nanos) {
                return moment.committed();
            }
        }
        return 0;
    }

    private long committed() {
        return properties.ledger().committed().size();
    }

    private static long now() {
        return SimRuntime.INSTANCE.nanos();
    }

    /** Rounds count anew in every term: what an answer confirms must have been asked in the term that it names. */
    private void checkHeard(Route route, Round confirmed) {
        Round asked = heard.getOrDefault(route.back(), Round.NONE);
        if (confirmed.number() > 0 && confirmed.isAfter(asked) && !properties.arePeersPlayed()) {
            String seen = route + " confirms round " + confirmed.number() + " of term " + confirmed.term()
                    + ", and was asked for round " + asked.number() + " of term " + asked.term();
            properties.found(new Violation("Rounds are asked for", seen));
        }
    }

    private void check(NodeId server, Arrival arrival) {
        boolean confirmed = properties.ids().stream().anyMatch(leader -> isConfirmed(leader, arrival));
        switch (arrival.query().consistency()) {
            case LINEARIZABLE -> {
                reads++;
                followerReads += properties.mirror(server).isLeading() ? 0 : 1;
                if (!confirmed && !properties.arePeersPlayed()) {
                    String seen = server + " answers a read since which no majority has confirmed a round";
                    properties.found(new Violation("Reads are confirmed", seen));
                }
            }
            case LEASE -> checkLease(server, arrival, confirmed);
            case STALE -> recentReads += arrival.query().hasMaxAge() ? 1 : 0;
        }
    }

    private void checkLease(NodeId server, Arrival arrival, boolean confirmed) {
        leaseReads += confirmed ? 0 : 1;
        if (arrival.deposed() && !confirmed && !properties.arePeersPlayed()) {
            String seen = server + " answers by its lease a read that came when another had been elected";
            properties.found(new Violation("A lease excludes other leaders", seen));
        }
    }

    /** Whether a majority, of any configuration since, has answered this leader's rounds begun after the query came. */
    private boolean isConfirmed(NodeId leader, Arrival arrival) {
        Round before = arrival.begun().getOrDefault(leader, Round.NONE);
        Set<NodeId> confirming = new TreeSet<>(Set.of(leader));
        answered.forEach((route, round) -> {
            if (route.to().equals(leader) && round.isAfter(before)) {
                confirming.add(route.from());
            }
        });
        return properties.configurationsFrom(leader, arrival.due()).stream()
                .anyMatch(each -> Constitutions.isMajority(each, confirming::contains));
    }

    private void checkState(NodeId server, Arrival arrival, long applied) {
        if (applied < arrival.due() && !properties.arePeersPlayed()) {
            String seen = server + " answers from the state at " + applied + " a read "
                    + arrival.query().consistency() + " that must see " + arrival.due();
            properties.found(new Violation("Reads are new enough", seen));
        }
    }
}
