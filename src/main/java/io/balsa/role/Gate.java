package io.balsa.role;

import io.balsa.config.PeerAddress;
import io.balsa.config.Settings;
import io.balsa.measure.Measures;
import io.balsa.model.Configuration;
import io.balsa.model.EntryId;
import io.balsa.model.NodeId;
import io.balsa.model.Sender;
import io.balsa.protocol.Hello;
import io.balsa.protocol.reply.AdminReply;
import io.balsa.role.membership.Refusals;
import io.balsa.storage.ballot.Ballot;
import io.balsa.storage.ballot.BallotBox;
import java.time.Duration;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Refuses what is not meant for this server or comes from one that is not what it claims to be; each case is logged
 * once, with the next step.
 */
final class Gate {
    private static final Duration BETWEEN_REPORTS = Duration.ofSeconds(1);

    private final Node node;
    private final Sender self;
    private final long bootstrap;
    private final long begin;
    private long impostor;
    private final Set<String> reported = new TreeSet<>();
    private final Set<NodeId> misconfigured = new TreeSet<>();
    private final Refusals refusals;

    Gate(Node node) {
        this.node = node;
        this.self = node.sender(node.id());
        this.bootstrap = node.settings().bootstrap().toString().hashCode();
        this.begin = node.clock().now();
        this.impostor = begin;
        this.refusals = new Refusals(node.settings().membership().maxStrangers());
    }

    /** Those whose messages were refused of late. */
    List<AdminReply.Refused> refused() {
        return refusals.at(node.clock().now());
    }

    /**
     * Whether the speaker is who it should be. Voters are held to the folder that the configuration names, or else,
     * durably, to the one they were first seen with: another folder has forgotten what was promised. The word of others
     * does not count, so that they are held to none.
     *
     * @param promises whether what is said relies on what the speaker remembers; if not, it is heard with any folder,
     *     because the configuration here may be older than its folder
     */
    boolean admits(Sender sender, boolean promises) {
        if (isUnproven(sender)) {
            reportImpostor(sender.from());
            return false;
        }
        NodeId peer = sender.from();
        Configuration configuration = node.log().configuration();
        BallotBox ballots = node.parts().storage().ballots();
        boolean first =
                configuration.isVoter(peer) && configuration.storageOf(peer).isEmpty();
        Optional<Long> known =
                first ? Optional.ofNullable(ballots.current().storageIds().get(peer)) : configuration.storageOf(peer);
        if (!admits(sender, promises ? known : Optional.empty(), node.peers().knows(peer))) {
            boolean forgetful =
                    known.filter(folder -> folder != sender.storage()).isPresent();
            if (forgetful && isOurs(sender) && node.peers().knows(peer)) {
                node.peers().link(peer).disown();
            }
            return false;
        }
        if (first && known.isEmpty()) {
            NavigableMap<NodeId, Long> storageIds =
                    new TreeMap<>(ballots.current().storageIds());
            storageIds.put(peer, sender.storage());
            ballots.save(new Ballot(node.currentTerm(), node.votedFor(), storageIds));
        }
        node.peers().link(peer).heard();
        return true;
    }

    void hear(Hello hello) {
        Sender sender = hello.sender();
        if (mayBeMet(sender) && PeerAddress.isOne(hello.address())) {
            node.peers().meet(sender.from(), hello.address());
        }
        if (isUnproven(sender)) {
            node.peers().link(sender.from()).introduce(hello.offer(), this::greeting);
            return;
        }
        boolean agrees = agrees(hello, node.peers().isMember(sender.from()));
        if (agrees && admits(sender, true)) {
            node.peers().link(sender.from()).prefer(hello.priority());
        }
        if (mayBeMet(sender) && node.peers().knows(sender.from())) {
            node.peers().link(sender.from()).carry(hello.offer(), this::greeting);
        }
    }

    /** Whether it says it is a peer and does not show what that peer was given; so it is too before both have met. */
    private boolean isUnproven(Sender sender) {
        return mayBeMet(sender)
                && node.peers().knows(sender.from())
                && !node.peers().link(sender.from()).isShown(sender.pass());
    }

    private Hello greeting(Sender to) {
        Settings settings = node.settings();
        return new Hello(
                to,
                bootstrap,
                isFresh(),
                settings.address(),
                settings.membership().priority(),
                0);
    }

    /** Greets all peers, so that the links an election needs are warm. */
    void greet() {
        node.peers().greet(this::greeting);
        node.peers().reportTurns(node.context().getLog(), node.recorder());
        node.recorder().sometimes();
    }

    private boolean isFresh() {
        return node.last().equals(EntryId.NONE) && !node.settings().membership().join();
    }

    /** Whether the speaker belongs to this cluster, means this server, and has the disk it is known to have. */
    private boolean admits(Sender sender, Optional<Long> knownStorage, boolean member) {
        Optional<String> reason = fault(sender, knownStorage, member);
        reason.ifPresent(text -> report(sender.from(), text));
        return reason.isEmpty();
    }

    /**
     * Whether two servers that have no log yet were configured with the same first members; of those that are none of
     * this cluster nothing is kept.
     */
    private boolean agrees(Hello hello, boolean member) {
        NodeId peer = hello.sender().from();
        if (!member || !isOurs(hello.sender())) {
            return true;
        }
        if (hello.fresh() && isFresh() && hello.bootstrap() != bootstrap) {
            misconfigured.add(peer);
            report(peer, "its raft.peers differ from ours and both logs are empty; give all nodes the same raft.peers");
            return false;
        }
        misconfigured.remove(peer);
        return true;
    }

    /** Whether one that is no member has a right to be answered here; its storage id says nothing yet. */
    private boolean mayBeMet(Sender sender) {
        return isOurs(sender)
                && sender.to().equals(self.from())
                && !sender.from().equals(self.from());
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
            return Optional.of("it is not a member of this cluster, and has not said how it is reached");
        }
        if (knownStorage.isPresent() && knownStorage.get() != sender.storage()) {
            return Optional.of("its data folder is not the one it had before; a wiped node must not vote as if it"
                    + " remembered: bring its old folder back, or use client.sh member replace");
        }
        return misconfigured.contains(sender.from())
                ? Optional.of("its raft.peers differ from ours")
                : Optional.empty();
    }

    private boolean isOurs(Sender sender) {
        return sender.cluster().equals(self.cluster()) && sender.group().equals(self.group());
    }

    /** What a peer said before this server was started anew may come late and shows an old pass. */
    private void reportImpostor(NodeId peer) {
        countRefusal();
        Clock clock = node.clock();
        boolean soon = clock.isWithin(clock.timing().firstWord(), begin);
        if (!soon && (impostor == begin || !clock.isWithin(BETWEEN_REPORTS, impostor))) {
            impostor = clock.now();
            node.context()
                    .getLog()
                    .error(
                            "{} refuses messages in the name of {} that {} has not sent; another process with a"
                                    + " certificate of this cluster pretends to be {}: see security.md",
                            self.from(),
                            peer,
                            peer,
                            peer);
        }
    }

    private void countRefusal() {
        node.parts().watch().measures().refused().count(Measures.NOT_ADMITTED);
    }

    private void report(NodeId peer, String reason) {
        countRefusal();
        refusals.add(peer, reason, node.clock().now());
        if (reported.size() < 1000 && reported.add(peer + reason)) {
            node.context().getLog().error("{} refuses messages from {}: {}", self.from(), peer, reason);
        }
    }
}
