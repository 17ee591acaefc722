package io.balsa.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.balsa.it.HttpNodes.Answer;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Three nodes as curl sees them: statuses, headers, problems; any node serves any request. */
@Timeout(120)
final class HttpIT {
    private static final int LIMIT = 64 * 1024;

    @TempDir
    private static Path folder;

    private static HttpNodes nodes;

    @BeforeAll
    static void start() throws Exception {
        nodes = new HttpNodes(
                folder, 3, Map.of("raft.http.max-body-size", LIMIT, "raft.http.courtesy", "on", "raft.priority", 1));
        nodes.start(1, 2, 3);
        nodes.awaitReady(1, 2, 3);
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void anyNodeTakesAValueAndAnyOtherShowsIt(int number) throws Exception {
        byte[] value = {0, (byte) 0xff, '\n', 7};
        String path = "/api/v1/kv/bytes-" + number;

        Answer put = nodes.send(number, "PUT " + path, BodyPublishers.ofByteArray(value));
        Answer got = nodes.get(number % 3 + 1, path);

        assertThat(put.status()).isEqualTo(200);
        assertThat(put.json().get("index").asLong()).isPositive();
        assertThat(got.status()).isEqualTo(200);
        assertThat(got.body()).isEqualTo(value);
        assertThat(got.header("Content-Type")).isEqualTo("application/octet-stream");
        assertThat(got.header("ETag")).isEqualTo(put.header("ETag")).matches("\"[A-Za-z0-9_-]{43}\"");
        assertThat(nodes.delete(number, path).status()).isEqualTo(200);
        assertProblem(nodes.delete(number, path), 404, "no-such-key");
        assertProblem(nodes.get(number, path), 404, "no-such-key");
    }

    @Test
    void whatIsTooLargeOrMalformedForTheParserIsAProblemToo() throws Exception {
        assertProblem(nodes.get(1, "/" + "x".repeat(20_000)), 414, "target-too-long");
        assertProblem(nodes.get(1, "/alive", "X-Long", "x".repeat(20_000)), 431, "head-too-large");
    }

    @Test
    void aKeyMayHoldAnyCharacterButNoOtherBytes() throws Exception {
        assertThat(nodes.put(1, "/api/v1/kv/a%2Fb%20%C3%A4", "v").status()).isEqualTo(200);
        assertThat(nodes.get(2, "/api/v1/kv/a%2Fb%20%C3%A4").text()).isEqualTo("v");
        assertProblem(nodes.get(2, "/api/v1/kv/a/b"), 404, "no-such-resource");
        assertProblem(nodes.get(2, "/api/v1/kv/%FF"), 400, "bad-request");
        assertProblem(nodes.put(1, "/api/v1/kv/" + "k".repeat(4097), "v"), 400, "bad-request");
        assertThat(nodes.put(1, "/api/v1/kv/" + "%6B".repeat(4096), "v").status())
                .as("a key as long as keys may be")
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"linearizable", "lease", "stale", "stale&maxAgeMs=60000"})
    void aReadIsAsFreshAsIsAskedFor(String consistency) throws Exception {
        nodes.put(1, "/api/v1/kv/fresh", "v");
        Patience.await(
                "all have applied it",
                () -> nodes.get(3, "/api/v1/kv/fresh?consistency=stale").status() == 200);

        assertThat(nodes.get(3, "/api/v1/kv/fresh?consistency=" + consistency).text())
                .isEqualTo("v");
    }

    @ParameterizedTest
    @CsvSource({
        "kv/k?consistency=eventual",
        "kv/k?consistency=lease&maxAgeMs=5",
        "kv/k?maxAgeMs=soon",
        "kv/k?colour=blue",
        "log?from=0",
        "log?limit=-1"
    })
    void aWishThatMakesNoSenseIsNotGranted(String path) throws Exception {
        assertProblem(nodes.get(1, "/api/v1/" + path), 400, "bad-request");
    }

