package io.balsa.role;

import io.balsa.protocol.AppendEntries;
import io.balsa.protocol.InstallSnapshot;
import io.balsa.protocol.Local;
import io.balsa.protocol.RaftMessage;
import io.balsa.protocol.RequestVote;
import io.balsa.protocol.Rpc;
import io.balsa.protocol.TimeoutNow;
import java.util.Optional;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ReceiveBuilder;

/**
 * Has raised its term, voted for itself, and asks the others for their votes.
 *
 * <p>Rules for Servers, Candidates (Figure 2, §5.2). Next: {@link Leader}, with votes from a majority;
 * {@link Follower}, when another leads; {@link PreCandidate}, when nobody won in time.
 */
final class Candidate extends Role {
    static final String NAME = "Candidate";

    private final Votes votes;

    private Candidate(Node node) {
        super(node);
        this.votes = new Votes(node.log().configuration(), node.id());
    }

    /**
     * Starts an election: the new term and the own vote are on disk before anybody is asked.
     *
     * @param transfer whether the leader itself asked for it, so that others may desert a living leader
     */
    static Behavior<RaftMessage> campaign(Node node, String reason, boolean transfer) {
        node.vote(node.currentTerm() + 1, node.id());
        node.clock().armElection();
        node.becomes(NAME, Optional.empty(), reason);
        Candidate role = new Candidate(node);
        if (role.votes.isWon()) {
            return Leader.elected(node, role.votes.toString());
        }
        long term = node.currentTerm();
        node.peers()
                .tellAll(
                        node.log().configuration()::isVoter,
                        self -> new RequestVote.Request(self, term, node.log().last(), transfer));
        return role;
    }

    @Override
    ReceiveBuilder<RaftMessage> rules(ReceiveBuilder<RaftMessage> table) {
        return table.onMessage(RequestVote.Response.class, this::onVote) // §5.2
                .onMessage(AppendEntries.Request.class, this::onLeader) // §5.2
                .onMessage(InstallSnapshot.Request.class, this::onLeader) // §5.2, Figure 13
                .onMessageEquals(Local.Tick.ELECTION, this::onElectionTimeout) // §5.2
                .onMessageEquals(Local.Tick.HEARTBEAT, () -> this)
                .onMessage(Local.Fetched.class, this::ignore)
                .onMessage(TimeoutNow.class, this::ignore)
                .onMessage(Rpc.Response.class, this::ignore);
    }

    @Override
    StatusReport report() {
        return new StatusReport(node, NAME, leader(), false);
    }

    private Behavior<RaftMessage> onVote(RequestVote.Response response) {
        votes.add(response.from(), response.granted());
        if (votes.isWon()) {
            return Leader.elected(node, votes.toString());
        }
        return votes.isLost() ? Follower.inSameTerm(node, "election lost, " + votes) : this;
    }

    private Behavior<RaftMessage> onLeader(Rpc.Request request) throws Exception {
        return Follower.inSameTerm(node, request.from() + " won the election").receive(node.context(), request);
    }

    private Behavior<RaftMessage> onElectionTimeout() {
        return PreCandidate.ask(node, "nobody won the election of term " + node.currentTerm() + ", " + votes);
    }
}
