package io.balsa.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.balsa.Applied;
import io.balsa.Consistency;
import io.balsa.Raft;
import io.balsa.client.Connection;
import io.balsa.client.OutcomeUnknownException;
import io.balsa.client.UnavailableException;
import io.balsa.model.Payload;
import io.balsa.protocol.Target;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three servers in one JVM over loopback, each embedded through the plain-Java entry point. */
@Timeout(60)
final class EmbeddedIT {
    @TempDir
    private Path folder;

    private Embedded cluster;

    @BeforeEach
    void start() throws IOException {
        cluster = Embedded.start(folder, 3);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void anyServerTakesCommandsAndTellsWhereTheyStand() {
        List<Long> indexes = new ArrayList<>();
        for (Raft raft : cluster.all()) {
            indexes.add(join(raft.submit(new byte[] {1})).index());
        }

        assertThat(indexes).isSorted().doesNotHaveDuplicates();
        assertThat(cluster.all()).filteredOn(Raft::isLeader).hasSize(1);
    }

    @Test
    void aQuerySeesWhatWasAcknowledgedBefore() {
        for (int i = 1; i <= 20; i++) {
            join(cluster.all().get(i % 3).submit(new byte[] {1}));
            Raft other = cluster.all().get((i + 1) % 3);
            byte[] count = join(other.query(new byte[0], Consistency.LINEARIZABLE));
            assertThat(Embedded.number(count)).isEqualTo(i);
        }
    }

    @Test
    void servesHttpWhenItIsToldTo(@TempDir Path other) throws Exception {
        int port = Ports.free();
        URI alive = URI.create("http://127.0.0.1:" + port + "/alive");
        try (Embedded serving = Embedded.start(other, 1, Map.of("raft.http.embedded", "on", "raft.http.port", port))) {
            serving.leader();
            HttpRequest request = HttpRequest.newBuilder(alive).build();
            serving.await(() -> status(request) == 200);

            // The machine counts what it is sent, and knows neither keys nor values.
            HttpRequest put = HttpRequest.newBuilder(alive.resolve("/api/v1/kv/x"))
                    .PUT(HttpRequest.BodyPublishers.ofString("v"))
                    .build();
            assertThat(status(put)).isEqualTo(501);
            HttpRequest get = HttpRequest.newBuilder(put.uri()).build();
            assertThat(status(get)).isEqualTo(501);
            assertThat(HttpClient.newHttpClient()
                            .send(get, BodyHandlers.ofString())
                            .body())
                    .contains("\"code\":\"other-machine\"", "\"outcome\":\"none\"");
            byte[] count = join(serving.all().get(0).query(new byte[0], Consistency.LINEARIZABLE));
            assertThat(Embedded.number(count)).isZero();
        }
    }

    private static int status(HttpRequest request) {
        return HttpClient.newHttpClient()
                .sendAsync(request, BodyHandlers.discarding())
                .thenApply(HttpResponse::statusCode)
                .exceptionally(notYet -> 0)
                .join();
    }

    @Test
    void aStaleQueryIsAnsweredByTheServerItself() {
        long index = join(cluster.all().get(0).submit(new byte[] {1})).index();
        for (Raft raft : cluster.all()) {
            cluster.await(() -> raft.appliedIndex() >= index);
            assertThat(Embedded.number(join(raft.query(new byte[0], Consistency.STALE))))
                    .isEqualTo(1);
        }
    }

    @Test
    void manyThreadsSubmitEachCommandOnce() throws InterruptedException {
        int threads = 4;
        int each = 2_000;
        List<CompletableFuture<Applied>> futures = new ArrayList<>();
        List<Thread> producers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Raft raft = cluster.all().get(i % 3);
            producers.add(new Thread(() -> {
                for (int n = 0; n < each; n++) {
                    CompletableFuture<Applied> future =
                            raft.submit(new byte[] {1}).toCompletableFuture();
                    synchronized (futures) {
                        futures.add(future);
                    }
                }
            }));
        }
        producers.forEach(Thread::start);
        for (Thread producer : producers) {
            producer.join();
        }

        Set<Long> indexes =
                futures.stream().map(future -> future.join().index()).collect(Collectors.toSet());
        assertThat(indexes).hasSize(threads * each);
        byte[] count = join(cluster.all().get(0).query(new byte[0], Consistency.LINEARIZABLE));
        assertThat(Embedded.number(count)).isEqualTo((long) threads * each);
    }

