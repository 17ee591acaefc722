package io.balsa.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.balsa.client.Connection;
import io.balsa.kv.KvCommand;
import io.balsa.tls.Authority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three processes that speak TLS, with little memory, and those who do not belong there: they are refused, a line in a
 * second tells of them, and the cluster goes on. {@code -Dsecurity.blobs=10000 -Dsecurity.connections=2000} is the long
 * run.
 */
final class SecurityIT {
    private static final int BLOBS = Integer.getInteger("security.blobs", 300);
    private static final int CONNECTIONS = Integer.getInteger("security.connections", 300);
    private static final Authority OURS = new Authority("ours");

    @TempDir
    private static Path folder;

    private static NodeProcesses nodes;
    private static Connection client;
    private static int puts;
    private static final Map<String, Integer> HTTP = new TreeMap<>();

    private final Instant begin = Instant.now();

    @BeforeAll
    static void start() throws Exception {
        OURS.trust(file("trust"));
        Authority.password(file("password"));
        nodes = new NodeProcesses(
                folder,
                "tls.enabled = on",
                "tls.trust-store = \"" + file("trust") + "\"",
                "tls.password-file = \"" + file("password") + "\"",
                "tls.reload-interval = 200 ms",
                "tls.max-handshakes = 64",
                "link.first-word-timeout = 1 s",
                "http.max-connections = 64",
                "http.idle-timeout = 1 s");
        for (String id : nodes.ids()) {
            nodes.set(id, "raft.tls.key-store = \"" + OURS.issue(file(id), "urn:balsa:node:" + id) + "\"");
            nodes.set(id, "raft.http.port = " + http(id));
        }
        nodes.serveHttp();
        nodes.jvm("-Xmx96m -XX:+ExitOnOutOfMemoryError");
        nodes.clients(keys(OURS.issue(file("alice"), "urn:balsa:admin:alice")));
        nodes.startAll();
        nodes.awaitLeader();
        client = nodes.connect();
        commit();
    }

    @AfterAll
    static void stop() {
        if (client != null) {
            client.close();
        }
        if (nodes != null) {
            nodes.close();
        }
    }

    /** Whatever a test did: the cluster works, and has not been talkative. */
    @AfterEach
    void theClusterGoesOn() throws Exception {
        commit();
        long seconds = Duration.between(begin, Instant.now()).toSeconds() + 2;
        for (String id : nodes.ids()) {
            assertThat(nodes.process(id).isAlive()).as(id + " lives").isTrue();
            List<String> warnings = nodes.said(id).stream()
                    .filter(line -> line.contains(" WARN ") || line.contains(" ERROR "))
                    .toList();
            assertThat(warnings).as(id + " says little").hasSizeLessThan((int) (4 * seconds) + 10);
        }
        nodes.forgetSaid();
    }

    @Test
    void certificatesThatAreNotGoodHereOpenNoConnection() throws Exception {
        Path theirs = new Authority("theirs").issue(file("theirs"), "urn:balsa:admin:mallory");
        Path old = OURS.issue(file("old"), "urn:balsa:admin:old", Instant.now().minus(Duration.ofDays(9)));
        Path writer = OURS.issue(file("writer"), "urn:balsa:write:bob");
        Path nobody = OURS.issue(file("nobody"), "urn:elsewhere:node:node-1");

        for (Path keys : List.of(theirs, old, writer, nobody)) {
            assertThat(TlsCaller.isHeard(nodes.port("node-1"), keys, file("trust")))
                    .as(keys.toString())
                    .isFalse();
            TimeUnit.MILLISECONDS.sleep(1100); // so that the next line is said
        }
        assertThat(TlsCaller.isHeard(nodes.port("node-1"), file("alice"), file("trust")))
                .as("alice")
                .isTrue();
        nodes.await("a line for each", () -> {
            String said = String.join("\n", nodes.said("node-1"));
            return said.contains("one of another authority")
                    && said.contains("NotAfter")
                    && said.contains("write bob")
                    && said.contains("made out to nobody");
        });
    }

