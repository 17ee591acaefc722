package io.balsa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.cli.Typed.Result;
import io.balsa.client.OutcomeUnknownException;
import io.balsa.client.UnavailableException;
import io.balsa.protocol.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class VerbsTest {
    private final InMemoryCluster cluster = new InMemoryCluster();
    private final Typed typed = new Typed(cluster);

    @TempDir
    private Path folder;

    @Test
    void withoutAVerbAndWithoutATerminalSaysHowToUseIt() {
        Result nothing = typed.run();

        assertThat(nothing.code()).isEqualTo(2);
        assertThat(nothing.out()).isEmpty();
        assertThat(nothing.err()).isEqualTo("error: a verb is missing\nhint: client.sh --help shows how it is used\n");
    }

    @Test
    void aScriptIsCarriedOutLineByLineUntilItsEnd() {
        Result script = typed.with("# two values\n\nput a 'x y'\nput b \"y\"\n  get a  ")
                .run("-o", "text");

        assertThat(script.code()).isZero();
        assertThat(script.text()).isEqualTo("OK\nOK\nx y");
        assertThat(script.err()).isEmpty();
        assertThat(cluster.isClosed()).isTrue();
    }

    @Test
    void aScriptEndsAtTheFirstVerbThatFailsWithItsCode() {
        Result script = typed.with("put a x\nget nothing\nput b y\n").run();

        assertThat(script.code()).isEqualTo(1);
        assertThat(script.text()).isEqualTo("OK  index 2\n");
        assertThat(script.err()).contains("error: there is no such key").endsWith("the script ends here, at line 2\n");
        assertThat(typed.with("put a 'x\nput b y\n").run().code()).isEqualTo(2);
        assertThat(cluster.entries()).isEqualTo(2);
    }

    @Test
    void aScriptMayEndItself() {
        assertThat(typed.with("put a x\nexit\nget nothing\n").run().code()).isZero();
        assertThat(typed.with("# nothing\n").run().code())
                .as("as without a verb")
                .isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--bogus",
                "put k v --bogus",
                "putt k v",
                "-o yaml status",
                "--timeout soon status",
                "get",
                "log",
                "get a b",
                "incr k many",
                "get k --consistency quick",
                "log show --from x",
                "session"
            })
    void whatIsNotUnderstoodEndsWithTwoLinesAndCodeTwo(String line) {
        Result result = typed.run(line.split(" "));

        assertThat(result.code()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).matches("error: [^\n]+\nhint: [^\n]*client\\.sh[^\n]*--help[^\n]*\n");
    }

    @Test
    void helpNamesAllVerbs() {
        String help = typed.run("--help").text();

        assertThat(help).contains("put", "status", "snapshot", "bench", "currentLeader", "goLeader", "member");
        assertThat(typed.run("member", "--help").text()).contains("add", "promote", "demote", "remove", "replace");
    }

    @Test
    void helpIsAnAnswer() {
        Result help = typed.run("put", "--help");

        assertThat(help.code()).isZero();
        assertThat(help.text()).startsWith("Usage: client.sh put ").contains("--session", "--seq", "--timeout");
        assertThat(help.err()).isEmpty();
    }

    @Test
    void nobodyAnsweringIsCodeThree() {
        cluster.fail(new UnavailableException("no leader within 5 s"));

        Result put = typed.run("put", "k", "v");

        assertThat(put.code()).isEqualTo(3);
        assertThat(put.err())
                .startsWith("error: no leader within 5 s\nhint: client.sh status")
                .as("endpoints were typed")
                .contains("under the host that raft.peers gives it");
        assertThat(typed.run("status").code()).isEqualTo(3);
        assertThat(typed.run("get", "k").code()).isEqualTo(3);
    }

    @Test
    void whyNobodyAnswersIsTheBetterHint() {
        cluster.fail(new UnavailableException("none of them answers"));
        cluster.obstruct("they speak TLS");

        assertThat(typed.run("status").err()).isEqualTo("error: none of them answers\nhint: they speak TLS\n");
        assertThat(typed.run("diagnose").err()).contains("hint: begin with no-quorum: they speak TLS");
    }

    @Test
    void sentAndNotConfirmedIsCodeFour() {
        cluster.fail(new OutcomeUnknownException("sent, not confirmed within 5 s"));

        Result put = typed.run("-o", "json", "put", "k", "v");

        assertThat(put.code()).isEqualTo(4);
        assertThat(put.out()).isEmpty();
        assertThat(put.err()).startsWith("error: sent, not confirmed within 5 s\nhint: ");
    }

    @Test
    void anUnexpectedFailureIsCodeSeventy() {
        cluster.fail(new IllegalStateException("a mistake\nof ours"));

        Result put = typed.run("put", "k", "v");

        assertThat(put.code()).isEqualTo(70);
        assertThat(put.err().lines()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "subscribe --from 1", "log show", "--help"})
    void endsInSilenceWhenNobodyReadsOn(String line) {
        Result result = typed.withoutReader().run(line.split(" "));

        assertThat(result.code()).isZero();
        assertThat(result.err()).isEmpty();
    }

    @Test
    void oneConnectionIsOpenedAndClosed() {
        typed.run("put", "k", "v");

        assertThat(cluster.isClosed()).isTrue();
    }

    @Test
    void takesEndpointsShortAndLong() {
        typed.run("--endpoints", "10.0.0.1:7051, pekko://other@[::1]:7052/user/raft", "put", "k", "v");

        assertThat(typed.endpoints().addresses().values())
                .containsExactly("pekko://other@[::1]:7052/user/raft", "pekko://raft@10.0.0.1:7051/user/raft");
        assertThat(typed.endpoints().target()).isEqualTo(new Target("", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"nowhere", "host:0", "host:70000", "a:1,,b:2", "http://a:1", "pekko://raft@a:1/user/other"})
    void refusesWhatIsNoEndpoint(String endpoints) {
        Result result = typed.run("--endpoints", endpoints, "status");

        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err()).contains("is no endpoint\nhint: write --endpoints");
    }

    @Test
    void readsTheMembersFromTheConfiguration() throws Exception {
        Path conf = Files.writeString(folder.resolve("cluster.conf"), """
                raft {
                  cluster-id = "prod"
                  group = "orders"
                  max-command-size = 2 MiB
                  peers { n1 = "pekko://raft@10.0.0.1:7051/user/raft" }
                }
                """);

        typed.run("--config", conf.toString(), "--timeout", "250ms", "put", "k", "v");

        assertThat(typed.endpoints().addresses()).containsOnlyKeys("n1");
        assertThat(typed.endpoints().target().cluster()).isEqualTo("prod");
        assertThat(typed.endpoints().target().group()).isEqualTo("orders");
        assertThat(typed.endpoints().config().settings().maxCommandBytes()).isEqualTo(2 * 1024 * 1024);
        assertThat(typed.timeout()).isEqualTo(Duration.ofMillis(250));
    }

    @Test
    void theTimeoutOfTheConfigurationCountsUnlessOneIsTyped() throws Exception {
        Path conf = Files.writeString(folder.resolve("slow.conf"), """
                include "cluster.conf"
                raft.node-id = n1
                raft.client.timeout = 9 s
                """);
        Files.writeString(folder.resolve("cluster.conf"), """
                raft { cluster-id = prod, peers.n1 = "pekko://raft@10.0.0.1:7051/user/raft" }
                """);

        typed.run("--config", conf.toString(), "put", "k", "v");
        assertThat(typed.timeout()).isEqualTo(Duration.ofSeconds(9));
        typed.run("--config", conf.toString(), "--timeout", "3s", "put", "k", "v");
        assertThat(typed.timeout()).isEqualTo(Duration.ofSeconds(3));
        typed.run("put", "k", "v");
        assertThat(typed.timeout()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void theEnvironmentWinsAsForANode() {
        typed.in(Map.of(
                "RAFT_ENDPOINTS", "10.0.0.1:7051",
                "RAFT_CLUSTER_ID", "prod",
                "RAFT_GROUP", "orders",
                "RAFT_CLIENT_TIMEOUT", "7 s"));

        typed.run("put", "k", "v");
        assertThat(typed.endpoints().target()).isEqualTo(new Target("prod", "orders"));
        assertThat(typed.timeout()).isEqualTo(Duration.ofSeconds(7));
        typed.run("--config", "conf/cluster.conf", "put", "k", "v");
        assertThat(typed.endpoints().addresses()).containsOnlyKeys("node-1", "node-2", "node-3");
        assertThat(typed.endpoints().target()).isEqualTo(new Target("prod", "orders"));
    }

    @Test
    void everyMistakeInTheConfigurationIsNamed() throws Exception {
        Path conf = Files.writeString(folder.resolve("bad.conf"), """
                raft { cluster-id = prod, peers.n1 = "pekko://raft@10.0.0.1:7051/user/raft" }
                raft.client.max-in-flight = many
                raft.client.tiemout = 1 s
                """);

        Result result = typed.run("--config", conf.toString(), "status");

        assertThat(result.code()).isEqualTo(6);
        assertThat(result.err())
                .contains(conf + ":2 raft.client.max-in-flight = \"many\" must be a whole number; ")
                .contains(conf + ":3 raft.client.tiemout  unknown key. Did you mean raft.client.timeout?\nhint: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "scan --limit=-1",
                "bench --clients 0",
                "bench --size=-1",
                "bench --size 2000000000",
                "bench --seconds 0",
                "bench --clients 2147483647 --in-flight 2147483647",
                "session close 0",
                "status --timeout 48h",
                "status -w 999999999h",
                "log show --first=-1",
                "log show --last=-1",
                "log show --to=-9223372036854775808"
            })
    void numbersThatMakeNoSenseAreAMatterOfUsage(String line) {
        Result result = typed.run(line.split(" "));

        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err()).matches("error: [^\n]+\nhint: [^\n]+\n");
    }

    @Test
    void namesOnTheCommandLineWin() {
        typed.run("--endpoints", "a:1", "--cluster", "prod", "--group", "orders", "put", "k", "v");

        assertThat(typed.endpoints().target().cluster()).isEqualTo("prod");
        assertThat(typed.endpoints().target().group()).isEqualTo("orders");
    }

    @Test
    void aBadConfigurationIsCodeSixWithFileAndLine() throws Exception {
        Path conf = Files.writeString(
                folder.resolve("bad.conf"), "raft {\n cluster-id = demo\n peers {\n  n1 = \"10.0.0.1:7051\"\n }\n}\n");

        Result result = typed.run("--config", conf.toString(), "status");

        assertThat(result.code()).isEqualTo(6);
        assertThat(result.err())
                .startsWith("error: " + conf + ":4 raft.peers.n1 = \"10.0.0.1:7051\" is not an address");
        assertThat(typed.run("--config", folder.resolve("none.conf").toString(), "status")
                        .code())
                .isEqualTo(6);
    }
}
