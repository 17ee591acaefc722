package io.balsa.sim;

import io.balsa.Consistency;
import io.balsa.model.NodeId;
import io.balsa.protocol.AppendEntries;
import io.balsa.protocol.ClientRequest;
import io.balsa.protocol.reply.ClientReply;
import io.balsa.sim.SimNetwork.Parcel;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * A linearizable read is answered only by a server that a majority has confirmed as the leader in a round whose
 * messages left after the read had arrived (§8, thesis §6.4). Told by nothing but what travels.
 */
final class Confirmations {
    private final Properties properties;
    private final Map<NodeId, Round> begun = new TreeMap<>();
    private final Map<Route, Round> heard = new TreeMap<>();
    private final Map<Route, Round> answered = new TreeMap<>();
    private final Map<Question, Arrival> asked = new HashMap<>();
    private long reads;

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

    /** What was so when a query arrived: the last round begun, and how much was committed. */
    private record Arrival(Round round, long committed) {}

    /** Linearizable reads answered so far. */
    long reads() {
        return reads;
    }

    void leaves(Parcel parcel) {
        if (parcel.message() instanceof AppendEntries.Request request) {
            begun.merge(request.from(), new Round(request.term(), request.round()), Round::orLater);
        } else if (parcel.message() instanceof AppendEntries.Response response) {
            checkHeard(parcel.route(), new Round(response.term(), response.round()));
        } else if (parcel.message() instanceof ClientReply.Queried reply) {
            Arrival arrival = asked.get(new Question(parcel.route().back(), reply.request()));
            if (arrival != null) {
                check(parcel.route().from(), arrival.round());
                checkState(parcel.route().from(), arrival.committed(), reply.appliedIndex());
            }
        }
    }

    void arrives(Parcel parcel) {
        if (parcel.message() instanceof AppendEntries.Request request) {
            heard.merge(parcel.route(), new Round(request.term(), request.round()), Round::orLater);
        } else if (parcel.message() instanceof AppendEntries.Response response) {
            answered.merge(parcel.route(), new Round(response.term(), response.round()), Round::orLater);
        } else if (parcel.message() instanceof ClientRequest.Query query
                && query.consistency() == Consistency.LINEARIZABLE) {
            Round round = begun.getOrDefault(parcel.route().to(), Round.NONE);
            Arrival arrival = new Arrival(round, properties.ledger().committed().size());
            asked.putIfAbsent(new Question(parcel.route(), query.request()), arrival);
        }
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

    private void check(NodeId leader, Round before) {
        int servers = properties.servers();
        reads++;
        long confirming = answered.entrySet().stream()
                .filter(answer -> answer.getKey().to().equals(leader))
                .filter(answer -> answer.getValue().isAfter(before))
                .count();
        if (2 * (confirming + 1) <= servers) {
            String seen = leader + " answers a read that came after round " + before.number() + " of term "
                    + before.term() + ", of " + servers + " servers " + confirming + " others have confirmed it since";
            properties.found(new Violation("Reads are confirmed", seen));
        }
    }

    private void checkState(NodeId leader, long committedBefore, long applied) {
        if (applied < committedBefore) {
            String seen = leader + " answers from the state at " + applied + " a read that came when " + committedBefore
                    + " was committed";
            properties.found(new Violation("Reads are new enough", seen));
        }
    }
}
