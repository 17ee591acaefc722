package io.balsa.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.client.delivery.Outcome;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Nobody waits for a client that has ended, whenever and however it has. */
final class PromisesTest {
    private final Promises promises = new Promises();
    private final AtomicReference<Promise<Long>> asked = new AtomicReference<>();

    @Test
    void whatIsOpenAtTheEndFails() {
        CompletionStage<Long> kept = promises.open(asked::set);
        assertThat(asked.get()).isNotDone();

        promises.close();

        assertFailed(kept);
    }

    @Test
    void whatComesLaterFailsAtOnce() {
        promises.close();

        assertFailed(promises.open(asked::set));
        assertThat(asked.get()).as("nobody is asked").isNull();
    }

    @Test
    void whatWasKeptStays() {
        CompletionStage<Long> kept = promises.open(asked::set);
        asked.get().accept(new Outcome.Done<>(7L));

        promises.close();

        assertThat(kept.toCompletableFuture()).isCompletedWithValue(7L);
    }

    private static void assertFailed(CompletionStage<Long> stage) {
        assertThat(stage.toCompletableFuture())
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(UnavailableException.class);
    }
}
