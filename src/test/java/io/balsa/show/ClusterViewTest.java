package io.balsa.show;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.model.EntryId;
import io.balsa.protocol.reply.AdminReply.Peer;
import io.balsa.protocol.reply.AdminReply.Status;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class ClusterViewTest {
    private static final Map<String, String> ASKED = Map.of("n1", "a1", "n2", "a2", "n3", "a3");

    private final Status leader = status("n1", "Leader", 3, 10)
            .peers(
                    new Peer("n2", "a2", true, false, 11, 10, 12, 0, "replicating"),
                    new Peer("n3", "a3", true, false, 5, 4, 9000, 0, "quiet"));
    private final Status follower = status("n2", "Follower", 3, 10).peers(others("n1", "n3"));

    @Test
    void showsWhoLeadsWhoFollowsAndWhoDoesNotAnswer() {
        ClusterView view = ClusterView.of(ASKED, Map.of("a1", leader, "a2", follower));

        assertThat(view.toAnswer().in(Answer.Format.TABLE)).asString().isEqualTo("""
                cluster demo  group main  term 3  leader n1  quorum ok (2 of 3)
                NODE  ROLE      VOTER  TERM  VOTED  LAST  COMMIT  APPLIED  SNAPSHOT  TRAILS  CONTACT  STATE
                n1    leader    yes       3  n1       10      10       10         0       0     0 ms  leading
                n2    follower  yes       3  n1       10      10       10         0       0    12 ms  replicating
                n3    unknown   yes       -  -         -       -        -         -       6  9000 ms  unreachable
                """);
    }

    @Test
    void tellsWhoseVoteCountsOnlyUntilAChangeOfMembersIsDone() {
        Peer outgoing = new Peer("n2", "a2", true, true, 11, 10, 12, 0, "replicating");
        Peer learner = new Peer("n3", "a3", false, false, 11, 10, 12, 0, "replicating");
        ClusterView view =
                ClusterView.of(ASKED, Map.of("a1", status("n1", "Leader", 3, 10).peers(outgoing, learner)));

        assertThat(view.nodes().get("n2").vote()).isEqualTo("outgoing");
        assertThat(view.nodes().get("n3").vote()).isEqualTo("no");
        assertThat(view.toAnswer().in(Answer.Format.TABLE)).asString().contains("unknown  outgoing");
    }

    @Test
    void hasStableJsonFields() {
        ClusterView view = ClusterView.of(ASKED, Map.of("a1", leader));

        assertThat(view.toAnswer().in(Answer.Format.JSON))
                .asString()
                .startsWith("{\"clusterId\":\"demo\",\"group\":\"main\",\"term\":3,\"leader\":\"n1\",\"quorum\":\"ok\","
                        + "\"quorumSize\":2,\"voters\":3,"
                        + "\"nodes\":[{\"id\":\"n1\",\"address\":\"a1\",\"reachable\":true,\"role\":\"leader\","
                        + "\"voter\":true,\"term\":3,\"votedFor\":\"n1\",\"last\":10,\"durable\":10,"
                        + "\"commit\":10,\"applied\":10,"
                        + "\"snapshotIndex\":0,\"trails\":0,\"lastContact\":0,\"state\":\"leading\","
                        + "\"storageId\":\"5f\",\"leaderContact\":0}")
                .contains("{\"id\":\"n3\",\"address\":\"a3\",\"reachable\":false,\"role\":\"unknown\",\"voter\":true,"
                        + "\"term\":null,\"votedFor\":null,\"last\":null");
    }

    @Test
    void tellsWhenAFollowerHeardItsLeader() {
        Peer peer = new Peer("n1", "a1", true, false, 0, 0, 42, 0, "connected");
        ClusterView view = ClusterView.of(
                ASKED,
                Map.of("a1", leader, "a2", status("n2", "Follower", 3, 10).peers(peer)));

        assertThat(view.nodes().get("n2").leaderContact()).isEqualTo(42);
        assertThat(view.nodes().get("n3").leaderContact()).isNull();
    }

    @Test
    void believesTheNewerTermAgainstADeposedLeader() {
        Status deposed = status("n1", "Leader", 3, 12).peers(others("n2", "n3"));
        Status elected = status("n2", "Leader", 4, 11).peers(others("n1", "n3"));

        ClusterView view = ClusterView.of(ASKED, Map.of("a1", deposed, "a2", elected));

        assertThat(view.term()).isEqualTo(4);
        assertThat(view.leader()).contains("n2");
        assertThat(view.leaderAddress()).contains("a2");
    }

    @Test
    void knowsALeaderThatItCannotReachFromItsFollowers() {
        ClusterView view = ClusterView.of(ASKED, Map.of("a2", follower));

        assertThat(view.leader()).contains("n1");
        assertThat(view.leading()).isEmpty();
        assertThat(view.quorum()).isTrue();
        assertThat(view.nodes().get("n1").state()).isEqualTo("unreachable");
    }

    @Test
    void saysThatTheQuorumIsLostWhenNobodyLeads() {
        Status alone = new Draft("n2", "PreCandidate", 3, 10, Optional.empty(), false).peers(others("n1", "n3"));

        ClusterView view = ClusterView.of(ASKED, Map.of("a2", alone));

        assertThat(view.quorum()).isFalse();
        assertThat(view.nodes().get("n2").role()).isEqualTo("pre-candidate");
        assertThat(view.toAnswer().in(Answer.Format.TABLE)).asString().contains("leader none  quorum lost");
    }

    @Test
    void learnsTheOtherMembersFromOneOfThem() {
        ClusterView view = ClusterView.of(Map.of("a1", "a1"), Map.of("a1", leader));

        assertThat(view.nodes()).containsOnlyKeys("n1", "n2", "n3");
        assertThat(view.nodes().get("n1").address()).isEqualTo("a1");
    }

    @Test
    void showsAnUnknownAddressThatDoesNotAnswer() {
        ClusterView view = ClusterView.of(Map.of("a1", "a1", "a9", "a9"), Map.of("a1", leader));

        assertThat(view.nodes()).containsOnlyKeys("a9", "n1", "n2", "n3");
        assertThat(view.toAnswer().in(Answer.Format.TABLE)).asString().contains("(2 of 3)");
    }

    @Test
    void leavesOutWhoIsNoMemberByTheNewestWord() {
        Status removed = status("n3", "Follower", 2, 9).peers(others("n1", "n2"));
        Status elected =
                status("n2", "Leader", 3, 11).peers(new Peer("n1", "a1", true, false, 0, 0, 20, 0, "connected"));

        ClusterView view = ClusterView.of(ASKED, Map.of("a2", elected, "a3", removed));

        assertThat(view.nodes()).containsOnlyKeys("n1", "n2");
        assertThat(view.toAnswer().in(Answer.Format.TABLE)).asString().contains("(2 of 2)");
    }

    @Test
    void prefersTheLongestNewestLogWhenThereIsNoLeader() {
        Status longer = new Draft("n1", "Follower", 3, 20, Optional.empty(), false).peers(others("n2", "n3"));
        Status newer = new Draft("n2", "Follower", 4, 10, Optional.empty(), false).peers(others("n1", "n3"));

        assertThat(ClusterView.of(ASKED, Map.of("a1", longer, "a2", newer))
                        .mostUpToDate()
                        .orElseThrow()
                        .id())
                .isEqualTo("n2");
    }

    private static Draft status(String node, String role, long term, long last) {
        return new Draft(node, role, term, last, Optional.of(role.equals("Leader") ? node : "n1"), true);
    }

    private static Peer[] others(String one, String other) {
        return new Peer[] {
            new Peer(one, "a" + one.charAt(1), true, false, 0, 0, 20, 0, "connected"),
            new Peer(other, "a" + other.charAt(1), true, false, 0, 0, -1, 0, "quiet")
        };
    }

    /** A status that still lacks its peers; all of its log is committed and applied, and of its own term. */
    private record Draft(String node, String role, long term, long last, Optional<String> leader, boolean quorum) {
        Status peers(Peer... peers) {
            EntryId end = new EntryId(last, term);
            Peer self = new Peer(node, "a" + node.charAt(1), true, false, last + 1, last, 0, 0, "self");
            return new Status(
                    1,
                    "demo",
                    "main",
                    node,
                    role,
                    term,
                    Optional.of("n1"),
                    leader,
                    quorum,
                    end,
                    end,
                    last,
                    last,
                    1,
                    0,
                    "5f",
                    Stream.concat(Stream.of(self), Stream.of(peers)).toList());
        }
    }
}