    @Test
    void commandsSurviveALeaderThatGoes() {
        join(cluster.all().get(0).submit(new byte[] {1}));
        Raft leader = cluster.leader();
        Raft other = cluster.all().stream()
                .filter(raft -> raft != leader)
                .findFirst()
                .orElseThrow();

        CompletableFuture<Void> closing = CompletableFuture.runAsync(leader::close);
        int sent = 0;
        while (!closing.isDone() || sent < 100) {
            join(other.submit(new byte[] {1}));
            sent++;
        }

        byte[] count = join(other.query(new byte[0], Consistency.LINEARIZABLE));
        assertThat(Embedded.number(count)).isEqualTo(sent + 1);
    }

    @Test
    void aLargeCommandAndItsReplyGoThroughFromAnyServer() {
        for (Raft raft : cluster.all()) {
            byte[] large = new byte[700_000];
            large[0] = 'e';
            assertThat(join(raft.submit(large)).reply()).isEqualTo(large);
        }
    }

    @Test
    void withoutAMajorityTheAnswerIsAFailureAndTheTruth() {
        join(cluster.all().get(0).submit(new byte[] {1}));
        Raft last = cluster.all().get(0);
        cluster.all().stream().filter(raft -> raft != last).forEach(Raft::close);

        assertThatThrownBy(() -> join(last.submit(new byte[] {1})))
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfAny(UnavailableException.class, OutcomeUnknownException.class);
        assertThat(Embedded.number(join(last.query(new byte[0], Consistency.STALE))))
                .isLessThanOrEqualTo(2);
    }

    @Test
    void aRestartedServerHasWhatItAcknowledged() {
        long index = join(cluster.all().get(0).submit(new byte[] {1})).index();
        cluster.close();
        cluster.reopen();

        Raft first = cluster.all().get(0);
        byte[] count = join(first.query(new byte[0], Consistency.LINEARIZABLE));
        assertThat(Embedded.number(count)).isEqualTo(1);
        assertThat(first.appliedIndex()).isGreaterThanOrEqualTo(index);
    }

    @Test
    void closingWaitsForWhatIsUnderWayAndEndsTheSession() {
        Raft leader = cluster.leader();
        Raft raft = cluster.all().stream()
                .filter(other -> other != leader)
                .findFirst()
                .orElseThrow();
        join(raft.submit(new byte[] {1}));
        List<CompletableFuture<Applied>> underWay = Stream.generate(() -> raft.submit(new byte[] {1}))
                .limit(200)
                .map(CompletionStage::toCompletableFuture)
                .toList();
        raft.close();

        assertThat(underWay).allSatisfy(answer -> assertThat(answer).isCompleted());
        long last = underWay.get(underWay.size() - 1).join().index();
        assertThat(payloads(last + 1)).hasExactlyElementsOfTypes(Payload.CloseSession.class);
    }

    /** What the log holds from there on, by the word of whoever has it. */
    private List<Payload> payloads(long from) {
        Config config = ConfigFactory.load();
        try (Connection connection = Connection.open(cluster.addresses(), new Target("embedded", "main"), config)) {
            List<Payload> payloads = new ArrayList<>();
            CompletableFuture<Void> one = new CompletableFuture<>();
            connection.subscribe(from, delivered -> {
                delivered.entries().forEach(entry -> payloads.add(entry.payload()));
                one.complete(null);
            });
            one.join();
            return payloads;
        }
    }

    @Test
    void whatIsClosedAnswersAtOnce() {
        Raft raft = cluster.all().get(0);
        raft.close();

        assertThat(raft.submit(new byte[] {1}).toCompletableFuture())
                .failsWithin(Duration.ofSeconds(1))
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(UnavailableException.class);
    }

    private static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }
}
