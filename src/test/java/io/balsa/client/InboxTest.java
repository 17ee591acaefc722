package io.balsa.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.Applied;
import io.balsa.client.delivery.Call;
import io.balsa.client.delivery.Outbox;
import io.balsa.config.ClientSettings;
import io.balsa.protocol.ClientRequest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The way from many threads to one client: each command once, one wake-up per burst, within bounds. */
final class InboxTest {
    private final AtomicInteger woken = new AtomicInteger();
    private final Outbox outbox = new Outbox();

    @Test
    void aBurstWakesTheClientOnce() {
        Inbox inbox = inbox(1 << 20);
        inbox.submit(bytes(1));
        inbox.submit(bytes(2));
        inbox.submit(bytes(3));
        assertThat(woken).hasValue(1);

        inbox.drainTo(outbox);
        inbox.submit(bytes(4));

        assertThat(woken).hasValue(2);
        assertThat(taken()).containsExactly(1, 2, 3);
    }

    @Test
    void whatCameBeforeTheClientIsThereIsNotLost() {
        Inbox inbox = new Inbox(settings(1 << 20), () -> 0);
        inbox.submit(bytes(1));

        inbox.drainTo(outbox);

        assertThat(taken()).containsExactly(1);
    }

    @Test
    void manyThreadsHandInEachCommandOnceAndInTheirOwnOrder() throws InterruptedException {
        int threads = 4;
        int each = 20_000;
        Inbox inbox = inbox(Long.MAX_VALUE);
        List<Thread> producers = new ArrayList<>();
        for (int producer = 0; producer < threads; producer++) {
            int first = producer * each;
            producers.add(new Thread(() -> {
                for (int i = 0; i < each; i++) {
                    inbox.submit(bytes(first + i));
                }
            }));
        }
        producers.forEach(Thread::start);
        while (producers.stream().anyMatch(Thread::isAlive)) {
            inbox.drainTo(outbox);
        }
        inbox.drainTo(outbox);

        List<Integer> taken = taken();
        assertThat(taken).hasSize(threads * each).doesNotHaveDuplicates();
        for (int producer = 0; producer < threads; producer++) {
            int of = producer;
            assertThat(taken.stream().filter(number -> number / each == of)).isSorted();
        }
    }

    @Test
    void moreThanThereIsRoomForIsTurnedAwayAtOnce() {
        Inbox inbox = inbox(2 * (4 + Call.OVERHEAD));
        inbox.submit(bytes(1));
        inbox.submit(bytes(2));

        assertFails(inbox.submit(bytes(3)), UnavailableException.class, "busy");

        inbox.release(4 + Call.OVERHEAD);
        inbox.submit(bytes(4));
        inbox.drainTo(outbox);
        assertThat(taken()).containsExactly(1, 2, 4);
    }

    @Test
    void aSingleCommandIsAcceptedHoweverLittleRoomThereIs() {
        Inbox inbox = inbox(1);
        inbox.submit(bytes(1));
        inbox.drainTo(outbox);

        assertThat(taken()).containsExactly(1);
    }

    @Test
    void aCommandAboveTheLimitIsRefusedWithoutBeingSent() {
        Inbox inbox = inbox(1 << 20);

        assertFails(
                inbox.submit(new byte[1001 + ClientRequest.ROOM]),
                RefusedException.class,
                "raft.max-command-size 1000");
        assertThat(woken).hasValue(0);
        assertThat(inbox.pendingBytes()).isZero();
    }

    @Test
    void nobodyWaitsForAClientThatIsClosed() {
        Inbox inbox = inbox(1 << 20);
        inbox.submit(bytes(1));

        inbox.closeInto(outbox);

        assertThat(taken()).containsExactly(1);
        assertFails(inbox.submit(bytes(2)), UnavailableException.class, "closed");
    }

    private static void assertFails(CompletionStage<Applied> stage, Class<? extends Exception> type, String message) {
        assertThatThrownBy(() -> stage.toCompletableFuture().join())
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOf(type)
                .hasMessageContaining(message);
    }

    private List<Integer> taken() {
        List<Integer> numbers = new ArrayList<>();
        while (outbox.has(Call.Kind.COMMAND)) {
            outbox.take(Call.Kind.COMMAND, Long.MAX_VALUE).forEach(call -> numbers.add(number(call.bytes())));
        }
        return numbers;
    }

    private Inbox inbox(long maxPendingBytes) {
        Inbox inbox = new Inbox(settings(maxPendingBytes), () -> 0);
        inbox.wakeBy(woken::incrementAndGet);
        return inbox;
    }

    private static ClientSettings settings(long maxPendingBytes) {
        return new ClientSettings(Duration.ofSeconds(1), 8, maxPendingBytes, 1000, 100, false);
    }

    private static byte[] bytes(int number) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
    }

    private static int number(byte[] bytes) {
        return ByteBuffer.wrap(bytes).getInt();
    }
}
