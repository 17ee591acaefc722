package io.balsa.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.cli.InProcess;
import io.balsa.cli.InProcess.Ended;
import io.balsa.it.Shell.Result;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code bin/client.sh} against three nodes, seen from a shell where the shell has a part in it. Nothing here kills a
 * node; see {@link OutageIT}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ClientIT {
    private NodeProcesses nodes;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        nodes = new NodeProcesses(folder, "client.timeout = 30 s");
        nodes.start("node-1", "node-2", "node-3");
        nodes.awaitLeader();
    }

    @AfterAll
    void stop() throws Exception {
        nodes.close();
    }

    @Test
    void putThenGetByteForByte() throws Exception {
        assertThat(nodes.verb("put", "greeting", "grüße").code()).isZero();

        Result get = nodes.client("-o", "text", "get", "greeting");

        assertThat(get.code()).isZero();
        assertThat(get.text()).isEqualTo("grüße");
        assertThat(get.err()).isEmpty();
    }

    @Test
    void argumentsSurviveALocaleThatIsNotUtf8() throws Exception {
        String client = Shell.HOME.resolve("bin/client.sh").toString();
        String conf = nodes.conf().toString();

        Result put = Shell.run(Map.of("LC_ALL", "C"), client, "--config", conf, "put", "locale", "é");

        assertThat(put.code()).isZero();
        assertThat(nodes.verb("get", "locale").text()).isEqualTo("é\n");
    }

    @Test
    void theMachineRefusesWithCodeOne() throws Exception {
        nodes.verb("put", "refused", "one");

        assertThat(nodes.verb("get", "not there").code()).isEqualTo(1);
        assertThat(nodes.verb("cas", "refused", "two", "three").code()).isEqualTo(1);
        assertThat(nodes.verb("cas", "refused", "one", "two").code()).isZero();
        assertThat(nodes.verb("del", "refused").code()).isZero();
        assertThat(nodes.verb("del", "refused").code()).isEqualTo(1);
    }

    @Test
    void aPairIsAppliedOnceWhicheverNodeGetsIt() throws Exception {
        String session = nodes.verb("-o", "text", "session", "open").text().strip();
        String first = incr(nodes.endpoint("node-1"), session);

        for (String id : nodes.ids()) {
            assertThat(incr(nodes.endpoint(id), session))
                    .as("the answer by way of %s", id)
                    .isEqualTo(first);
        }
        assertThat(nodes.verb("get", "counter").text()).isEqualTo("1\n");
    }

    @Test
    void anOperatorChoosesWhoLeads() throws Exception {
        List<String> others = nodes.others(nodes.awaitLeader());

        Result chosen = nodes.verb("-o", "text", "leader", "transfer", others.get(0));
        assertThat(chosen.err()).isEmpty();
        assertThat(chosen.text().strip()).isEqualTo(others.get(0));

        String endpoint = nodes.endpoint(others.get(1));
        Result self = nodes.verb("--endpoints", endpoint, "-o", "text", "goLeader");
        assertThat(self.err()).isEmpty();
        assertThat(self.text().strip()).isEqualTo(others.get(1));
        assertThat(nodes.verb("put", "after", "transfer").code()).isZero();
    }

    @Test
    void aVerbLeavesNoSessionBehind() throws Exception {
        nodes.verb("put", "left", "nothing");

        assertThat(nodes.verb("-o", "text", "log", "show", "--last", "3").text())
                .containsPattern("(?s)session-open.*put left nothing.*session-close");
    }

    @Test
    void anUnknownSessionIsRefused() throws Exception {
        Result put = nodes.verb("put", "k", "v", "--session", "999999", "--seq", "1");

        assertThat(put.code()).isEqualTo(1);
        assertThat(put.err()).contains("hint: client.sh session open");
    }

    @Test
    void aLargeValueGoesThroughAndATooLargeOneDoesNot() throws Exception {
        Path file = Files.writeString(nodes.conf().resolveSibling("large"), "x".repeat(1024 * 1024));
        String put = Shell.HOME.resolve("bin/client.sh") + " --config " + nodes.conf() + " put large --stdin < " + file;

        assertThat(Shell.run("sh", "-c", put).code()).isZero();
        assertThat(nodes.verb("-o", "text", "get", "large").out()).hasSize(1024 * 1024);

        Files.writeString(file, "x".repeat(1024 * 1024 + 1));
        Result refused = Shell.run("sh", "-c", put);

        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("1048576");
    }

    @Test
    void whatATextIsPipedInComesOutAgainByteForByte() throws Exception {
        Path in = Files.write(nodes.conf().resolveSibling("bytes"), new byte[] {(byte) 0xff, 0, 10, 13, 10});
        String client = Shell.HOME.resolve("bin/client.sh") + " --config " + nodes.conf();

        assertThat(Shell.run("sh", "-c", client + " put bytes --stdin < " + in).code())
                .isZero();

        assertThat(Shell.run("sh", "-c", client + " -o text get bytes | cmp - " + in)
                        .code())
                .isZero();
    }

    @Test
    void aConfigurationIsReadFromTheFolderItIsIn() throws Exception {
        String status = Shell.HOME.resolve("bin/client.sh") + " --config node-1.conf status";

        Result result = Shell.run("sh", "-c", "cd " + nodes.conf().getParent() + " && " + status);

        assertThat(result.code()).as(result.err()).isZero();
        assertThat(result.text()).contains("cluster it");
    }

    @Test
    void statusKnowsEveryNodeByWayOfAnyOne() throws Exception {
        Result status = Shell.run(
                Map.of("RAFT_ENDPOINTS", nodes.endpoint("node-2")),
                Shell.HOME.resolve("bin/client.sh").toString(),
                "-o",
                "json",
                "status");

        assertThat(status.code()).isZero();
        assertThat(status.text())
                .contains("\"clusterId\":\"it\"", "\"quorum\":\"ok\"", "\"id\":\"node-1\"", "\"id\":\"node-3\"")
                .doesNotContain("unreachable");
    }

    @Test
    void whatIsAppendedIsInTheLogAndGoesToSubscribers() throws Exception {
        String index =
                nodes.verb("-o", "text", "log", "append", "a line").text().strip();

        assertThat(nodes.verb("-o", "json", "log", "show", "--from", index, "--first", "1")
                        .text())
                .contains("\"index\":" + index + ",", "\"command\":\"a line\"");
        String client = Shell.HOME.resolve("bin/client.sh").toString();
        String conf = nodes.conf().toString();
        assertThat(Shell.firstLine(client, "--config", conf, "-o", "json", "subscribe", "--from", index))
                .contains("\"command\":\"a line\"");
    }

    @Test
    void scanReadsPageByPage() throws Exception {
        String value = "v".repeat(30_000);
        for (String key : List.of("page/1", "page/2", "page/3")) {
            nodes.verb("put", key, value);
        }

        assertThat(nodes.verb("-o", "text", "scan", "page/").text().lines()).hasSize(3);
        String scan = Shell.HOME.resolve("bin/client.sh") + " --config " + nodes.conf() + " -o text scan page/";
        assertThat(Shell.run("sh", "-c", scan + " | head -c 5"))
                .as("when nobody wants the rest")
                .returns("page/", Result::text)
                .returns("", Result::err);
    }

    @Test
    void benchMeasuresWithoutErrors() throws Exception {
        Result bench = nodes.verb("-o", "json", "bench", "--clients", "4", "--in-flight", "4", "--seconds", "1");

        assertThat(bench.code()).isZero();
        assertThat(bench.text()).contains("\"errors\":0,", "\"opsPerSecond\":", "\"p999\":");
    }

    @Test
    void anotherClusterIsNotTouched() throws Exception {
        Result put = nodes.verb("--cluster", "other", "--timeout", "30s", "put", "foreign", "v");

        assertThat(put.code()).isEqualTo(7);
        assertThat(put.err()).contains("hint: name the right cluster");
        assertThat(nodes.verb("--cluster", "other", "--timeout", "30s", "subscribe", "--from", "1")
                        .code())
                .isEqualTo(7);
        Ended group = InProcess.run(
                Shell.HOME,
                "--endpoints",
                nodes.endpoint("node-1"),
                "--group",
                "other",
                "--timeout",
                "30s",
                "put",
                "foreign",
                "v");
        assertThat(group.code()).isEqualTo(7);
        assertThat(nodes.verb("get", "foreign").code()).isEqualTo(1);
    }

    private static String incr(String endpoint, String session) {
        Ended incr = InProcess.run(
                Shell.HOME,
                "--endpoints",
                endpoint,
                "-o",
                "json",
                "incr",
                "counter",
                "--session",
                session,
                "--seq",
                "1");
        assertThat(incr.code()).as(incr.err()).isZero();
        return new String(incr.out(), StandardCharsets.UTF_8);
    }
}
