package io.balsa.sim;

import io.balsa.model.EntryId;
import io.balsa.model.NodeId;
import io.balsa.protocol.AppendEntries;
import io.balsa.protocol.InstallSnapshot;
import io.balsa.protocol.InstallSnapshot.State;
import io.balsa.protocol.PreVote;
import io.balsa.protocol.RequestVote;
import io.balsa.protocol.Rpc;
import io.balsa.protocol.TimeoutNow;
import io.balsa.protocol.reply.ClientReply;
import io.balsa.role.Observer.Inspection;
import io.balsa.sim.SimNetwork.Parcel;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.LongStream;

/**
 * What a server says must be true, and must stay true whatever happens next: every vote and every acknowledgement
 * leaves only after the disk holds what it promises (Figure 2, persistent state).
 *
 * <p>The disk is asked, not the server: what a power cut at this very moment would leave.
 */
final class Promises implements SimNetwork.Tap {
    private static final int LOOKS_AFTER_A_CUT = 4;
    private static final int LOOK_EVERY = 199;

    private final Function<NodeId, Server> servers;
    private final Properties properties;
    private final Map<Campaign, EntryId> campaigns = new HashMap<>();
    private final Confirmations confirmations;
    private final Lifetimes lifetimes = new Lifetimes();
    private final Map<NodeId, Long> truncationsSeen = new TreeMap<>();
    private final Map<NodeId, Integer> looksDue = new TreeMap<>();
    private long votes;
    private long acknowledgements;
    private long logsReadBack;
    private final Set<Installed> installed = new HashSet<>();
    private long transfers;
    private long chunks;

    Promises(Function<NodeId, Server> servers, Properties properties) {
        this.servers = servers;
        this.properties = properties;
        this.confirmations = new Confirmations(properties);
    }

    /** A candidacy for one term. */
    private record Campaign(NodeId candidate, long term) {}

    /** A snapshot that a follower had from a leader. */
    private record Installed(NodeId follower, EntryId snapshot) {}

    long votes() {
        return votes;
    }

    /** Chunks of snapshots that were sent. */
    long chunks() {
        return chunks;
    }

    /** Snapshots that followers had from leaders. */
    long installed() {
        return installed.size();
    }

    Confirmations confirmations() {
        return confirmations;
    }

    Lifetimes lifetimes() {
        return lifetimes;
    }

    /** How often the log behind an acknowledgement was read back from the disk. */
    long logsReadBack() {
        return logsReadBack;
    }

    /** How often somebody was asked to take over. */
    long transfers() {
        return transfers;
    }

    long acknowledgements() {
        return acknowledgements;
    }

    /** What is wrong is thrown after the event. */
    @Override
    public void leaves(Parcel parcel) {
        confirmations.leaves(parcel);
        if (parcel.message() instanceof ClientReply.Submitted answer) {
            checkCommitted(parcel, answer);
        }
        try {
            if (parcel.message() instanceof Rpc rpc) {
                check(rpc);
            }
        } catch (Violation violation) {
            properties.found(violation);
        }
    }

    @Override
    public void arrives(Parcel parcel) {
        confirmations.arrives(parcel);
    }

    private void check(Rpc rpc) {
        if (rpc instanceof RequestVote.Response vote && vote.granted()) {
            votes++;
            checkVote(vote, vote.sender().to());
            checkUpToDate(vote, vote.sender().to());
        } else if (rpc instanceof RequestVote.Request campaign) {
            checkVote(campaign, campaign.from());
            checkMayLead(campaign, campaign.from());
            campaigns.put(new Campaign(campaign.from(), campaign.term()), campaign.last());
        } else if (rpc instanceof AppendEntries.Request append) {
            properties.ledger().leads(append.from(), append.term());
            properties.ledger().travels(append.entries());
            lifetimes.travel(append.entries());
        } else if (rpc instanceof AppendEntries.Response answer && answer.success()) {
            checkAcknowledgement(answer);
        } else if (rpc instanceof InstallSnapshot.Request chunk) {
            properties.ledger().leads(chunk.from(), chunk.term());
            chunks++;
        } else if (rpc instanceof InstallSnapshot.Response answer && answer.state() == State.INSTALLED) {
            checkInstalled(answer);
        } else if (rpc instanceof TimeoutNow office) {
            checkHeir(office);
        }
        if (!(rpc instanceof PreVote.Request) && !(rpc instanceof PreVote.Response)) {
            checkTerm(rpc);
        }
    }

