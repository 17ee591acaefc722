package io.balsa.show.diagnosis;

import io.balsa.protocol.reply.AdminReply.Peer;
import io.balsa.protocol.reply.AdminReply.Status;
import io.balsa.show.ClusterView;
import io.balsa.show.ClusterView.Node;
import io.balsa.show.diagnosis.Finding.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Whether the members are there, hear each other, keep up, and have a leader. */
final class Members {
    private final ClusterView view;
    private final Map<String, Heard> heard;
    private final Limits limits;
    private final List<Finding> findings = new ArrayList<>();

    Members(ClusterView view, Map<String, Heard> heard, Limits limits) {
        this.view = view;
        this.heard = heard;
        this.limits = limits;
    }

    List<Finding> check() {
        checkLeader();
        view.nodes().values().forEach(node -> {
            if (node.status().isEmpty()) {
                checkSilent(node);
            } else {
                checkLinks(node);
                checkPace(node, node.status().get());
            }
            checkVote(node);
        });
        heard.values().stream()
                .filter(one -> one.answers() && !view.nodes().containsKey(one.id()))
                .forEach(this::noMember);
        return findings;
    }

    static Finding down(String id, String address) {
        return Finding.of(
                Kind.NODE_DOWN,
                id,
                "it does not answer at " + address,
                "start it by bin/node.sh; if its process runs, see its log, and whether it is stopped or cut off");
    }

    private void checkLeader() {
        long voters = view.nodes().values().stream().filter(Node::isVoter).count();
        long needed = voters / 2 + 1;
        long there = view.nodes().values().stream()
                .filter(node -> node.isVoter() && node.status().isPresent())
                .count();
        if (there < needed) {
            findings.add(Finding.of(
                    Kind.NO_QUORUM,
                    "cluster",
                    there + " of " + voters + " voters answer, and " + needed + " are needed",
                    "bring back those that are down; operations.md says what to do if they are lost"));
        } else if (!view.quorum() && view.leader().isPresent()) {
            findings.add(Finding.of(
                    Kind.NO_QUORUM,
                    view.leader().get(),
                    "it leads and hears no majority",
                    "check the network between the nodes"));
        }
        if (view.leader().isEmpty()) {
            findings.add(Finding.of(
                    Kind.NO_LEADER,
                    "cluster",
                    "nobody leads in term " + view.term(),
                    there < needed
                            ? "one is elected as soon as a majority is there"
                            : "ask again in a few seconds; if it stays so, the nodes do not hear each other"));
        }
    }

    private void checkSilent(Node node) {
        Heard there = heard.get(node.address());
        if (there != null && there.refusal().isPresent()) {
            return;
        }
        Finding down = down(node.id(), node.address());
        OptionalLong silence = views().flatMap(status -> status.peers().stream())
                .filter(peer -> peer.node().equals(node.id()) && peer.lastContactMs() >= 0)
                .mapToLong(Peer::lastContactMs)
                .min();
        findings.add(silence.isPresent() ? down.since(silence.getAsLong()) : down);
    }

    /** It answers here, so it must be heard by the others as well. */
    private void checkLinks(Node node) {
        List<String> deaf = new ArrayList<>();
        List<Long> silences = new ArrayList<>();
        views().filter(status -> !status.node().equals(node.id())).forEach(status -> status.peers().stream()
                .filter(peer -> peer.node().equals(node.id()) && peer.state().equals(Peer.QUIET))
                .forEach(peer -> {
                    deaf.add(status.node());
                    silences.add(peer.lastContactMs());
                }));
        if (!deaf.isEmpty()) {
            Finding cut = Finding.of(
                    Kind.CUT_OFF,
                    node.id(),
                    "it answers here, but is not heard by " + String.join(", ", deaf),
                    "check the network between them, raft.peers of these nodes, and what else is found of them");
            long silence = silences.stream().mapToLong(Long::longValue).max().orElse(-1);
            findings.add(silence < 0 ? cut : cut.since(silence));
        }
    }

    private void checkPace(Node node, Status status) {
        long trails = node.trails().orElse(0);
        if (trails > limits.lag()) {
            findings.add(Finding.of(
                    Kind.LAGGING,
                    node.id(),
                    "its log is " + trails + " entries behind the leader's (" + node.state() + ")",
                    "watch it by client.sh replication; its disk or its network may be too slow"));
        }
        long unapplied = status.commitIndex() - status.applied();
        if (unapplied > limits.lag()) {
            findings.add(Finding.of(
                    Kind.APPLY_LAG,
                    node.id(),
                    unapplied + " entries are committed and not applied",
                    "its state machine is too slow, or it catches up after a start: watch it by client.sh status -w"));
        }
    }

    private void checkVote(Node node) {
        boolean isMember = views().anyMatch(status ->
                status.peers().stream().anyMatch(peer -> peer.node().equals(node.id())));
        if (isMember && !node.isVoter()) {
            findings.add(Finding.of(
                    Kind.NOT_PROMOTED,
                    node.id(),
                    "it is a member without a vote"
                            + (node.trails().isPresent() ? ", " + node.trails().getAsLong() + " entries behind" : ""),
                    "client.sh member promote " + node.id() + "; if it is meant so, --except not-promoted"));
        }
    }

    private void noMember(Heard stranger) {
        findings.add(Finding.of(
                Kind.NOT_A_MEMBER,
                stranger.id(),
                "it runs and is no member",
                "client.sh member add " + stranger.id() + " " + stranger.address() + ", or stop it"));
    }

    private Stream<Status> views() {
        return heard.values().stream().flatMap(one -> one.status().stream());
    }
}
