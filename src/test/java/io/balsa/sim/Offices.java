package io.balsa.sim;

import io.balsa.config.Settings;
import io.balsa.model.Configuration;
import io.balsa.model.NodeId;
import io.balsa.protocol.AppendEntries;
import io.balsa.protocol.InstallSnapshot;
import io.balsa.protocol.Rpc;
import io.balsa.sim.SimNetwork.Parcel;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Who speaks as leader has been heard by a majority within an election timeout, on its own clock (thesis §6.2): a
 * leader that hears nobody any more keeps its clients waiting for nothing.
 */
final class Offices implements SimNetwork.Tap {
    private final Function<NodeId, Server> servers;
    private final Properties properties;
    private final Map<NodeId, Office> offices = new TreeMap<>();

    Offices(Function<NodeId, Server> servers, Properties properties) {
        this.servers = servers;
        this.properties = properties;
    }

    /** One leadership: when it last spoke, and when it was last answered by whom. */
    private static final class Office {
        private final long term;
        private final Map<NodeId, Long> heard = new TreeMap<>();
        private long since;
        private long spoken;

        Office(long term, long now) {
            this.term = term;
            this.since = now;
            this.spoken = now;
        }

        /** A process that stood still takes in late what has come meanwhile: nothing is held against it. */
        void speaks(long now, Duration longestPause) {
            if (now - spoken > longestPause.toNanos()) {
                since = now;
                heard.replaceAll((peer, before) -> now);
            }
            spoken = now;
        }

        boolean hasHeard(NodeId peer, long sinceThen) {
            return heard.getOrDefault(peer, since) >= sinceThen;
        }
    }

    @Override
    public void leaves(Parcel parcel) {
        if (parcel.message() instanceof AppendEntries.Request request && !properties.arePeersPlayed()) {
            check(request);
        }
    }

    @Override
    public void arrives(Parcel parcel) {
        boolean answers = parcel.message() instanceof AppendEntries.Response
                || parcel.message() instanceof InstallSnapshot.Response;
        if (answers) {
            Rpc answer = (Rpc) parcel.message();
            NodeId leader = parcel.route().to();
            Office office = offices.get(leader);
            if (office != null
                    && office.term == answer.term()
                    && servers.apply(leader).isUp()) {
                office.heard.put(answer.from(), servers.apply(leader).clock());
            }
        }
    }

    private void check(AppendEntries.Request request) {
        Server leader = servers.apply(request.from());
        long now = leader.clock();
        Office office = offices.compute(
                request.from(),
                (any, before) ->
                        before == null || before.term != request.term() ? new Office(request.term(), now) : before);
        Settings settings = leader.settings();
        Duration heartbeats = settings.timing().heartbeat().multipliedBy(2);
        office.speaks(now, heartbeats);
        long due = now - settings.timing().electionMax().plus(heartbeats).toNanos();
        Configuration configuration = properties.mirror(request.from()).inForce();
        boolean heard = Constitutions.isMajority(
                configuration, peer -> peer.equals(request.from()) || office.hasHeard(peer, due));
        if (!heard) {
            String seen = request.from() + " leads in term " + request.term() + ", but heard no majority of "
                    + configuration + " for long";
            properties.found(new Violation("A leader hears a majority", seen));
        }
    }
}
