package io.balsa.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.balsa.Applied;
import io.balsa.Consistency;
import io.balsa.client.Connection;
import io.balsa.client.RefusedException;
import io.balsa.client.UnavailableException;
import io.balsa.model.LogEntry;
import io.balsa.model.Payload;
import io.balsa.protocol.Target;
import io.balsa.protocol.reply.AdminReply;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A client in an actor system of its own, over Artery, with three servers. */
@Timeout(60)
final class ConnectionIT {
    private static final Target TARGET = new Target("embedded", "main");
    private static final Config CONFIG = ConfigFactory.load();

    @TempDir
    private Path folder;

    private Embedded cluster;
    private Connection connection;

    @BeforeEach
    void start() throws IOException {
        cluster = Embedded.start(folder, 3);
        connection = Connection.open(cluster.addresses(), TARGET, CONFIG);
    }

    @AfterEach
    void stop() {
        connection.close();
        cluster.close();
    }

    @Test
    void commandsAndQueriesFindTheLeader() {
        for (int i = 1; i <= 10; i++) {
            join(connection.submit(new byte[] {1}));
            assertThat(Embedded.number(join(connection.query(new byte[0], Consistency.LINEARIZABLE))))
                    .isEqualTo(i);
        }
    }

    @Test
    void thePairOfSessionAndSequenceIsAppliedOnceAndAnswersTheSame() {
        long session = join(connection.openSession());
        Applied first = join(connection.submit(session, 1, new byte[] {1}));
        try (Connection other = Connection.open(cluster.addresses(), TARGET, CONFIG)) {
            for (int i = 0; i < 10; i++) {
                assertThat(join(other.submit(session, 1, new byte[] {1})).index())
                        .isEqualTo(first.index());
            }
        }

        assertThat(Embedded.number(join(connection.query(new byte[0], Consistency.LINEARIZABLE))))
                .isEqualTo(1);
        join(connection.closeSession(session));
        assertThatThrownBy(() -> join(connection.submit(session, 2, new byte[] {1})))
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(RefusedException.class);
    }

    @Test
    void everyServerTellsItsStatusAndItsLog() {
        long index = join(connection.submit(new byte[] {1})).index();
        for (String address : cluster.addresses()) {
            AdminReply.Status status = join(connection.status(address));
            assertThat(status.cluster()).isEqualTo("embedded");
            cluster.await(() -> join(connection.log(address, 1, index)).lastIndex() >= index);
            assertThat(join(connection.log(address, index, index))
                            .entries()
                            .first()
                            .index())
                    .isEqualTo(index);
        }
    }

    @Test
    void aSubscriberSeesEachEntryOnceAlsoWhenItsServerGoes() throws InterruptedException {
        BlockingQueue<LogEntry> seen = new LinkedBlockingQueue<>();
        CompletionStage<Void> ended =
                connection.subscribe(1, delivered -> delivered.entries().forEach(seen::add));
        long last = join(connection.submit(new byte[] {1})).index();
        expect(seen, 1, last);

        cluster.all().get(0).close();
        long next = join(connection.submit(new byte[] {1})).index();
        expect(seen, last + 1, next);

        connection.close();
        assertThat(ended.toCompletableFuture()).isCompleted();
    }

    @Test
    void aValueOfAMebibyteGoesThereAndBack() {
        byte[] large = new byte[1 << 20];
        large[0] = 'e';

        assertThat(join(connection.submit(large)).reply()).isEqualTo(large);
    }

    /** It is larger than a message may be on the connection that small ones share. */
    @Test
    void aPageOfTheLogMayHoldOneEntryOfAnySize() {
        byte[] large = new byte[900 << 10];
        long index = join(connection.submit(large)).index();

        for (String address : cluster.addresses()) {
            cluster.await(() -> join(connection.log(address, 1, index)).lastIndex() >= index);
            AdminReply.LogPage page = join(connection.log(address, index, index));
            LogEntry entry = page.entries().iterator().next();
            assertThat(((Payload.Command) entry.payload()).command()).isEqualTo(large);
        }
    }

    @Test
    void nobodyThereIsUnavailable() {
        Config quick = ConfigFactory.parseString("raft.client.timeout = 1 s").withFallback(CONFIG);
        List<String> nowhere = List.of("pekko://raft@127.0.0.1:1/user/raft");
        try (Connection lost = Connection.open(nowhere, TARGET, quick)) {
            assertThatThrownBy(() -> join(lost.submit(new byte[] {1})))
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(UnavailableException.class);
        }
    }

    private static void expect(BlockingQueue<LogEntry> seen, long first, long last) throws InterruptedException {
        for (long index = first; index <= last; index++) {
            LogEntry entry = seen.poll(20, TimeUnit.SECONDS);
            assertThat(entry).as("entry %s", index).isNotNull();
            assertThat(entry.index()).isEqualTo(index);
        }
    }

    private static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }
}
