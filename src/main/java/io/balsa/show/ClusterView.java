package io.balsa.show;

import io.balsa.protocol.reply.AdminReply.Peer;
import io.balsa.protocol.reply.AdminReply.Status;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * A cluster as its operators see it: what each member says of itself, what the leader says of the others, and who did
 * not answer.
 *
 * @param term the newest one heard of
 * @param leader of that term, when anyone knows it
 * @param quorum whether that leader hears a majority, by its own word or, when it does not answer, by its followers'
 * @param nodes by id
 */
public record ClusterView(
        String cluster,
        String group,
        long term,
        Optional<String> leader,
        boolean quorum,
        NavigableMap<String, Node> nodes) {

    private static final String LEADER = "leader";
    private static final String[] HEADINGS = {
        "NODE", "ROLE", "VOTER", "TERM", "VOTED", "LAST", "COMMIT", "APPLIED", "SNAPSHOT", "TRAILS", "CONTACT", "STATE"
    };

    /**
     * One member.
     *
     * @param address where it was asked
     * @param isVoter whether its vote counts, by the newest word on it
     * @param isOutgoing whether it counts only until the change of members under way is done
     * @param status its own word; empty when it did not answer
     * @param seen the leader's word on it; empty when there is no leader, or it is the leader itself
     * @param trails how many entries its log is behind the longest known; empty when nobody can tell
     */
    public record Node(
            String id,
            String address,
            boolean isVoter,
            boolean isOutgoing,
            Optional<Status> status,
            Optional<Peer> seen,
            OptionalLong trails) {
        /** follower, pre-candidate, candidate or leader; unknown when it does not answer. */
        public String role() {
            return status.map(ClusterView::role).orElse("unknown");
        }

        /** Whether it votes: yes, no, or only until the change of members under way is done. */
        public String vote() {
            return isOutgoing ? "outgoing" : isVoter ? "yes" : "no";
        }

        /** In one word: unreachable, leading, how the leader speaks with it, or connected when there is no leader. */
        public String state() {
            if (status.isEmpty()) {
                return "unreachable";
            }
            return role().equals(LEADER) ? "leading" : seen.map(Peer::state).orElse("connected");
        }

        /** Milliseconds since the leader last heard from it; the leader itself is always heard. */
        public Long lastContact() {
            if (role().equals(LEADER)) {
                return 0L;
            }
            return seen.map(Peer::lastContactMs).filter(ms -> ms >= 0).orElse(null);
        }

        /** Milliseconds since it last heard from the leader that it follows. */
        public Long leaderContact() {
            return status.flatMap(own -> own.leader().flatMap(leader -> peer(own, leader)))
                    .map(Peer::lastContactMs)
                    .filter(ms -> ms >= 0)
                    .orElse(null);
        }
    }

    /**
     * Puts the answers together. Who is a member is told by the newest of them; others are left out, even if they run.
     *
     * @param asked every address that was asked, under the member's id where configuration tells it, otherwise under
     *     the address itself
     * @param answers at least one, by the address that gave it
     */
    public static ClusterView of(Map<String, String> asked, Map<String, Status> answers) {
        Status newest = newest(answers.values());
        Optional<Status> leading = leading(answers.values());
        NavigableMap<String, String> addresses = addresses(asked, answers);
        NavigableMap<String, Node> nodes = new TreeMap<>();
        addresses.entrySet().removeIf(node -> isGone(node.getKey(), node.getValue(), newest));
        addresses.forEach((id, address) -> nodes.put(id, node(id, address, answers)));
        boolean quorum = leading.map(Status::quorum)
                .orElse(newest.quorum() && newest.leader().isPresent());
        return new ClusterView(newest.cluster(), newest.group(), newest.term(), newest.leader(), quorum, nodes);
    }

    /** The leader's own word, if it answered and no newer term is known. */
    public Optional<Status> leading() {
        return leading(
                nodes.values().stream().flatMap(node -> node.status().stream()).toList());
    }

    /** The member with the longest newest log among those that answered: the one to ask when there is no leader. */
    public Optional<Node> mostUpToDate() {
        Comparator<Node> byLog = Comparator.comparing(node -> node.status().orElseThrow(), ClusterView::compareLogs);
        return nodes.values().stream().filter(node -> node.status().isPresent()).max(byLog);
    }

    /** The leader's address, if anyone knows it. */
    public Optional<String> leaderAddress() {
        return leader.map(nodes::get).map(Node::address);
    }

    public Answer toAnswer() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("clusterId", cluster);
        json.put("group", group);
        json.put("term", term);
        json.put("leader", leader.orElse(null));
        json.put("quorum", quorumWord());
        json.put("quorumSize", quorumSize());
        json.put("voters", voters());
        json.put("nodes", nodes.values().stream().map(ClusterView::fields).toList());
        Table table = new Table(HEADINGS);
        nodes.values().forEach(node -> table.row(cells(node)));
        String title = "cluster " + cluster + "  group " + group + "  term " + term + "  leader "
                + leader.orElse("none") + "  quorum " + quorumWord() + " (" + quorumSize() + " of " + voters() + ")";
        return Answer.of(json, title, table);
    }

    private long voters() {
        return nodes.values().stream().filter(Node::isVoter).count();
    }

    private long quorumSize() {
        return voters() / 2 + 1;
    }

    private String quorumWord() {
        return quorum ? "ok" : "lost";
    }

    private static Map<String, Object> fields(Node node) {
        Optional<Status> status = node.status();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", node.id());
        fields.put("address", node.address());
        fields.put("reachable", status.isPresent());
        fields.put("role", node.role());
        fields.put("voter", node.isVoter());
        fields.put("term", status.map(Status::term).orElse(null));
        fields.put("votedFor", status.flatMap(Status::votedFor).orElse(null));
        fields.put("last", status.map(s -> s.last().index()).orElse(null));
        fields.put("durable", status.map(s -> s.durable().index()).orElse(null));
        fields.put("commit", status.map(Status::commitIndex).orElse(null));
        fields.put("applied", status.map(Status::applied).orElse(null));
        fields.put("snapshotIndex", status.map(Status::snapshotIndex).orElse(null));
        fields.put("trails", node.trails().isPresent() ? node.trails().getAsLong() : null);
        fields.put("lastContact", node.lastContact());
        fields.put("state", node.state());
        fields.put("storageId", status.map(Status::storage).orElse(null));
        fields.put("leaderContact", node.leaderContact());
        return fields;
    }

    private static Object[] cells(Node node) {
        Map<String, Object> fields = fields(node);
        Long contact = node.lastContact();
        List<Object> cells = new ArrayList<>(List.of(node.id(), node.role(), node.vote()));
        for (String field : List.of("term", "votedFor", "last", "commit", "applied", "snapshotIndex", "trails")) {
            cells.add(fields.get(field));
        }
        cells.add(contact == null ? null : contact + " ms");
        cells.add(node.state());
        return cells.toArray();
    }

    /** Of the newest term; among those the leader's own word first, then one that knows the leader. */
    private static Status newest(Collection<Status> answers) {
        return answers.stream()
                .max(Comparator.comparingLong(Status::term)
                        .thenComparing(ClusterView::leads)
                        .thenComparing(status -> status.leader().isPresent()))
                .orElseThrow();
    }

    private static Optional<Status> leading(Collection<Status> answers) {
        return answers.isEmpty()
                ? Optional.empty()
                : Optional.of(newest(answers)).filter(ClusterView::leads);
    }

    private static NavigableMap<String, String> addresses(Map<String, String> asked, Map<String, Status> answers) {
        NavigableMap<String, String> addresses = new TreeMap<>();
        answers.values().forEach(status -> status.peers().forEach(peer -> addresses.put(peer.node(), peer.address())));
        answers.forEach((address, status) -> addresses.put(status.node(), address));
        asked.forEach((id, address) -> {
            if (!addresses.containsValue(address)) {
                addresses.putIfAbsent(id, address);
            }
        });
        return addresses;
    }

    /** Whether it is named by a configuration, or by somebody, that does not know yet that it is no member any more. */
    private static boolean isGone(String id, String address, Status newest) {
        boolean named = !id.equals(address);
        return named && !newest.peers().isEmpty() && peer(newest, id).isEmpty();
    }

    private static Node node(String id, String address, Map<String, Status> answers) {
        Optional<Status> own = answers.values().stream()
                .filter(status -> status.node().equals(id))
                .findFirst();
        Status last = newest(answers.values());
        Optional<Peer> newest = peer(last, id);
        Optional<Peer> seen = leading(answers.values()).flatMap(leader -> peer(leader, id));
        boolean voter = newest.map(Peer::voter).orElse(last.peers().isEmpty());
        boolean outgoing = newest.map(Peer::outgoing).orElse(false);
        return new Node(id, address, voter, outgoing, own, seen, trails(own, seen, answers.values()));
    }

    private static Optional<Peer> peer(Status status, String id) {
        return status.peers().stream().filter(peer -> peer.node().equals(id)).findFirst();
    }

    private static OptionalLong trails(Optional<Status> own, Optional<Peer> seen, Collection<Status> answers) {
        long longest = answers.stream()
                .mapToLong(status -> status.last().index())
                .max()
                .orElse(0);
        long known = leading(answers).map(leader -> leader.last().index()).orElse(longest);
        Optional<Long> reached = own.map(status -> status.last().index())
                .or(() -> seen.map(Peer::matchIndex).filter(index -> index > 0));
        return reached.map(index -> OptionalLong.of(Math.max(0, known - index))).orElse(OptionalLong.empty());
    }

    private static boolean leads(Status status) {
        return role(status).equals(LEADER);
    }

    /** Servers speak of their role as the program does: PreCandidate. */
    private static String role(Status status) {
        return status.role().replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    }

    private static int compareLogs(Status one, Status other) {
        boolean atLeast = one.last().isAtLeastAsUpToDateAs(other.last());
        boolean atMost = other.last().isAtLeastAsUpToDateAs(one.last());
        return Boolean.compare(atLeast, atMost);
    }
}
