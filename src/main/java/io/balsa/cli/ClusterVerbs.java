package io.balsa.cli;

import io.balsa.cli.show.Answer;
import io.balsa.cli.show.ClusterView;
import io.balsa.cli.show.Table;
import io.balsa.protocol.AdminReply.Peer;
import io.balsa.protocol.AdminReply.Status;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Who is there, who leads, and how far everybody is. */
final class ClusterVerbs {
    private ClusterVerbs() {}

    @Command(name = "status", description = "Shows every member, also those that do not answer.")
    static final class ShowStatus extends Verb {
        private static final String CLEAR = "\u001b[H\u001b[2J";

        @Option(
                names = {"-w", "--watch"},
                paramLabel = "TIME",
                arity = "0..1",
                fallbackValue = "1s",
                converter = Durations.class,
                description = "Shows it again and again, until interrupted.")
        private Duration watch;

        @Override
        void run(Client client) {
            print(client, client.cluster().view().toAnswer());
            if (watch != null) {
                untilInterrupted(() -> watch(client));
            }
        }

        private void watch(Client client) {
            LockSupport.parkNanos(watch.toNanos());
            while (!Thread.interrupted()) {
                again(client);
                LockSupport.parkNanos(watch.toNanos());
            }
        }

        /** Nobody answering now is no reason to stop watching. */
        private static void again(Client client) {
            try {
                Answer answer = client.cluster().view().toAnswer();
                if (client.clearsScreen()) {
                    client.output().print(CLEAR.getBytes(StandardCharsets.US_ASCII));
                }
                print(client, answer);
            } catch (Failure failure) {
                Verbs.report(client, failure);
            }
        }
    }

    @Command(name = "member", description = "The members of the cluster.", subcommands = MemberList.class)
    static final class Member {}

    @Command(name = "list", description = "Lists the members and their addresses.")
    static final class MemberList extends Verb {
        @Override
        void run(Client client) {
            Table table = new Table("NODE", "ADDRESS", "VOTER", "STATE");
            List<Map<String, Object>> members = new ArrayList<>();
            for (ClusterView.Node node : client.cluster().view().nodes().values()) {
                table.row(node.id(), node.address(), node.isVoter() ? "yes" : "no", node.state());
                Map<String, Object> member = new LinkedHashMap<>();
                member.put("id", node.id());
                member.put("address", node.address());
                member.put("voter", node.isVoter());
                member.put("state", node.state());
                members.add(member);
            }
            print(client, Answer.of(Map.of("members", members), table));
        }
    }

    @Command(name = "leader", description = "The leader.", subcommands = LeaderShow.class)
    static final class Leader {}

    @Command(name = "show", description = "Shows who leads.")
    static final class LeaderShow extends Verb {
        @Override
        void run(Client client) {
            ClusterView view = client.cluster().view();
            String leader = view.leader().orElseThrow(() -> noLeader(view));
            String address = view.leaderAddress().orElse(null);
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("leader", leader);
            json.put("address", address);
            json.put("term", view.term());
            Table table = new Table("LEADER", "ADDRESS", "TERM").row(leader, address, view.term());
            print(client, Answer.of(json, leader, table.aligned().stripTrailing()));
        }
    }

    @Command(name = "replication", description = "Shows what the leader knows of its followers: what each needs next.")
    static final class Replication extends Verb {
        @Override
        void run(Client client) {
            ClusterView view = client.cluster().view();
            Status leader = view.leading().orElseThrow(() -> noLeader(view));
            Table table = new Table("NODE", "NEXT", "MATCH", "TRAILS", "CONTACT", "STATE");
            List<Map<String, Object>> followers = new ArrayList<>();
            for (Peer peer : followers(leader)) {
                long trails = Math.max(0, leader.last().index() - peer.matchIndex());
                Long contact = peer.lastContactMs() < 0 ? null : peer.lastContactMs();
                table.row(peer.node(), peer.nextIndex(), peer.matchIndex(), trails, contact(contact), peer.state());
                followers.add(fields(peer, trails, contact));
            }
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("leader", leader.node());
            json.put("term", leader.term());
            json.put("last", leader.last().index());
            json.put("commit", leader.commitIndex());
            json.put("followers", followers);
            String title = "leader " + leader.node() + "  term " + leader.term() + "  last "
                    + leader.last().index() + "  commit " + leader.commitIndex();
            print(client, Answer.of(json, title, table));
        }

        private static Map<String, Object> fields(Peer peer, long trails, Long contact) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("id", peer.node());
            fields.put("nextIndex", peer.nextIndex());
            fields.put("matchIndex", peer.matchIndex());
            fields.put("trails", trails);
            fields.put("lastContact", contact);
            fields.put("state", peer.state());
            return fields;
        }

        /** Servers list themselves as well. */
        private static List<Peer> followers(Status leader) {
            return leader.peers().stream()
                    .filter(peer -> !peer.node().equals(leader.node()))
                    .toList();
        }

        private static String contact(Long millis) {
            return millis == null ? null : millis + " ms";
        }
    }

    private static Failure noLeader(ClusterView view) {
        return view.leader()
                .map(silent -> Failure.unavailable("the leader " + silent + " does not answer"))
                .orElseGet(() -> Failure.unavailable("there is no leader in term " + view.term()));
    }
}
