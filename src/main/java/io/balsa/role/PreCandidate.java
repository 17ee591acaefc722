package io.balsa.role;

import io.balsa.protocol.AppendEntries;
import io.balsa.protocol.InstallSnapshot;
import io.balsa.protocol.Local;
import io.balsa.protocol.PreVote;
import io.balsa.protocol.RaftMessage;
import io.balsa.protocol.RequestVote;
import io.balsa.protocol.Rpc;
import io.balsa.protocol.TimeoutNow;
import java.util.Optional;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ReceiveBuilder;

/**
 * Asks whether it could win an election, without raising its term, so that a server that was cut off disturbs nobody
 * when it returns (thesis §9.6).
 *
 * <p>Next: {@link Candidate}, when a majority says yes; {@link Follower}, when a leader speaks.
 */
final class PreCandidate extends Role {
    static final String NAME = "PreCandidate";

    private final long proposedTerm;
    private final Votes votes;

    private PreCandidate(Node node) {
        super(node);
        this.proposedTerm = node.currentTerm() + 1;
        this.votes = new Votes(node.log().configuration(), node.id());
    }

    /** The election timer has fired. */
    static Behavior<RaftMessage> ask(Node node, String reason) {
        node.clock().stopHeartbeat();
        node.clock().armElection();
        node.becomes(NAME, Optional.empty(), reason);
        PreCandidate role = new PreCandidate(node);
        if (role.votes.isWon()) {
            return Candidate.campaign(node, "it is the only voter", false);
        }
        role.askAll();
        return role;
    }

    @Override
    ReceiveBuilder<RaftMessage> rules(ReceiveBuilder<RaftMessage> table) {
        return table.onMessage(PreVote.Response.class, this::onAnswer) // thesis §9.6
                .onMessage(AppendEntries.Request.class, this::onLeader) // §5.2
                .onMessage(InstallSnapshot.Request.class, this::onLeader) // §5.2, Figure 13
                .onMessageEquals(Local.Tick.ELECTION, this::onElectionTimeout)
                .onMessageEquals(Local.Tick.HEARTBEAT, () -> this)
                .onMessage(Local.Fetched.class, this::ignore)
                .onMessage(TimeoutNow.class, this::ignore)
                .onMessage(Rpc.Response.class, this::ignore);
    }

    @Override
    StatusReport report() {
        return new StatusReport(node, NAME, leader(), false);
    }

    private void askAll() {
        node.peers()
                .tellAll(
                        node.log().configuration()::isVoter,
                        self -> new PreVote.Request(
                                self, proposedTerm, node.log().last()));
    }

    private Behavior<RaftMessage> onAnswer(PreVote.Response response) {
        boolean answersAnEarlierOne = response.granted() && response.term() != proposedTerm;
        if (answersAnEarlierOne) {
            return this;
        }
        votes.add(response.from(), response.granted());
        if (votes.isWon()) {
            return Candidate.campaign(node, "pre-votes " + votes, false);
        }
        if (votes.isLost()) {
            node.clock().armRetry();
        }
        return this;
    }

    /** Another server leads in this very term: whoever gave up on it was wrong. */
    private Behavior<RaftMessage> onLeader(Rpc.Request request) throws Exception {
        return Follower.inSameTerm(node, "leader " + request.from() + " heard").receive(node.context(), request);
    }

    /** A vote that is given makes its giver wait for the outcome (§5.2). */
    @Override
    Behavior<RaftMessage> onRequestVote(RequestVote.Request request) {
        boolean granted = grants(request);
        reply(request, granted);
        return granted ? Follower.inSameTerm(node, "vote given to " + request.from()) : this;
    }

    private Behavior<RaftMessage> onElectionTimeout() {
        return ask(node, "no majority in favour: " + votes);
    }
}