    @Test
    void aWriteDependsOnTheTagOfWhatWasRead() throws Exception {
        String path = "/api/v1/kv/cas";
        nodes.put(1, path, "one");
        String tag = nodes.get(2, path).header("ETag");

        Answer first = nodes.put(2, path, "two", "If-Match", tag);
        assertThat(first.status()).as(first.text()).isEqualTo(200);
        assertProblem(nodes.put(3, path, "three", "If-Match", tag), 412, "mismatch");
        assertThat(nodes.put(3, path, "three", "If-Match", first.header("ETag")).status())
                .isEqualTo(200);
        assertThat(nodes.get(1, path).text()).isEqualTo("three");
        assertProblem(nodes.put(1, "/api/v1/kv/absent", "v", "If-Match", tag), 412, "mismatch");
        assertThat(nodes.get(1, path, "If-None-Match", nodes.get(1, path).header("ETag"))
                        .status())
                .isEqualTo(304);
    }

    @Test
    void aValueCanBeStoredOnlyIfThereIsNone() throws Exception {
        String path = "/api/v1/kv/once";

        assertThat(nodes.put(1, path, "first", "If-None-Match", "*").status()).isEqualTo(200);
        assertProblem(nodes.put(2, path, "second", "If-None-Match", "*"), 412, "mismatch");
        assertThat(nodes.get(3, path).text()).isEqualTo("first");
    }

    @Test
    void aConditionThatCannotBeKeptIsRefused() throws Exception {
        String path = "/api/v1/kv/conditions";
        nodes.put(1, path, "v");

        assertProblem(nodes.put(1, path, "w", "If-Match", "*"), 400, "unsupported-precondition");
        assertProblem(nodes.put(1, path, "w", "If-Match", "\"a\", \"b\""), 400, "unsupported-precondition");
        assertProblem(nodes.put(1, path, "w", "If-None-Match", "\"a\""), 400, "unsupported-precondition");
        assertProblem(
                nodes.put(1, path, "w", "If-Match", "\"a\"", "Idempotency-Key", "1:1"),
                400,
                "unsupported-precondition");
        assertProblem(nodes.delete(1, path, "If-Match", "\"a\""), 400, "unsupported-precondition");
        assertThat(nodes.get(1, path).text()).isEqualTo("v");
    }

    @Test
    void aCommandUnderOneKeyIsAppliedOnceWhereverItIsSent() throws Exception {
        String key = session(1) + ":1";
        String command = "{\"op\":\"incr\",\"key\":\"counted\",\"by\":5}";

        Answer first = nodes.post(1, "/api/v1/commands", command, "Idempotency-Key", key);
        for (int number = 1; number <= 3; number++) {
            Answer again = nodes.post(number, "/api/v1/commands", command, "Idempotency-Key", key);
            assertThat(again.json()).isEqualTo(first.json());
        }

        assertThat(first.json().get("value").asLong()).isEqualTo(5);
        assertThat(nodes.get(2, "/api/v1/kv/counted").text()).isEqualTo("5");
        assertThat(nodes.post(2, "/api/v1/commands", command)
                        .json()
                        .get("value")
                        .asLong())
                .as("without a key it is another command")
                .isEqualTo(10);
    }

