package io.balsa.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ConfigurationTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
    void aQuorumIsMoreThanHalf(int size) {
        Configuration configuration = of(size);
        for (int count = 0; count <= size; count++) {
            assertThat(configuration.isQuorum(nodes(1, count)))
                    .as("%d of %d", count, size)
                    .isEqualTo(2 * count > size);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
    void anyTwoQuorumsShareAVoter(int size) {
        Configuration configuration = of(size);
        for (int one = 0; one < 1 << size; one++) {
            Set<NodeId> rest = complement(one, size);
            boolean both = configuration.isQuorum(subset(one, size)) && configuration.isQuorum(rest);
            assertThat(both).as("a set and its complement, both quorums").isFalse();
        }
    }

    @Test
    void strangersDoNotCount() {
        Set<NodeId> nodes = new HashSet<>(nodes(1, 1));
        nodes.add(NodeId.of("stranger"));
        nodes.add(NodeId.of("another"));
        assertThat(of(3).isQuorum(nodes)).isFalse();
    }

    @Test
    void whileJointBothHalvesMustAgree() {
        Configuration joint = new Configuration(members(5), new TreeSet<>(nodes(3, 3)), new TreeSet<>(nodes(1, 3)));
        assertThat(joint.isQuorum(nodes(1, 2))).isFalse();
        assertThat(joint.isQuorum(nodes(4, 2))).isFalse();
        assertThat(joint.isQuorum(nodes(2, 3))).isTrue();
    }

    @Test
    void votersStandInARing() {
        assertThat(of(3).voterAfter(node(1))).contains(node(2));
        assertThat(of(3).voterAfter(node(3))).contains(node(1));
        assertThat(of(1).voterAfter(node(1))).isEmpty();
        Configuration withLearner = new Configuration(members(3), new TreeSet<>(nodes(1, 2)), new TreeSet<>());
        assertThat(withLearner.voterAfter(node(2))).as("not the learner").contains(node(1));
        assertThat(withLearner.voterAfter(node(3)))
                .as("of one that is no voter itself")
                .contains(node(1));
    }

    @Test
    void theQuorumReachedIsWhatMoreThanHalfHave() {
        Map<NodeId, Long> match = Map.of(node(1), 9L, node(2), 5L, node(3), 7L, node(4), 1L);
        assertThat(of(3).quorumReached(match::get)).isEqualTo(7);
        assertThat(of(4).quorumReached(match::get)).isEqualTo(5);
        assertThat(of(1).quorumReached(match::get)).isEqualTo(9);
    }

    @Test
    void whileJointTheSlowerHalfDecides() {
        Configuration joint = new Configuration(members(5), new TreeSet<>(nodes(3, 3)), new TreeSet<>(nodes(1, 3)));
        Map<NodeId, Long> match = Map.of(node(1), 9L, node(2), 9L, node(3), 9L, node(4), 2L, node(5), 1L);
        assertThat(joint.quorumReached(match::get)).isEqualTo(2);
    }

    @Test
    void aVoterMustBeAMember() {
        assertThatThrownBy(() -> new Configuration(members(2), new TreeSet<>(nodes(1, 3)), new TreeSet<>()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static Configuration of(int size) {
        return Configuration.of(members(size));
    }

    private static SortedMap<NodeId, String> members(int size) {
        SortedMap<NodeId, String> members = new TreeMap<>();
        nodes(1, size).forEach(node -> members.put(node, "address of " + node));
        return members;
    }

    private static NodeId node(int number) {
        return NodeId.of("n" + number);
    }

    private static Set<NodeId> nodes(int first, int count) {
        Set<NodeId> nodes = new TreeSet<>();
        for (int number = first; number < first + count; number++) {
            nodes.add(node(number));
        }
        return nodes;
    }

    private static Set<NodeId> subset(int bits, int size) {
        Set<NodeId> nodes = new TreeSet<>();
        for (int number = 1; number <= size; number++) {
            if ((bits >> (number - 1) & 1) == 1) {
                nodes.add(node(number));
            }
        }
        return nodes;
    }

    private static Set<NodeId> complement(int bits, int size) {
        return subset(~bits, size);
    }
}
