package io.balsa.trace;

import io.balsa.model.Configuration;
import io.balsa.model.NodeId;
import io.balsa.trace.RaftEvent.ElectionLost;
import io.balsa.trace.RaftEvent.ElectionStarted;
import io.balsa.trace.RaftEvent.ElectionWon;
import io.balsa.trace.RaftEvent.HeartbeatLate;
import io.balsa.trace.RaftEvent.HeartbeatUnanswered;
import io.balsa.trace.RaftEvent.LeaderChanged;
import io.balsa.trace.RaftEvent.MembershipChanged;
import io.balsa.trace.RaftEvent.PeerHeard;
import io.balsa.trace.RaftEvent.PeerSilent;
import io.balsa.trace.RaftEvent.SnapshotInstalled;
import io.balsa.trace.RaftEvent.SnapshotTaken;
import java.util.List;
import java.util.Set;

/**
 * An event for applications, in the trace too. Changes of role and term, the commit index and a full disk are not among
 * these: the trace has them in its own words, and each time.
 */
public record Announced(RaftEvent event) implements Happening {

    @Override
    public String name() {
        if (event instanceof LeaderChanged) {
            return "leader";
        } else if (event instanceof MembershipChanged) {
            return "members";
        } else if (event instanceof SnapshotTaken || event instanceof SnapshotInstalled) {
            return "snapshot";
        } else if (event instanceof PeerSilent || event instanceof PeerHeard) {
            return "peer";
        }
        return event instanceof HeartbeatLate || event instanceof HeartbeatUnanswered ? "heartbeat" : "election";
    }

    @Override
    public Fields fields() {
        if (event instanceof LeaderChanged changed) {
            return new Fields().with("leader", changed.leader().map(NodeId::name));
        } else if (event instanceof MembershipChanged changed) {
            return members(changed.configuration());
        } else if (event instanceof PeerSilent silent) {
            return peer(silent.peer(), "silent");
        } else if (event instanceof PeerHeard heard) {
            return peer(heard.peer(), "heard");
        } else if (event instanceof HeartbeatLate late) {
            return peer(late.leader(), "late").with("silence", late.silence().toMillis());
        } else if (event instanceof HeartbeatUnanswered missed) {
            return peer(missed.follower(), "unanswered")
                    .with("silence", missed.silence().toMillis());
        }
        return snapshotOrElection();
    }

    private Fields snapshotOrElection() {
        if (event instanceof SnapshotTaken taken) {
            return new Fields().with("what", "taken").with("last", taken.last()).with("bytes", taken.bytes());
        } else if (event instanceof SnapshotInstalled installed) {
            return new Fields().with("what", "installed").with("last", installed.last());
        } else if (event instanceof ElectionStarted started) {
            return election("started", started.reason());
        } else if (event instanceof ElectionWon won) {
            return election("won", won.reason());
        }
        return event instanceof ElectionLost lost ? election("lost", lost.reason()) : new Fields();
    }

    private static Fields members(Configuration configuration) {
        return new Fields()
                .with("members", names(configuration.members().keySet()))
                .with("voters", names(configuration.voters()))
                .with("outgoing", names(configuration.outgoing()));
    }

    private static List<String> names(Set<NodeId> nodes) {
        return nodes.stream().map(NodeId::name).toList();
    }

    private static Fields peer(NodeId peer, String what) {
        return new Fields().with("peer", peer.name()).with("what", what);
    }

    private static Fields election(String what, String reason) {
        return new Fields().with("what", what).with("reason", reason);
    }
}
