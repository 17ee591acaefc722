package io.balsa.sim;

import io.balsa.model.Entries;
import io.balsa.model.NodeId;
import io.balsa.protocol.AppendEntries;
import io.balsa.protocol.PreVote;
import io.balsa.protocol.RequestVote;
import io.balsa.protocol.Rpc;
import io.balsa.sim.SimNetwork.Parcel;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Directs a play: who may campaign, and which entries get how far. It only ever withholds: a message, or the rear part
 * of its entries, which is what the sender might as well have sent.
 */
final class Stage implements SimNetwork.Rule {
    private final Map<Route, Long> reach = new TreeMap<>();
    private Optional<NodeId> star = Optional.empty();

    /** Until {@link #anyone}, nobody else asks for votes, nor is heard as a leader. */
    void only(NodeId node) {
        star = Optional.of(node);
    }

    void anyone() {
        star = Optional.empty();
    }

    /** Entries above this index do not travel on this route. */
    void reach(Route route, long index) {
        reach.put(route, index);
    }

    /** All entries travel again. */
    void free() {
        reach.clear();
    }

    void free(NodeId from) {
        reach.keySet().removeIf(route -> route.from().equals(from));
    }

    @Override
    public Optional<Object> apply(Parcel parcel) {
        if (!(parcel.message() instanceof Rpc rpc)) {
            return Optional.of(parcel.message());
        }
        boolean leads = rpc instanceof PreVote.Request
                || rpc instanceof RequestVote.Request
                || rpc instanceof AppendEntries.Request;
        if (leads && star.isPresent() && !star.get().equals(rpc.from())) {
            return Optional.empty();
        }
        Long limit = reach.get(parcel.route());
        boolean limited = limit != null && rpc instanceof AppendEntries.Request;
        return Optional.of(limited ? shorten((AppendEntries.Request) rpc, limit) : rpc);
    }

    private static AppendEntries.Request shorten(AppendEntries.Request request, long limit) {
        Entries entries = request.entries();
        if (entries.isEmpty() || entries.last().index() <= limit) {
            return request;
        }
        Entries kept = entries.first().index() > limit ? Entries.EMPTY : entries.upTo(limit);
        return new AppendEntries.Request(
                request.sender(),
                request.term(),
                request.previous(),
                kept.toByteArray(),
                request.leaderCommit(),
                request.round());
    }
}
