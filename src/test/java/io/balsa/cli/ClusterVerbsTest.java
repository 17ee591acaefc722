package io.balsa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.cli.Typed.Result;
import org.junit.jupiter.api.Test;

final class ClusterVerbsTest {
    private final InMemoryCluster cluster = new InMemoryCluster();
    private final Typed typed = new Typed(cluster);

    @Test
    void diagnoseSaysWhatIsWrongOnALineEachAndEndsWithNine() {
        Result found = typed.run("diagnose");

        assertThat(found.code()).isEqualTo(9);
        assertThat(found.text().lines().skip(1))
                .hasSize(2)
                .anyMatch(line -> line.matches("no-quorum +cluster .*1 of 2 voters answer.*"))
                .anyMatch(line -> line.matches("node-down +n2 +0 s +it does not answer at a2 .*start it by .*"));
        assertThat(found.err()).startsWith("error: 2 things look wrong\nhint: begin with no-quorum: ");
        assertThat(typed.run("diagnose", "--json").text())
                .startsWith("{\"clusterId\":\"demo\",\"group\":\"main\",\"ok\":false,\"findings\":[{");
    }

    @Test
    void diagnoseLeavesOutWhatIsMeantToBeSo() {
        Result fine = typed.run("diagnose", "--except", "no-quorum,node-down");

        assertThat(fine.code()).isZero();
        assertThat(fine.text()).startsWith("nothing looks wrong");
        assertThat(typed.run("diagnose", "--except", "bad-weather").code()).isEqualTo(2);
    }

    @Test
    void statusShowsAlsoWhoDoesNotAnswer() {
        Result status = typed.run("status");

        assertThat(status.code()).isZero();
        assertThat(status.text()).isEqualTo("""
                        cluster demo  group main  term 1  leader n1  quorum ok (2 of 2)
                        NODE  ROLE     VOTER  TERM  VOTED  LAST  COMMIT  APPLIED  SNAPSHOT  TRAILS  CONTACT  STATE
                        n1    leader   yes       1  n1        1       1        1         0       0     0 ms  leading
                        n2    unknown  yes       -  -         -       -        -         -       0    15 ms  unreachable
                        """);
    }

    @Test
    void showsTheLeaderUnderBothNames() {
        assertThat(typed.run("-o", "text", "leader", "show").text()).isEqualTo("n1\n");
        assertThat(typed.run("currentLeader").text()).isEqualTo("""
                LEADER  ADDRESS  TERM
                n1      a1          1
                """);
        assertThat(typed.run("-o", "json", "leader", "show").text())
                .isEqualTo("{\"leader\":\"n1\",\"address\":\"a1\",\"term\":1}\n");
    }

    @Test
    void withoutALeaderItIsUnavailable() {
        cluster.loseLeader();

        Result show = typed.run("leader", "show");

        assertThat(show.code()).isEqualTo(3);
        assertThat(show.err()).startsWith("error: there is no leader in term 1\n");
        assertThat(typed.run("replication").code()).isEqualTo(3);
        assertThat(typed.run("status").code()).isZero();
    }

    @Test
    void listsMembersUnderBothNames() {
        String expected = """
                NODE  ADDRESS  VOTER  STATE
                n1    a1       yes    leading
                n2    a2       yes    unreachable
                """;

        assertThat(typed.run("member", "list").text()).isEqualTo(expected);
        assertThat(typed.run("nodes").text()).isEqualTo(expected);
        assertThat(typed.run("-o", "json", "nodes").text())
                .startsWith("{\"members\":[{\"id\":\"n1\",\"address\":\"a1\",\"voter\":true,\"state\":\"leading\","
                        + "\"role\":");
    }

    @Test
    void showsWhatEveryFollowerNeedsUnderBothNames() {
        String expected = """
                leader n1  term 1  last 1  commit 1
                NODE  NEXT  MATCH  TRAILS  CONTACT  STATE
                n2       2      1       0    15 ms  replicating
                """;

        assertThat(typed.run("replication").text()).isEqualTo(expected);
        assertThat(typed.run("showPrevLogIndex").text()).isEqualTo(expected);
        assertThat(typed.run("-o", "json", "replication").text())
                .isEqualTo("{\"leader\":\"n1\",\"term\":1,\"last\":1,\"commit\":1,\"followers\":[{\"id\":\"n2\","
                        + "\"nextIndex\":2,\"matchIndex\":1,\"trails\":0,\"lastContact\":15,"
                        + "\"state\":\"replicating\"}]}\n");
    }
}
