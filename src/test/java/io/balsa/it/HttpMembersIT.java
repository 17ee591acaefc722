package io.balsa.it;

import static io.balsa.it.HttpIT.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.balsa.it.HttpNodes.Answer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Changes of members as curl sees them: what is done, what is refused, and what may have been done. */
@Timeout(120)
final class HttpMembersIT {
    private static final String MEMBERS = "/api/v1/members";

    @TempDir
    private Path folder;

    private HttpNodes nodes;

    @AfterEach
    void stop() {
        if (nodes != null) {
            nodes.close();
        }
    }

    private void start(Map<String, Object> settings) throws Exception {
        nodes = new HttpNodes(folder, 3, settings);
        nodes.start(1, 2, 3);
        nodes.awaitReady(1, 2, 3);
        assertThat(nodes.put(1, "/api/v1/kv/first", "v").status())
                .as("the leader has committed something, and may change members")
                .isEqualTo(200);
    }

    @Test
    void aServerComesInIsGivenAVoteAndLosesItAgain() throws Exception {
        start(Map.of("raft.client.timeout", "30 s"));
        assertProblem(nodes.post(1, MEMBERS, "{\"promote\":[\"node-4\"]}"), 404, "no-such-member");
        nodes.join();

        Answer added = nodes.post(2, MEMBERS, add(4, ",\"promote\":[\"node-4\"]"));
        assertThat(roles(added)).containsExactly("voter", "voter", "voter", "voter");
        nodes.awaitReady(4);
        assertThat(nodes.put(4, "/api/v1/kv/k", "v").status()).isEqualTo(200);

        Answer demoted = nodes.post(4, MEMBERS, "{\"demote\":[\"node-4\"]}");
        assertThat(roles(demoted)).containsExactly("voter", "voter", "voter", "learner");
        assertProblem(nodes.post(1, MEMBERS, "{\"demote\":[\"node-1\",\"node-2\",\"node-3\"]}"), 409, "conflict");
        assertProblem(nodes.post(1, MEMBERS, "{\"renew\":[\"node-9\"]}"), 404, "no-such-member");
    }

    @Test
    void whoIsToVoteAndDoesNotAnswerIsAMemberWithoutAVote() throws Exception {
        start(Map.of("raft.membership.catch-up-timeout", "1 s"));
        Answer added = nodes.post(1, MEMBERS, add(4, ",\"promote\":[\"node-4\"]"));

        assertProblem(added, 504, "outcome-unknown");
        assertThat(added.json().get("outcome").asText()).isEqualTo("unknown");
        assertThat(added.json().get("retryable").asBoolean())
                .as("to ask again does no harm")
                .isTrue();
        assertThat(roles(nodes.get(2, MEMBERS))).containsExactly("voter", "voter", "voter", "learner");
        assertThat(roles(nodes.delete(3, MEMBERS + "/node-4"))).containsExactly("voter", "voter", "voter");
    }

    @Test
    void aMajorityThatDoesNotAnswerIsRiskedOnlyWhenThatIsSaid() throws Exception {
        start(Map.of());
        String leader = nodes.leader();
        List<Integer> followers = List.of(1, 2, 3).stream()
                .filter(number -> !leader.equals("node-" + number))
                .toList();
        int silent = followers.get(0);
        int leaving = followers.get(1);
        nodes.stop(silent);
        Patience.await("the leader misses node-" + silent, () -> silence(leaving, silent) > 2000);

        Answer refused = nodes.delete(leaving, MEMBERS + "/node-" + leaving);
        assertProblem(refused, 409, "conflict");
        assertThat(refused.json().get("outcome").asText()).isEqualTo("none");
        assertThat(refused.json().get("detail").asText()).contains("withoutQuorum");

        Answer forced = nodes.delete(leaving, MEMBERS + "/node-" + leaving + "?withoutQuorum=true");
        assertProblem(forced, 504, "outcome-unknown");
        nodes.start(silent);
        nodes.awaitListening(silent);
        Patience.await(
                "node-" + leaving + " is no member",
                () -> nodes.get(silent, MEMBERS).json().path("members").size() == 2);
    }

    private String add(int number, String more) {
        return "{\"add\":{\"node-%d\":\"%s\"}%s}".formatted(number, nodes.address(number), more);
    }

    private static List<String> roles(Answer answer) throws Exception {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json().get("members").findValuesAsText("role");
    }

    /** How long the leader has not heard a member, in milliseconds; 0 when it does not say. */
    private long silence(int asked, int member) throws Exception {
        for (JsonNode follower : nodes.get(asked, "/api/v1/replication").json().path("followers")) {
            if (follower.get("id").asText().equals("node-" + member)) {
                return follower.get("lastContact").asLong();
            }
        }
        return 0;
    }
}