    /** A command is answered when it is committed (§5.3, §8). */
    private void checkCommitted(Parcel parcel, ClientReply.Submitted answer) {
        long last = LongStream.of(answer.indexes()).max().orElse(0);
        int committed = properties.ledger().committed().size();
        if (last > committed) {
            String seen = parcel.route() + " index " + last + ", of which " + committed + " are committed";
            properties.found(new Violation("Answered when committed", seen));
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

    /**
     * Only a voter stands for election, and with the folder that it is known by (§6); one that has lost its vote only
     * until it knows that this is committed (thesis §4.2.2).
     */
    private void checkMayLead(Rpc rpc, NodeId candidate) {
        Mirror mirror = properties.mirror(candidate);
        long commit = servers.apply(candidate).inspection().orElseThrow().commitIndex();
        boolean undecided = mirror.configurationsBehind(commit) > 0;
        boolean may = mirror.configurationsFrom(undecided ? mirror.indexBefore() : Long.MAX_VALUE).stream()
                .anyMatch(each ->
                        each.isVoter(candidate) && properties.constitutions().counts(each, candidate));
        require(may, rpc, candidate + " is no voter of " + mirror.inForce());
    }

    /** Whoever is to lead next holds everything, or with a full disk everything committed (thesis §3.10). */
    private void checkHeir(TimeoutNow office) {
        transfers++;
        Server leader = servers.apply(office.from());
        Inspection now = leader.inspection().orElseThrow();
        long due = leader.hasBeenFull() ? now.commitIndex() : now.last().index();
        NodeId heir = office.sender().to();
        // A deposed leader hears of earlier times: whoever has gone on to a newer term takes no office of an older one.
        boolean goneOn = properties.mirror(heir).term() > now.currentTerm();
        boolean ready = due == 0 || goneOn || properties.hasHeld(heir, new EntryId(due, now.termAt(due)));
        require(ready, office, "the heir does not hold entry " + due);
    }

    /** The voter's own log is no more up-to-date than the candidate's (§5.4.1). */
    private void checkUpToDate(RequestVote.Response vote, NodeId candidate) {
        EntryId theirs = campaigns.get(new Campaign(candidate, vote.term()));
        EntryId ours = servers.apply(vote.from()).inspection().orElseThrow().last();
        boolean fair = theirs == null
                || theirs.term() > ours.term()
                || (theirs.term() == ours.term() && theirs.index() >= ours.index());
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
        boolean included = match < follower.base().index();
        EntryId entry = included ? follower.base() : new EntryId(match, follower.termAt(match));
        if (mustLookAtDisk(answer.from())) {
            logsReadBack++;
            boolean there = SyncedLog.holds(servers.apply(answer.from()), entry);
            require(there, answer, entry + " acknowledged, which a power cut would lose");
        }
        Mirror leader = properties.mirror(answer.sender().to());
        boolean asked = leader.isLeading() && leader.term() == answer.term();
        require(!asked || leader.holds(entry), answer, entry + " acknowledged, which the leader does not have");
    }

    /** Whoever says that it has a snapshot has it on its synced disk, or all that the snapshot includes (Figure 13). */
    private void checkInstalled(InstallSnapshot.Response answer) {
        installed.add(new Installed(answer.from(), answer.snapshot()));
        boolean there = SyncedLog.holds(servers.apply(answer.from()), answer.snapshot());
        require(there, answer, "it has the snapshot up to " + answer.snapshot() + ", which a power cut would lose");
    }

    /** Reading a disk back takes long, so now and then must do, and whenever the log has just been cut. */
    private boolean mustLookAtDisk(NodeId follower) {
        long truncations = properties.mirror(follower).truncations();
        if (!Long.valueOf(truncations).equals(truncationsSeen.put(follower, truncations))) {
            looksDue.put(follower, LOOKS_AFTER_A_CUT);
        }
        int due = looksDue.merge(follower, -1, Integer::sum);
        return due >= 0 || acknowledgements % LOOK_EVERY == 0;
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
