package io.balsa.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.balsa.launcher.FailingNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/node.sh} as a process: where it can be called from, how it ends, and with which code. */
final class NodeScriptIT {
    private static final Path SCRIPT =
            Path.of(System.getProperty("balsa.distribution"), "bin", "node.sh").toAbsolutePath();

    /** Where it is not about what a node does without it. */
    private static final Map<String, String> QUICKLY = Map.of("JAVA_OPTS", NodeProcesses.JAVA_OPTS);

    @TempDir
    Path folder;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void killAll() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void worksThroughASymlinkFromAnyFolder() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("link"), SCRIPT);
        Path second = Files.createSymbolicLink(folder.resolve("a link to a link"), Path.of(link.toString()));

        assertThat(exitOf(start("check", second.toString(), "node-1.conf", "--check")))
                .isZero();
        assertThat(said("check")).contains("node-1 of demo/main: ok");
    }

    @Test
    void theArchiveWorksWhereItIsUnpackedAndThroughSymlinksFromAnotherFolder() throws Exception {
        Path bin = unpack(Files.createDirectory(folder.resolve("a folder for programs")))
                .resolve("bin");
        Path node = Files.createSymbolicLink(folder.resolve("a node"), bin.resolve("node.sh"));
        Path client = Files.createSymbolicLink(folder.resolve("a client"), bin.resolve("client.sh"));
        int port = Ports.free();
        Process process = startNode("unpacked", node, port);

        Shell.Result put = Shell.run(client.toString(), "--endpoints", "127.0.0.1:" + port, "put", "k", "v");
        assertThat(put.code()).as(put.err()).isZero();
        process.destroy();
        assertThat(exitOf(process)).isZero();
        assertThat(folder.resolve("data/n/main/identity.json")).exists();
    }

    /** {@code bin/cds.sh} has made them for the distribution under test; in a path with blanks Java keeps less. */
    @Test
    void archivesOfClassesAreUsedWhereTheyWereMadeAndPassedOverElsewhere() throws Exception {
        assumeThat(Shell.HOME.toString()).doesNotContain(" ");
        Path loaded = folder.resolve("loaded");
        Shell.Result here = Shell.run(
                Map.of("JAVA_OPTS", "-Xlog:class+load:file=" + loaded),
                Shell.HOME.resolve("bin/client.sh").toString(),
                "--help");
        assertThat(here.code()).as(here.err()).isZero();
        assertThat(loaded).content().containsPattern("io\\.balsa\\.cli\\.Client source: shared objects file \\(top\\)");

        Path home = unpack(Files.createDirectory(folder.resolve("elsewhere")));
        Files.copy(Shell.HOME.resolve("lib/client.jsa"), home.resolve("lib/client.jsa"));
        Shell.Result elsewhere = Shell.run(home.resolve("bin/client.sh").toString(), "--help");
        assertThat(elsewhere.code()).isZero();
        assertThat(elsewhere.text()).isEqualTo(here.text());
        assertThat(elsewhere.err()).isEmpty();
    }

    private static Path unpack(Path place) throws Exception {
        Path archive = Path.of(System.getProperty("balsa.distribution") + ".tar.gz");
        assertThat(Shell.run("tar", "-xzf", archive.toString(), "-C", place.toString())
                        .code())
                .isZero();
        return place.resolve(Shell.HOME.getFileName());
    }

    @Test
    void aBadConfigurationEndsWith6() throws Exception {
        Files.writeString(folder.resolve("cluster.conf"), "raft.peers.m = \"pekko://raft@h:1/user/raft\"");
        Files.writeString(folder.resolve("bad.conf"), "include \"cluster.conf\"\nraft.node-id = n\nraft.grup = g\n");

        assertThat(exitOf(start("bad", SCRIPT.toString(), "bad.conf"))).isEqualTo(6);
        assertThat(said("bad")).isEqualTo("""
                bad.conf   raft.cluster-id  is missing. Give the cluster a name, the same on all nodes
                bad.conf:2 raft.node-id = "n" is not among raft.peers (m)
                bad.conf:3 raft.grup  unknown key. Did you mean raft.group?
                """);
    }

    @Test
    void sigtermStopsANodeInOrder() throws Exception {
        Process node = startNode("first", Ports.free());

        node.destroy();

        assertThat(node.waitFor(10, TimeUnit.SECONDS)).as("stopped within 10 s").isTrue();
        assertThat(node.exitValue()).isZero();
        assertThat(said("first").lines()).as("a line when it is up").anyMatch(line -> line.contains("n is up: "));
    }

    @Test
    void anAddressInUseEndsWith6() throws Exception {
        int port = Ports.free();
        startNode("first", port);

        assertThat(exitOf(start("second", QUICKLY, SCRIPT.toString(), conf(port))))
                .isEqualTo(6);
        assertThat(said("second")).contains("127.0.0.1:" + port).contains("Address already in use");
    }

    @Test
    void anHttpPortInUseEndsWith6() throws Exception {
        int taken = Ports.free();
        try (ServerSocket other = new ServerSocket(taken, 1, InetAddress.getLoopbackAddress())) {
            Map<String, String> http =
                    Map.of("RAFT_HTTP_ENABLED", "on", "RAFT_HTTP_PORT", Integer.toString(other.getLocalPort()));
            Map<String, String> environment = new HashMap<>(QUICKLY);
            environment.putAll(http);

            assertThat(exitOf(start("node", environment, SCRIPT.toString(), conf(Ports.free()))))
                    .isEqualTo(6);
        }
        assertThat(said("node"))
                .contains("cannot listen at raft.http.host and raft.http.port (127.0.0.1:" + taken + ")")
                .contains("Address already in use");
    }

    @Test
    void aDataFolderInUseEndsWith7() throws Exception {
        startNode("first", Ports.free());

        assertThat(exitOf(start("second", QUICKLY, SCRIPT.toString(), conf(Ports.free()))))
                .isEqualTo(7);
    }

    @Test
    void anErrorThatIsFatalEndsWith70() throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String[] line = {
            java,
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            FailingNode.class.getName(),
            conf(Ports.free())
        };

        assertThat(exitOf(start("failing", line))).isEqualTo(70);
        assertThat(said("failing")).contains("a class that is missing");
    }

    /** A cluster of one, up. */
    private Process startNode(String name, int port) throws Exception {
        return startNode(name, SCRIPT, port);
    }

    private Process startNode(String name, Path script, int port) throws Exception {
        Process node = start(name, QUICKLY, script.toString(), conf(port));
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(Patience.LIMIT.toSeconds());
        while (!said(name).contains(" is up: ")) {
            assertThat(node.isAlive()).as(said(name)).isTrue();
            assertThat(System.nanoTime()).as("up in time: " + said(name)).isLessThan(deadline);
            Thread.sleep(50);
        }
        return node;
    }

    private String conf(int port) throws IOException {
        String text = "raft { cluster-id = it, node-id = n, peers.n = \"pekko://raft@127.0.0.1:%d/user/raft\" }\n"
                + "raft.http.enabled = off";
        return Files.writeString(folder.resolve(port + ".conf"), text.formatted(port))
                .toString();
    }

    private Process start(String name, String... command) throws IOException {
        return start(name, Map.of(), command);
    }

    private Process start(String name, Map<String, String> environment, String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(name).toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private int exitOf(Process process) throws InterruptedException {
        assertThat(process.waitFor(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        return process.exitValue();
    }

    private String said(String name) throws IOException {
        return Files.readString(folder.resolve(name));
    }
}