    @Test
    void aNodeIsNotBelievedInTheNameOfAnother() throws Exception {
        String leader = nodes.awaitLeader();
        List<String> others = nodes.others(leader);
        String victim = others.get(0);
        nodes.await("it is up too", () -> nodes.status(victim).isPresent());
        long term = nodes.status(victim).orElseThrow().term();

        try (Impostor impostor = new Impostor(keys(file(others.get(1))))) {
            nodes.await("it is told of", () -> {
                impostor.askForVotes(nodes.address(victim), leader, victim, term + 1000);
                return String.join("\n", nodes.said(victim)).contains("messages in the name of " + leader);
            });
        }
        assertThat(nodes.status(victim).orElseThrow().term()).isLessThan(term + 1000);
    }

    @Test
    void aClientWithoutTlsIsToldThatItNeedsIt() throws Exception {
        Shell.Result result = Shell.run(
                Shell.HOME.resolve("bin/client.sh").toString(),
                "--endpoints",
                nodes.endpoint("node-1"),
                "--timeout",
                "1s",
                "status");

        assertThat(result.code()).isEqualTo(3);
        assertThat(result.err()).contains("speaks TLS and this client does not", "raft.tls.enabled = on");
    }

    @Test
    void aNodeDoesNotStartWithTheCertificateOfAnother() throws Exception {
        Path conf = Files.writeString(
                file("wrong.conf"),
                "include \"cluster.conf\"\nraft.node-id = node-1\nraft.tls.key-store = \"" + file("node-2") + "\"\n");

        Shell.Result result = Shell.run(Shell.HOME.resolve("bin/node.sh").toString(), conf.toString());

        assertThat(result.code()).isEqualTo(6);
        assertThat(result.err()).contains("raft.tls.key-store", "node node-2", "bin/certs.sh node node-1");
    }

    @Test
    void noiseAndPlainTextAreNotUnderstood() throws Exception {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < BLOBS; i++) {
            byte[] blob = new byte[random.nextInt(1, 4096)];
            random.nextBytes(blob);
            int port = i % 3 == 0 ? http("node-1") : nodes.port("node-1");
            send(port, blob);
        }
        Garbage.pourInto(nodes.port("node-2"));
        nodes.await("a line", () -> String.join("\n", nodes.said("node-1")).contains("without a certificate"));
    }

    /** The cluster commits while they are open, and they do not stay open. */
    @Test
    void halfOpenConnectionsTakeNoMoreThanTheirShare() throws Exception {
        List<SocketChannel> open = new ArrayList<>();
        try {
            for (int i = 0; i < CONNECTIONS; i++) {
                open.add(SocketChannel.open(address(i % 2 == 0 ? nodes.port("node-1") : http("node-1"))));
            }
            commit();
            SocketChannel first = open.get(0);
            first.configureBlocking(false);
            nodes.await("the first is closed", () -> isClosed(first));
        } finally {
            for (SocketChannel channel : open) {
                channel.close();
            }
        }
    }

    @Test
    void aNewCertificateIsTakenIntoUseWhileTheNodeRuns() throws Exception {
        String before = TlsCaller.serial(nodes.port("node-3"), file("alice"), file("trust"));
        Path renewed = OURS.issue(file("renewed"), "urn:balsa:node:node-3");
        Files.move(renewed, file("node-3"), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);

        nodes.await("another certificate", () -> !TlsCaller.serial(nodes.port("node-3"), file("alice"), file("trust"))
                .equals(before));
    }

    private static boolean isClosed(SocketChannel channel) {
        try {
            return channel.read(ByteBuffer.allocate(1)) < 0;
        } catch (IOException reset) {
            return true;
        }
    }

    private static void commit() {
        byte[] value = Integer.toString(++puts).getBytes(StandardCharsets.UTF_8);
        client.submit(new KvCommand.Put(new byte[] {'k'}, value).encode())
                .toCompletableFuture()
                .orTimeout(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    private static void send(int port, byte[] bytes) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(bytes);
        } catch (IOException hungUp) {
            // As it should.
        }
    }

    private static InetSocketAddress address(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private static int http(String id) {
        return HTTP.computeIfAbsent(id, unknown -> Ports.free());
    }

    private static Config keys(Path store) {
        return ConfigFactory.parseString("raft.tls.enabled = on, raft.client.timeout = " + Patience.OF_VERBS)
                .withValue("raft.tls.key-store", value(store))
                .withValue("raft.tls.trust-store", value(file("trust")))
                .withValue("raft.tls.password-file", value(file("password")));
    }

    private static ConfigValue value(Path path) {
        return ConfigValueFactory.fromAnyRef(path.toString());
    }

    private static Path file(String name) {
        return folder.resolve(name);
    }
}
