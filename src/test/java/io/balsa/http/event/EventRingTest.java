package io.balsa.http.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.model.NodeId;
import io.balsa.trace.RaftEvent;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Whoever reads on misses nothing that is kept, and is told when something is not. */
final class EventRingTest {
    private static final Duration LONG = Duration.ofMinutes(10);

    private final EventRing ring = new EventRing("a", 3);

    @Test
    void whatIsBehindAPlaceComesAtOnceAndInOrder() {
        add(1, 2, 3);

        EventRing.Batch batch = after(1);

        assertThat(batch.events()).extracting(EventRing.Numbered::number).containsExactly(2L, 3L);
        assertThat(batch.missed()).isFalse();
        assertThat(batch.place()).isEqualTo(3);
    }

    @Test
    void aReaderAtTheEndWaitsForTheNextEvent() {
        add(1);
        CompletableFuture<EventRing.Batch> reader = ring.after(1, LONG).toCompletableFuture();
        assertThat(reader).isNotDone();

        add(2);

        assertThat(reader.join().events())
                .extracting(EventRing.Numbered::number)
                .containsExactly(2L);
        assertThat(ring.waiting()).isZero();
    }

    @Test
    void aReaderThatIsTooSlowIsToldSo() {
        add(1, 2, 3, 4, 5);

        EventRing.Batch batch = after(1);

        assertThat(batch.missed()).isTrue();
        assertThat(batch.events()).extracting(EventRing.Numbered::number).containsExactly(3L, 4L, 5L);
        assertThat(after(2).missed()).isFalse();
        assertThat(ring.all()).hasSize(3);
        assertThat(ring.beginning()).isEqualTo(2);
    }

    @Test
    void nobodyWaitsForEver() {
        EventRing.Batch batch =
                ring.after(0, Duration.ofMillis(1)).toCompletableFuture().join();

        assertThat(batch.events()).isEmpty();
        assertThat(batch.over()).isFalse();
        assertThat(ring.waiting()).isZero();
    }

    @Test
    void aPlaceOfAnotherLifeIsNone() {
        add(1, 2);

        assertThat(ring.place("a-1")).contains(1L);
        assertThat(ring.place(ring.id(2))).contains(2L);
        assertThat(ring.place("b-1")).isEmpty();
        assertThat(ring.place("a-3")).as("not yet told").isEmpty();
        assertThat(ring.place("a-x")).isEmpty();
        assertThat(ring.place("")).isEmpty();
    }

    @Test
    void itIsOverForAllReaders() {
        CompletableFuture<EventRing.Batch> reader = ring.after(0, LONG).toCompletableFuture();

        ring.close();

        assertThat(reader.join().over()).isTrue();
        assertThat(after(0).over()).isTrue();
    }

    private EventRing.Batch after(long place) {
        return ring.after(place, LONG).toCompletableFuture().join();
    }

    private void add(long... terms) {
        for (long term : terms) {
            ring.add(new RaftEvent.TermChanged(NodeId.of("n1"), term, term - 1));
        }
    }
}
