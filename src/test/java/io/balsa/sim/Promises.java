package io.balsa.sim;

import io.balsa.model.EntryId;
import io.balsa.model.NodeId;
import io.balsa.protocol.AppendEntries;
import io.balsa.protocol.PreVote;
import io.balsa.protocol.RequestVote;
import io.balsa.protocol.Rpc;
import io.balsa.role.Observer.Inspection;
import io.balsa.sim.SimNetwork.Parcel;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * What a server says must be true, and must stay true whatever happens next: every vote and every acknowledgement
 * leaves only after the disk holds what it promises (Figure 2, persistent state).
 *
 * <p>The disk is asked, not the server: what a power cut at this very moment would leave.
 */
final class Promises {
    private final Function<NodeId, Server> servers;
    private final Properties properties;
    private final Map<Campaign, EntryId> campaigns = new HashMap<>();
    private long votes;
    private long acknowledgements;

    Promises(Function<NodeId, Server> servers, Properties properties) {
        this.servers = servers;
        this.properties = properties;
    }

    /** A candidacy for one term. */
    private record Campaign(NodeId candidate, long term) {}

    long votes() {
        return votes;
    }

    long acknowledgements() {
        return acknowledgements;
    }

    /** Called when a message leaves; what is wrong is thrown after the event. */
    void leaves(Parcel parcel) {
        try {
            if (parcel.message() instanceof Rpc rpc) {
                check(rpc);
            }
        } catch (Violation violation) {
            properties.found(violation);
        }
    }

    private void check(Rpc rpc) {
        if (rpc instanceof RequestVote.Response vote && vote.granted()) {
            votes++;
            checkVote(vote, vote.sender().to());
            checkUpToDate(vote, vote.sender().to());
        } else if (rpc instanceof RequestVote.Request campaign) {
            checkVote(campaign, campaign.from());
            campaigns.put(new Campaign(campaign.from(), campaign.term()), campaign.last());
        } else if (rpc instanceof AppendEntries.Request append) {
            properties.ledger().leads(append.from(), append.term());
            properties.ledger().travels(append.entries());
        } else if (rpc instanceof AppendEntries.Response answer && answer.success()) {
            checkAcknowledgement(answer);
        }
        if (!(rpc instanceof PreVote.Request) && !(rpc instanceof PreVote.Response)) {
            checkTerm(rpc);
        }
    }

    private void checkVote(Rpc vote, NodeId candidate) {
        properties.ledger().votes(vote.from(), vote.term(), candidate);
        SyncedBallot ballot = synced(vote.from());
        boolean superseded = ballot.currentTerm() > vote.term();
        boolean kept = ballot.currentTerm() == vote.term()
                && ballot.votedFor().filter(candidate::equals).isPresent();
        require(superseded || kept, vote, "a vote for " + candidate + " left, but the disk holds " + ballot);
    }

    /** The voter's own log is no more up-to-date than the candidate's (§5.4.1). */
    private void checkUpToDate(RequestVote.Response vote, NodeId candidate) {
        EntryId theirs = campaigns.get(new Campaign(candidate, vote.term()));
        EntryId ours = servers.apply(vote.from()).inspection().orElseThrow().last();
        boolean fair = theirs == null || theirs.isAtLeastAsUpToDateAs(ours);
        require(fair, vote, "a vote for " + candidate + " whose log ends at " + theirs + ", not at " + ours);
    }

    private void checkTerm(Rpc rpc) {
        properties.ledger().speaks(rpc.from(), rpc.term());
        long onDisk = synced(rpc.from()).currentTerm();
        require(onDisk >= rpc.term(), rpc, "it speaks for term " + rpc.term() + ", but the disk holds " + onDisk);
    }

    private void checkAcknowledgement(AppendEntries.Response answer) {
        acknowledgements++;
        long match = answer.matchIndex();
        Inspection follower = servers.apply(answer.from()).inspection().orElseThrow();
        require(follower.durable().index() >= match, answer, match + " acknowledged, durable " + follower.durable());
        if (match == 0) {
            return;
        }
        EntryId entry = new EntryId(match, follower.termAt(match));
        Mirror leader = properties.mirror(answer.sender().to());
        boolean asked = leader.isLeading() && leader.term() == answer.term();
        require(!asked || leader.holds(entry), answer, entry + " acknowledged, which the leader does not have");
    }

    private SyncedBallot synced(NodeId server) {
        return SyncedBallot.on(servers.apply(server).disk());
    }

    private static void require(boolean holds, Rpc rpc, String seen) {
        if (!holds) {
            throw new Violation("Promise of " + rpc.from() + " in term " + rpc.term(), seen);
        }
    }
}
