package io.balsa.role;

import io.balsa.model.NodeId;
import io.balsa.model.Sender;
import io.balsa.protocol.Hello;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;

/**
 * Refuses what is not meant for this server or comes from one that is not what it claims to be; each case is logged
 * once, with the next step.
 */
final class Gate {
    private final Sender self;
    private final Logger log;
    private final Set<String> reported = new TreeSet<>();
    private final Set<NodeId> misconfigured = new TreeSet<>();

    /** {@code self} speaks as this server does, to itself. */
    Gate(Sender self, Logger log) {
        this.self = self;
        this.log = log;
    }

    /** Whether the speaker belongs to this cluster, means this server, and has the disk it is known to have. */
    boolean admits(Sender sender, Optional<Long> knownStorage, boolean member) {
        Optional<String> reason = fault(sender, knownStorage, member);
        reason.ifPresent(text -> report(sender.from(), text));
        return reason.isEmpty();
    }

    /**
     * Whether two servers that have no log yet were configured with the same first members; of those that are none of
     * this cluster nothing is kept.
     */
    boolean agrees(Hello hello, long bootstrap, boolean fresh, boolean member) {
        NodeId peer = hello.sender().from();
        if (!member || !isOurs(hello.sender())) {
            return true;
        }
        if (hello.fresh() && fresh && hello.bootstrap() != bootstrap) {
            misconfigured.add(peer);
            report(peer, "its raft.peers differ from ours and both logs are empty; give all nodes the same raft.peers");
            return false;
        }
        misconfigured.remove(peer);
        return true;
    }

    private Optional<String> fault(Sender sender, Optional<Long> knownStorage, boolean member) {
        if (!isOurs(sender)) {
            return Optional.of("it belongs to cluster \"" + sender.cluster() + "\" group \"" + sender.group()
                    + "\"; check raft.cluster-id, raft.group and the addresses in raft.peers");
        }
        if (!sender.to().equals(self.from())) {
            return Optional.of("it takes us for " + sender.to() + "; check the addresses in its raft.peers");
        }
        if (!member || sender.from().equals(self.from())) {
            return Optional.of("it is not a member of this cluster; check raft.peers");
        }
        if (knownStorage.isPresent() && knownStorage.get() != sender.storage()) {
            return Optional.of("its data folder is not the one it had before; a wiped node must not vote as if it"
                    + " remembered: bring its old folder back, or replace it under another node id");
        }
        return misconfigured.contains(sender.from())
                ? Optional.of("its raft.peers differ from ours")
                : Optional.empty();
    }

    private boolean isOurs(Sender sender) {
        return sender.cluster().equals(self.cluster()) && sender.group().equals(self.group());
    }

    private void report(NodeId peer, String reason) {
        if (reported.size() < 1000 && reported.add(peer + reason)) {
            log.error("{} refuses messages from {}: {}", self.from(), peer, reason);
        }
    }
}
