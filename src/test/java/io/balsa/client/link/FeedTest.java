package io.balsa.client.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import io.balsa.model.LogEntry;
import io.balsa.model.Payload;
import io.balsa.protocol.Subscription.Deliver;
import io.balsa.protocol.Subscription.Processed;
import java.time.Duration;
import java.util.stream.LongStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A subscriber sees each entry once and in order, whatever is lost, repeated, or sent by a server it has left. */
final class FeedTest {
    private static final ActorTestKit KIT = ActorTestKit.create(ManualTime.config());
    private static final ManualTime TIME = ManualTime.get(KIT.system());

    private final TestProbe<Long> seen = KIT.createTestProbe();
    private final TestProbe<Feed.Report> reports = KIT.createTestProbe();
    private final TestProbe<Processed> server = KIT.createTestProbe();
    private final TestProbe<Processed> former = KIT.createTestProbe();
    private ActorRef<Deliver> feed;

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    @BeforeEach
    void aFeedFromIndexThree() {
        feed = KIT.spawn(Feed.create(
                3, (entries, commit) -> entries.forEach(entry -> seen.getRef().tell(entry.index())), reports.getRef()));
        assertThat(resumedAt(Duration.ofSeconds(3))).isEqualTo(3);
    }

    @Test
    void handsOnAndConfirms() {
        deliver(server, 3, 5);

        expectSeen(3, 4, 5);
        assertThat(server.receiveMessage()).isEqualTo(new Processed(5, feed));
    }

    @Test
    void aRepetitionIsHandedOnOnlyAsFarAsItIsNew() {
        deliver(server, 3, 4);
        deliver(server, 3, 6);

        expectSeen(3, 4, 5, 6);
        seen.expectNoMessage(Duration.ZERO);
    }

    @Test
    void whatFollowsALossIsNotHandedOnButAskedForAgain() {
        deliver(server, 3, 3);
        deliver(server, 5, 6);
        deliver(server, 7, 8);
        server.receiveMessage();
        server.expectNoMessage(Duration.ofMillis(0));
        expectSeen(3);
        expectBegun();

        KIT.createTestProbe().awaitAssert(() -> {
            TIME.timePasses(Feed.PAUSE);
            assertThat(resumedAt(Duration.ofMillis(100))).isEqualTo(4);
            return null;
        });
        seen.expectNoMessage(Duration.ZERO);
    }

    @Test
    void silenceIsAnsweredByAskingAgain() {
        deliver(server, 3, 4);
        assertThat(server.receiveMessage().index()).isEqualTo(4);
        expectBegun();

        KIT.createTestProbe().awaitAssert(() -> {
            TIME.timePasses(Feed.SILENCE);
            assertThat(resumedAt(Duration.ofMillis(100))).isEqualTo(5);
            return null;
        });
    }

    @Test
    void anEmptyDeliveryIsConfirmedAsASignOfLife() {
        feed.tell(new Deliver(new byte[0], 9, server.getRef()));

        assertThat(server.receiveMessage().index()).isEqualTo(2);
    }

    @Test
    void aServerThatWasLeftIsNotConfirmed() {
        deliver(server, 3, 3);
        deliver(former, 4, 9);
        deliver(server, 4, 4);

        expectSeen(3, 4);
        server.receiveSeveralMessages(2);
        former.expectNoMessage(Duration.ZERO);
    }

    @Test
    void theFirstDeliveryIsReportedOnceAlsoWhenItIsEmpty() {
        feed.tell(new Deliver(new byte[0], 9, server.getRef()));
        deliver(server, 3, 3);
        expectSeen(3);

        expectBegun();
        reports.expectNoMessage(Duration.ZERO);
    }

    private long resumedAt(Duration limit) {
        return ((Feed.Resume) reports.receiveMessage(limit)).next();
    }

    private void expectBegun() {
        reports.expectMessage(new Feed.Begun(feed));
    }

    private void expectSeen(long... indexes) {
        for (long index : indexes) {
            seen.expectMessage(index);
        }
    }

    private void deliver(TestProbe<Processed> from, long first, long last) {
        LogEntry[] entries = LongStream.rangeClosed(first, last)
                .mapToObj(index -> new LogEntry(new EntryId(index, 1), 0, new Payload.NoOp()))
                .toArray(LogEntry[]::new);
        feed.tell(new Deliver(Entries.of(entries).toByteArray(), last, from.getRef()));
    }
}
