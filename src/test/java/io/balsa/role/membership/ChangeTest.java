package io.balsa.role.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.model.Configuration;
import io.balsa.model.NodeId;
import io.balsa.protocol.reply.AdminReply.MembersChanged.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** §6 as sets: by which configurations a change goes, and which changes are refused. */
final class ChangeTest {
    private static final int SERVERS = 5;
    private static final int SUBSETS = 1 << SERVERS;

    /** "There is no time when C_old and C_new can both make unilateral decisions": for all pairs up to five servers. */
    @Test
    void consecutiveConfigurationsNeverDecideWithoutEachOther() {
        int steps = 0;
        for (int pair = 0; pair < SUBSETS * SUBSETS; pair++) {
            int from = pair / SUBSETS;
            int to = pair % SUBSETS;
            if (from > 0 && to > 0) {
                List<Configuration> path = path(voting(from), toVoters(from, to));
                assertThat(path.get(path.size() - 1).voters()).isEqualTo(nodes(to));
                steps += agreeing(path);
            }
        }
        assertThat(steps).isEqualTo(2 * (31 * 31 - 31));
    }

    private static int agreeing(List<Configuration> path) {
        for (int i = 1; i < path.size(); i++) {
            assertThat(canDisagree(path.get(i - 1), path.get(i)))
                    .as("%s and %s", path.get(i - 1), path.get(i))
                    .isFalse();
        }
        return path.size() - 1;
    }

    /** Without this, the test above might pass because nothing can disagree with anything. */
    @Test
    void configurationsThatSkipTheJointOneCouldDisagree() {
        assertThat(canDisagree(voting(0b00111), voting(0b11100))).isTrue();
    }

    @Test
    void whoIsAddedDoesNotVoteYet() {
        Change add = new Change(addresses("n9"), none(), none(), none(), none());
        Configuration next = add.next(three(), Map.of());
        assertThat(next.voters()).isEqualTo(three().voters());
        assertThat(next.isLearner(NodeId.of("n9"))).isTrue();
        assertThat(next.isJoint()).isFalse();
        assertThat(add.next(next, Map.of())).isEqualTo(next);
    }

    @Test
    void aReplacedServerLeavesWhenTheOtherHasItsVote() {
        Change replace = new Change(addresses("n9"), nodes("n9"), none(), nodes("n1"), none());
        Configuration learning = replace.next(three(), Map.of());
        assertThat(replace.awaited(three())).isEmpty();
        assertThat(replace.awaited(learning)).isEqualTo(nodes("n9"));

        Configuration joint = replace.next(learning, Map.of(NodeId.of("n9"), 99L));
        assertThat(joint.outgoing()).isEqualTo(nodes("n1", "n2", "n3"));
        assertThat(joint.voters()).isEqualTo(nodes("n2", "n3", "n9"));
        assertThat(joint.storageOf(NodeId.of("n9"))).contains(99L);

        Configuration after = joint.completed();
        assertThat(after.members().keySet()).isEqualTo(nodes("n2", "n3", "n9"));
        assertThat(replace.next(after, Map.of())).isEqualTo(after);
    }

    @Test
    void whoLostItsFolderLosesItsVoteAndIsHeldToTheNewOneWhenItGetsItBack() {
        NodeId n1 = NodeId.of("n1");
        Change renew = new Change(new TreeMap<>(), none(), none(), none(), nodes("n1"));
        Configuration joint = renew.next(three(), Map.of(n1, 1L));
        assertThat(joint.storageOf(n1))
                .as("the old folder, while its vote counts")
                .contains(1L);

        Configuration learning = joint.completed();
        assertThat(learning.isLearner(n1)).isTrue();
        assertThat(learning.storageOf(n1)).isEmpty();

        Change rest = renew.renewed(three());
        assertThat(rest.awaited(learning)).isEqualTo(nodes("n1"));
        Configuration again = rest.next(learning, Map.of(n1, 2L)).completed();
        assertThat(again.storageOf(n1)).contains(2L);
        assertThat(rest.next(again, Map.of(n1, 2L))).isEqualTo(again);
    }

    @Test
    void aVoterThatIsDemotedStaysAsALearner() {
        Change demote = new Change(new TreeMap<>(), none(), nodes("n3"), none(), none());
        Configuration after = demote.next(three(), Map.of()).completed();
        assertThat(after.isLearner(NodeId.of("n3"))).isTrue();
        assertThat(after.voters()).isEqualTo(nodes("n1", "n2"));
    }