    @Test
    void aKeyOfASessionThatHasEndedIsRefusedAndLeavesTheOutcomeOpen() throws Exception {
        long session = session(1);
        String path = "/api/v1/kv/ended";
        nodes.put(1, path, "one", "Idempotency-Key", session + ":1");
        assertThat(nodes.delete(2, "/api/v1/sessions/" + session).status()).isEqualTo(200);

        Answer again = nodes.put(3, path, "two", "Idempotency-Key", session + ":1");

        assertProblem(again, 409, "session-expired");
        assertThat(again.json().get("outcome").asText()).isEqualTo("unknown");
        assertThat(nodes.get(1, path).text()).isEqualTo("one");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "a:b", "0:1", "1:0", "1:-1", "99999999999999999999:1"})
    void anIdempotencyKeyIsTwoNumbers(String key) throws Exception {
        assertProblem(nodes.put(1, "/api/v1/kv/k", "v", "Idempotency-Key", key), 400, "bad-request");
    }

    @Test
    void commandsAreJsonOrBytes() throws Exception {
        nodes.post(1, "/api/v1/commands", "{\"op\":\"put\",\"key\":\"c\",\"value\":\"one\"}");
        assertThat(nodes.post(
                                2,
                                "/api/v1/commands",
                                "{\"op\":\"cas\",\"key\":\"c\",\"expected\":\"one\",\"value\":\"two\"}")
                        .status())
                .isEqualTo(200);
        assertProblem(
                nodes.post(
                        2, "/api/v1/commands", "{\"op\":\"cas\",\"key\":\"c\",\"expected\":\"one\",\"value\":\"x\"}"),
                412,
                "mismatch");
        assertProblem(nodes.post(2, "/api/v1/commands", "{\"op\":\"incr\",\"key\":\"c\"}"), 409, "not-a-number");
        assertThat(nodes.get(3, "/api/v1/kv/c").text()).isEqualTo("two");
        assertThat(nodes.post(1, "/api/v1/commands", "{\"op\":\"del\",\"key\":\"c\"}")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void bytesAreForTheMachineToRead() throws Exception {
        Answer raw = nodes.send(
                1, "POST /api/v1/commands", BodyPublishers.ofString("?"), "Content-Type", "application/octet-stream");
        assertThat(raw.status()).isEqualTo(200);
        assertThat(Long.parseLong(raw.header("Raft-Index"))).isPositive();
        assertThat(raw.body())
                .as("the machine says that it knows no such command")
                .containsExactly(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"op\":\"fly\"}",
                "{\"op\":\"put\",\"key\":\"k\"}",
                "{\"op\":\"put\",\"key\":\"\",\"value\":\"v\"}",
                "{\"op\":\"incr\",\"key\":\"k\",\"by\":1.5}",
                "{\"op\":\"append\",\"text\":\"t\",\"colour\":1}",
                "{\"op\":\"append\",\"op\":\"append\",\"text\":\"t\"}",
                "{\"op\":[[[[[[[[[[[[]]]]]]]]]]]]}",
                "{\"op\":\"append\",\"text\":\"t\"} {}",
                "[]",
                "{",
                "nothing"
            })
    void aCommandThatIsNoneIsRefused(String body) throws Exception {
        assertProblem(nodes.post(1, "/api/v1/commands", body), 400, "bad-request");
    }

    @Test
    void whatIsNotThereIsSaidSo() throws Exception {
        assertProblem(nodes.get(1, "/api/v1/nothing"), 404, "no-such-resource");
        assertProblem(nodes.get(1, "/nothing"), 404, "no-such-resource");
        Answer wrong = nodes.post(1, "/api/v1/kv/k", "{}");
        assertProblem(wrong, 405, "method-not-allowed");
        assertThat(wrong.header("Allow")).isEqualTo("GET, PUT, DELETE");
        assertProblem(
                nodes.send(1, "POST /api/v1/members", BodyPublishers.ofString("<a/>"), "Content-Type", "text/xml"),
                415,
                "unsupported-media-type");
        assertThat(nodes.send(1, "HEAD /alive", BodyPublishers.noBody()).status())
                .isEqualTo(200);
    }

    @Test
    void aPageOfAnotherServerChangesNothing() throws Exception {
        assertProblem(nodes.post(1, "/api/v1/snapshot", "", "Origin", "http://evil.example"), 403, "foreign-origin");
        assertThat(nodes.get(1, "/api/v1/status", "Origin", "http://evil.example")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aBodyThatIsTooLargeIsRefused() throws Exception {
        byte[] large = new byte[LIMIT + 1];

        assertProblem(nodes.send(1, "PUT /api/v1/kv/l", BodyPublishers.ofByteArray(large)), 413, "too-large");
        assertProblem(
                nodes.send(1, "PUT /api/v1/kv/l", BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large))),
                413,
                "too-large");
        assertThat(nodes.send(1, "PUT /api/v1/kv/l", BodyPublishers.ofByteArray(new byte[LIMIT]))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void theClusterIsShownByEveryNode() throws Exception {
        for (int number = 1; number <= 3; number++) {
            JsonNode status = nodes.get(number, "/api/v1/status").json();
            assertThat(status.get("quorum").asText()).isEqualTo("ok");
            assertThat(status.get("nodes")).hasSize(3);
            assertThat(nodes.get(number, "/api/v1/members").json().get("members"))
                    .hasSize(3);
            JsonNode replication = nodes.get(number, "/api/v1/replication").json();
            assertThat(replication.get("leader").asText()).isEqualTo(nodes.leader());
            assertThat(replication.get("followers")).hasSize(2);
        }
    }

    @Test
    void theLogIsShownInPages() throws Exception {
        nodes.put(1, "/api/v1/kv/logged", "v");

        JsonNode newest = nodes.get(2, "/api/v1/log?limit=1").json();
        JsonNode first = nodes.get(2, "/api/v1/log?from=1&limit=2&node=node-3").json();

        assertThat(newest.get("entries")).hasSize(1);
        assertThat(newest.get("entries").get(0).get("command").asText()).contains("logged");
        assertThat(first.get("node").asText()).isEqualTo("node-3");
        assertThat(first.get("entries")).hasSize(2);
        assertThat(first.get("entries").get(0).get("index").asLong()).isEqualTo(1);
        assertProblem(nodes.get(1, "/api/v1/log?node=node-9"), 404, "no-such-member");
    }

    @Test
    void theConfigurationIsShown() throws Exception {
        JsonNode settings = nodes.get(1, "/api/v1/config").json().get("settings");

        assertThat(settings.findValuesAsText("key"))
                .contains("raft.node-id", "raft.http.port", "raft.storage.sync")
                .isSorted();
    }

    @Test
    void theLeaderHandsOverAndMembersComeAndGo() throws Exception {
        String before = nodes.leader();
        String heir = before.equals("node-1") ? "node-2" : "node-1";
        int follower = heir.equals("node-1") ? 1 : 2;

        Answer transferred = nodes.post(follower, "/api/v1/leader/transfer", "{\"to\":\"" + heir + "\"}");
        assertThat(transferred.status()).as(transferred.text()).isEqualTo(200);
        assertThat(transferred.json().get("leader").asText()).isEqualTo(heir);
        assertThat(nodes.post(1, "/api/v1/leader/transfer", "").status())
                .as("to anybody")
                .isEqualTo(200);
        assertProblem(nodes.post(1, "/api/v1/leader/transfer", "{\"to\":\"node-9\"}"), 404, "no-such-member");

        String address = "pekko://raft@127.0.0.1:" + Ports.free() + "/user/raft";
        Answer added = nodes.post(3, "/api/v1/members", "{\"add\":{\"node-4\":\"" + address + "\"}}");
        assertThat(added.status()).as(added.text()).isEqualTo(200);
        assertThat(added.json().get("members").findValuesAsText("role"))
                .containsExactly("voter", "voter", "voter", "learner");
        assertProblem(nodes.post(3, "/api/v1/members", "{\"add\":{\"node-5\":\"" + address + "\"}}"), 409, "conflict");
        assertProblem(nodes.post(3, "/api/v1/members", "{\"add\":{\"node-5\":\"nowhere\"}}"), 400, "bad-request");
        assertProblem(nodes.post(3, "/api/v1/members", "{\"promote\":\"node-4\"}"), 400, "bad-request");
        Answer removed = nodes.delete(2, "/api/v1/members/node-4");
        assertThat(removed.json().get("members")).hasSize(3);
    }

    @Test
    void membersTakeSnapshots() throws Exception {
        nodes.put(1, "/api/v1/kv/snapshot", "v");

        assertThat(nodes.post(1, "/api/v1/snapshot", "").json().get("snapshots"))
                .hasSize(3);
        JsonNode one = nodes.post(1, "/api/v1/snapshot?node=node-2", "").json().get("snapshots");
        assertThat(one.findValuesAsText("node")).containsExactly("node-2");
        assertProblem(nodes.post(1, "/api/v1/snapshot?node=node-9", ""), 404, "no-such-member");
    }

    @Test
    void aBrowserCanAppendWhereItIsAllowedTo() throws Exception {
        Answer answer = nodes.get(3, "/req?age=42");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("OK\n");
        assertThat(nodes.get(1, "/api/v1/log?limit=1")
                        .json()
                        .get("entries")
                        .get(0)
                        .get("command")
                        .asText())
                .isEqualTo("age=42");
    }

    private static long session(int number) throws Exception {
        Answer opened = nodes.post(number, "/api/v1/sessions", "");
        assertThat(opened.status()).isEqualTo(201);
        return opened.json().get("session").asLong();
    }

    static void assertProblem(Answer answer, int status, String code) throws Exception {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.json().get("code").asText()).isEqualTo(code);
        assertThat(answer.json().get("status").asInt()).isEqualTo(status);
        assertThat(answer.json().get("detail").asText()).isNotEmpty();
        assertThat(answer.json().get("outcome").asText()).isIn("none", "unknown");
        assertThat(answer.json().has("leader")).isTrue();
        assertThat(answer.json().get("retryable").isBoolean()).isTrue();
    }
}
