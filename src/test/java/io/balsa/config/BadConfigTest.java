package io.balsa.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every mistake is named at once, each with its file, its line and what would be right. */
final class BadConfigTest {
    @TempDir
    Path folder;

    @BeforeEach
    void cluster() throws IOException {
        Files.writeString(folder.resolve("cluster.conf"), """
                raft {
                  cluster-id = "demo"
                  peers {
                    node-1 = "pekko://raft@127.0.0.1:7051/user/raft"
                    node-2 = "pekko://raft@127.0.0.1:7052/user/raft"
                    node-3 = "pekko://raft@127.0.0.1:7053/user/raft"
                  }

                  heartbeat-interval = 200 ms
                }
                """);
    }

    @Test
    void allProblemsAtOnceInTwoColumns() throws IOException {
        String said = complaints("""
                include "cluster.conf"

                # Who this is
                raft.node-id = "node-4"

                raft.election-timeout.min = 300 ms
                raft.election-timout.max = 900 ms
                """);

        assertThat(said).isEqualTo("""
                cluster.conf:9 raft.heartbeat-interval 200 ms must be at most a third of \
                raft.election-timeout.min (300 ms)
                node.conf:4    raft.node-id = "node-4" is not among raft.peers (node-1, node-2, node-3)
                node.conf:7    raft.election-timout  unknown key. Did you mean raft.election-timeout?""");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "raft.heartbeat-interval = soon | ~ = \"soon\" must be a duration, for example 100 ms",
                "raft.heartbeat-interval = 0 s | ~ 0 ms must be from 1 ms to 3600 s",
                "raft.storage.sync = maybe | ~ = \"maybe\" must be on or off",
                "raft.storage.segment-size = 1 KiB | ~ 1 KiB must be from 64 KiB to 1024 MiB",
                "raft.max-pending-reads = many | ~ = \"many\" must be a whole number",
                "raft.max-pending-reads = 1.5 | ~ = 1.5 must be a whole number",
                "raft.session.max = 0 | ~ 0 must be from 1 to 10000000",
                "raft.group = \"a/b\" | ~ = \"a/b\" must be 1 to 64 letters, digits, dots, dashes or underscores",
                "raft.node-id = [] | ~ = [] must be a text",
                "raft.peers = 5 | ~  must be a section",
                "raft.session = 5 | ~  must be a section with expire-after, max, max-replies, window",
                "raft.client.timeout = 0 s | ~ 0 ms must be from 1 ms to 86400 s",
                "raft.client.max-in-flight = many | ~ = \"many\" must be a whole number",
                "raft.client.max-pending = 1 KiB | ~ 1 KiB must be from 64 KiB to 1048576 MiB",
                "raft.trace.file = [] | ~ = [] must be a text",
                "raft.trace.max-size = 1 KiB | ~ 1 KiB must be from 1 MiB to 1048576 MiB",
                "raft.trace.max-queue = 2 GiB | ~ 2048 MiB must be from 1 MiB to 1024 MiB",
                "raft.heartbeat-interval = null | ~ = null must be a duration, for example 100 ms",
                "raft.cluster-id = null | ~  is missing. Give the cluster a name, the same on all nodes",
                "raft.peers = null | ~  must be a section",
                "raft.session = null | ~  must be a section with expire-after, max, max-replies, window",
                "raft.peers.node-2 = null | ~ = null is not an address of the form pekko://SYSTEM@HOST:PORT/user/raft",
                "raft.http.peers = 5 | ~  must be a section",
                "raft.http.peers.two = \"http://h:80\" | ~ = \"http://h:80\" is not an address of the form HOST:PORT",
                "raft.http.peers.node-2 = \"h:65536\" | ~ = \"h:65536\" is not an address of the form HOST:PORT",
                "raft = 5 | ~  must be a section; reference.conf lists its keys",
                "raft = null | ~  must be a section; reference.conf lists its keys",
                "raft.serializer = null | ~ = null must be a text",
                "raft.serializer = java | ~ = \"java\" must be jackson-cbor or jackson-json",
            })
    void aValueThatCannotBeUsed(String line, String complaint) throws IOException {
        assertThat(complaints(sound() + line)).isEqualTo("node.conf:4 " + complaint.replace("~", key(line)));
    }

    @ParameterizedTest
    @CsvSource({
        "raft.sync = on, raft.storage.sync",
        "raft.election-timeout-min = 1 s, raft.election-timeout.min",
        "raft.storage.segmentsize = 1 MiB, raft.storage.segment-size",
        "raft.peer = x, raft.peers",
    })
    void anUnknownKeyAndWhatWasMeant(String line, String meant) throws IOException {
        assertThat(complaints(sound() + line))
                .isEqualTo("node.conf:4 " + key(line) + "  unknown key. Did you mean " + meant + "?");
    }

    /** What HOCON makes of it is a section in which nothing is left but what comes after that line. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "raft.http = on\nraft.http.port = 9000",
                "raft.storage = 7, raft.storage { sync = on }",
                "raft.http.peers = 5, raft.http = 6, raft.http { host = h }",
            })
    void aLineThatHidesAllDefaultsOfASection(String lines) throws IOException {
        String section = lines.substring(0, lines.indexOf(" = ")).replace(".peers", "");

        assertThat(complaints(sound() + lines))
                .startsWith("node.conf:")
                .contains(section + "  has no ", " hides all its defaults; remove that line");
    }

    @Test
    void anUnknownKeyLikeNoOther() throws IOException {
        assertThat(complaints(sound() + "raft.colour = blue"))
                .startsWith("node.conf:4 raft.colour  unknown key. Known here: "
                        + "applier-dispatcher, client, client-dispatcher, cluster-id");
        assertThat(complaints(sound() + "raft.session.colour = blue"))
                .isEqualTo("node.conf:4 raft.session.colour  unknown key. Known here: "
                        + "expire-after, max, max-replies, window");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "raft.election-timeout.max = 700 ms | more than raft.election-timeout.min (700 ms)",
                "raft.link.hello-interval = 500 ms | less than ARTERY.stop-idle-outbound-after (500 ms)",
                "raft.link.probe-interval = 400 ms | more than ARTERY.stop-idle-outbound-after (500 ms)",
                "raft.max-command-size = 4 MiB | at least 16 KiB less than ARTERY.maximum-large-frame-size (4 MiB)",
                "raft.max-pending = 512 KiB | at least raft.max-command-size (1 MiB)",
                "raft.storage.max-unsynced = 512 KiB | at least raft.max-command-size (1 MiB)",
            })
    void valuesThatDoNotGoTogether(String line, String relation) throws IOException {
        String right = relation.replace("ARTERY", "pekko.remote.artery.advanced");
        assertThat(complaints(sound() + line)).isEqualTo("node.conf:4 " + line.replace(" =", "") + " must be " + right);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tcp://127.0.0.1:7051 | is not an address of the form FORM",
                "pekko://raft@:7051/user/raft | is not an address of the form FORM",
                "pekko://raft@h:7051/user/other | is not an address of the form FORM",
                "pekko://raft@h:70510/user/raft | has port 70510, which must be from 1 to 65535",
                "pekko://r@127.0.0.1:7052/user/raft | has the host and port of raft.peers.node-2. EACH",
            })
    void anAddressThatCannotBeUsed(String address, String complaint) throws IOException {
        String line = "raft.peers.node-3 = \"" + address + "\"";

        assertThat(complaints(sound() + line))
                .isEqualTo("node.conf:4 " + line + " "
                        + complaint.replace("FORM", PeerAddress.FORM).replace("EACH", "Each node needs its own"));
    }

    @Test
    void whatIsMissing() throws IOException {
        assertThat(complaints("raft.group = g")).isEqualTo("""
                node.conf raft.cluster-id  is missing. Give the cluster a name, the same on all nodes
                node.conf raft.peers  is empty. Name each member: NAME = "pekko://SYSTEM@HOST:PORT/user/raft"
                node.conf raft.node-id  is missing. Set it to a name in raft.peers""");
    }

    @Test
    void aValueThatDoesNotGoWithADefaultIsTheOneToChange() throws IOException {
        assertThat(complaints("""
                include "cluster.conf"
                raft.node-id = node-1
                raft.heartbeat-interval = 100 ms
                raft.election-timeout.max = 400 ms
                raft.max-command-size = 80 MiB
                pekko.remote.artery.advanced.maximum-large-frame-size = 128 MiB""")).isEqualTo("""
                node.conf:4 raft.election-timeout.max 400 ms must be more than raft.election-timeout.min (500 ms)
                node.conf:5 raft.max-pending 64 MiB must be at least raft.max-command-size (80 MiB)
                node.conf:5 raft.storage.max-unsynced 32 MiB must be at least raft.max-command-size (80 MiB)""");
    }

    @Test
    void aFileThatIsMissing() {
        BadConfigException failure =
                catchThrowableOfType(BadConfigException.class, () -> NodeConfig.load(folder.resolve("node-9.conf")));

        assertThat(failure.getMessage()).isEqualTo(folder + "/node-9.conf no such file");
    }

    @ParameterizedTest
    @CsvSource({"include \"clutser.conf\"", "include file(\"clutser.conf\")", "include \"clutser\""})
    void anIncludeThatLeadsNowhere(String include) throws IOException {
        assertThat(complaints("# one\n" + include + "\nraft.node-id = node-1"))
                .startsWith("node.conf:2 include \"clutser")
                .endsWith("no such file");
    }

    @Test
    void anIncludeThatLeadsNowhereFromAnIncludedFile() throws IOException {
        Files.writeString(folder.resolve("shared.conf"), "include \"clutser.conf\"\n");

        assertThat(complaints("# one\n\ninclude \"shared.conf\"\nraft.node-id = node-1"))
                .isEqualTo("node.conf include \"clutser.conf\": no such file");
    }

    @Test
    void textThatIsNotHocon() throws IOException {
        assertThat(complaints("raft {\n  node-id = \"node-1\"\n  peers = [\n}\n"))
                .startsWith("node.conf:4 ");
    }

    @Test
    void aReferenceToNothing() throws IOException {
        assertThat(complaints("include \"cluster.conf\"\nraft.node-id = ${NOBODY_SET_THIS}"))
                .startsWith("node.conf:2 ")
                .contains("NOBODY_SET_THIS");
    }

    private static String key(String line) {
        return line.substring(0, line.indexOf(" ="));
    }

    private static String sound() {
        return """
                include "cluster.conf"
                raft.node-id = node-1
                raft.election-timeout { min = 700 ms, max = 1400 ms }
                """;
    }

    /** What is said about a file with this text; the folder is left out. */
    private String complaints(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("node.conf"), text);
        BadConfigException failure = catchThrowableOfType(BadConfigException.class, () -> NodeConfig.load(file));
        return failure.getMessage().replace(folder + "/", "");
    }
}