    @Test
    void refusesWhatMakesNoSense() {
        assertThat(refusal(none(), nodes("n1", "n2", "n3"))).isEqualTo(List.of(Refusal.SENSELESS));
        assertThat(refusal(nodes("n1"), nodes("n1"))).isEqualTo(List.of(Refusal.SENSELESS));
        assertThat(refusal(nodes("n9"), none())).isEqualTo(List.of(Refusal.NOT_A_MEMBER));
        assertThat(refusal(none(), nodes("n1"))).isEmpty();
        assertThat(refusal(nodes("n1"), none())).as("what is so already").isEmpty();
    }

    @Test
    void anAddressBelongsToOneServer() {
        SortedMap<NodeId, String> taken = new TreeMap<>(Map.of(NodeId.of("n9"), "address of n1"));
        assertThat(new Change(taken, none(), none(), none(), none()).refusal(three()))
                .contains(Refusal.TAKEN);
        SortedMap<NodeId, String> moved = new TreeMap<>(Map.of(NodeId.of("n1"), "elsewhere"));
        assertThat(new Change(moved, none(), none(), none(), none()).refusal(three()))
                .contains(Refusal.TAKEN);
        assertThat(new Change(addresses("n1"), none(), none(), none(), none()).refusal(three()))
                .isEmpty();
    }

    @Test
    void aMajorityOfThoseWhoWillVoteMustBeUp() {
        Change remove = new Change(new TreeMap<>(), none(), none(), nodes("n1"), none());
        assertThat(remove.hasQuorum(three(), nodes("n1", "n2"))).isFalse();
        assertThat(remove.hasQuorum(three(), nodes("n2", "n3"))).isTrue();
        Change replace = new Change(addresses("n9"), nodes("n9"), none(), nodes("n3"), none());
        assertThat(replace.hasQuorum(three(), nodes("n1")))
                .as("who is promoted is up")
                .isTrue();
        Change keep = new Change(addresses("n9"), nodes("n2", "n9"), none(), nodes("n1", "n3"), none());
        assertThat(keep.hasQuorum(three(), nodes("n1", "n3")))
                .as("who votes already is not waited for")
                .isFalse();
        Change renew = new Change(new TreeMap<>(), none(), none(), none(), nodes("n3"));
        assertThat(renew.hasQuorum(three(), nodes("n1"))).isFalse();
    }

    private static List<Refusal> refusal(SortedSet<NodeId> promote, SortedSet<NodeId> remove) {
        return new Change(new TreeMap<>(), promote, none(), remove, none())
                .refusal(three()).stream().toList();
    }

    private static List<Configuration> path(Configuration from, Change change) {
        List<Configuration> path = new ArrayList<>(List.of(from));
        Configuration next = change.next(from, Map.of());
        while (!next.equals(path.get(path.size() - 1))) {
            path.add(next);
            next = next.isJoint() ? next.completed() : change.next(next, Map.of());
        }
        return path;
    }

    private static Change toVoters(int from, int to) {
        SortedSet<NodeId> promote = nodes(to & ~from);
        return new Change(new TreeMap<>(), promote, nodes(from & ~to), none(), none());
    }

    /** Whether two sets of servers that share nobody could each be a quorum. */
    private static boolean canDisagree(Configuration one, Configuration other) {
        for (int some = 0; some < SUBSETS; some++) {
            if (one.isQuorum(nodes(some)) && other.isQuorum(nodes(~some))) {
                return true;
            }
        }
        return false;
    }

    private static Configuration three() {
        return new Configuration(addresses("n1", "n2", "n3"), nodes("n1", "n2", "n3"), none());
    }

    private static Configuration voting(int bits) {
        return new Configuration(addresses("n1", "n2", "n3", "n4", "n5"), nodes(bits), none());
    }

    private static SortedMap<NodeId, String> addresses(String... names) {
        SortedMap<NodeId, String> addresses = new TreeMap<>();
        nodes(names).forEach(node -> addresses.put(node, "address of " + node));
        return addresses;
    }

    private static SortedSet<NodeId> none() {
        return nodes(0);
    }

    private static SortedSet<NodeId> nodes(String... names) {
        SortedSet<NodeId> nodes = new TreeSet<>();
        Set.of(names).forEach(name -> nodes.add(NodeId.of(name)));
        return nodes;
    }

    private static SortedSet<NodeId> nodes(int bits) {
        SortedSet<NodeId> nodes = new TreeSet<>();
        for (int number = 1; number <= SERVERS; number++) {
            if ((bits >> (number - 1) & 1) == 1) {
                nodes.add(NodeId.of("n" + number));
            }
        }
        return nodes;
    }
}
