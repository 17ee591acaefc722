package io.balsa.machine;

import static io.balsa.machine.Rig.command;
import static io.balsa.machine.Rig.commands;
import static io.balsa.machine.Rig.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.model.Entries;
import io.balsa.model.LogEntry;
import io.balsa.protocol.ClientRequest;
import io.balsa.protocol.LogRead;
import io.balsa.protocol.Subscription;
import io.balsa.protocol.reply.ClientReply;
import io.balsa.protocol.reply.ClientReply.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Committed entries to subscribers: in order, without gaps, at each one's own pace. */
final class SubscriptionsTest {
    private static final ActorTestKit KIT = Rig.kit();
    private static final Duration TICK = Rig.TIMEOUT.dividedBy(4);

    private final Rig rig = Rig.of(KIT);
    private final TestProbe<Subscription.Deliver> subscriber = KIT.createTestProbe();

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    @Test
    void aSubscriberIsGreetedAndThenToldOfEntriesAsTheyAreApplied() {
        subscribe(subscriber, 1);
        assertThat(greeting(subscriber).entries().isEmpty()).isTrue();
        rig.commit(2, commands(1, 3));
        Subscription.Deliver delivered = subscriber.receiveMessage();
        assertThat(indexes(delivered)).containsExactly(1L, 2L);
        assertThat(delivered.commitIndex()).isEqualTo(2);
        rig.commit(3, commands(3, 3));
        assertThat(indexes(subscriber.receiveMessage())).containsExactly(3L);
    }

    @Test
    void oneThatComesLaterCatchesUpFromTheLogFilesAndGoesOnLive() {
        rig.commit(4, commands(1, 4));
        subscribe(subscriber, 2);
        greeting(subscriber);
        LogRead.Read read = rig.reads(commands(2, 3));
        assertThat(read.fromIndex()).isEqualTo(2);
        assertThat(read.toIndex()).isEqualTo(4);
        assertThat(indexes(subscriber.receiveMessage())).containsExactly(2L, 3L);
        rig.reads(commands(4, 4));
        assertThat(indexes(subscriber.receiveMessage())).containsExactly(4L);
        rig.commit(5, commands(5, 5));
        assertThat(indexes(subscriber.receiveMessage())).containsExactly(5L);
        rig.reader.expectNoMessage(Duration.ZERO);
    }

    @Test
    void whatIsAppliedWhileAPageIsReadIsNeitherLostNorToldTwice() {
        rig.commit(2, commands(1, 2));
        subscribe(subscriber, 1);
        greeting(subscriber);
        rig.commit(3, commands(3, 3));
        rig.settled();
        rig.reads(commands(1, 2));
        rig.reads(commands(3, 3));
        assertThat(indexes(subscriber.receiveMessage())).containsExactly(1L, 2L);
        assertThat(indexes(subscriber.receiveMessage())).containsExactly(3L);
    }

    @Test
    void noMoreThanAWindowIsOnItsWay() {
        subscribe(subscriber, 1);
        greeting(subscriber);
        Entries all = commands(1, 100);
        rig.commit(100, all);
        Subscription.Deliver first = subscriber.receiveMessage();
        assertThat(first.block().length).isBetween(Rig.WINDOW / 2, Rig.WINDOW);
        rig.settled();
        subscriber.expectNoMessage(Duration.ZERO);

        List<Long> seen = new ArrayList<>(indexes(first));
        confirm(subscriber, first);
        while (seen.size() < 100) {
            LogRead.Read read = rig.reader.receiveMessage();
            Entries page = all.from(read.fromIndex()).limitedTo(read.maxBytes());
            read.replyTo().tell(new LogRead.Found(read.fromIndex(), page, 1));
            Subscription.Deliver next = subscriber.receiveMessage();
            assertThat(next.block().length).isLessThanOrEqualTo(Rig.WINDOW);
            seen.addAll(indexes(next));
            confirm(subscriber, next);
        }
        assertThat(seen).isEqualTo(LongStream.rangeClosed(1, 100).boxed().toList());
    }

    @Test
    void anEntryLargerThanTheWindowGoesAlone() {
        subscribe(subscriber, 1);
        greeting(subscriber);
        Entries block = Entries.of(entry(1, 1, command("small")), entry(2, 1, command("x".repeat(2 * Rig.WINDOW))));
        rig.commit(2, block);
        Subscription.Deliver small = subscriber.receiveMessage();
        assertThat(indexes(small)).containsExactly(1L);
        rig.settled();
        rig.commit(3, commands(3, 3));
        rig.settled();
        rig.reader.expectNoMessage(Duration.ZERO);
        subscriber.expectNoMessage(Duration.ZERO);
        confirm(subscriber, small);
        rig.reads(block.from(2));
        assertThat(indexes(subscriber.receiveMessage())).containsExactly(2L);
    }

    @Test
    void aSlowSubscriberDoesNotHoldUpAnother() {
        TestProbe<Subscription.Deliver> slow = KIT.createTestProbe();
        subscribe(slow, 1);
        subscribe(subscriber, 1);
        greeting(slow);
        greeting(subscriber);
        for (long index = 1; index <= 100; index++) {
            rig.commit(index, commands(index, index));
            Subscription.Deliver delivered = subscriber.receiveMessage();
            assertThat(indexes(delivered)).containsExactly(index);
            confirm(subscriber, delivered);
        }
        assertThat(rig.machine.told()).hasSize(100);
    }

    @Test
    void oneThatConfirmsNothingForTheTimeoutIsDroppedAndToldSo() {
        subscribe(subscriber, 1);
        greeting(subscriber);
        rig.commit(1, commands(1, 1));
        subscriber.receiveMessage();
        passTicks(4);
        rig.client.expectNoMessage(Duration.ZERO);
        passTicks(1);
        ClientReply.Rejected rejected = rig.expectReply(ClientReply.Rejected.class);
        assertThat(rejected.reason()).isEqualTo(Reason.BUSY);
        rig.commit(2, commands(2, 2));
        rig.settled();
        subscriber.expectNoMessage(Duration.ZERO);
    }

    @Test
    void oneThatConfirmsStaysHoweverLongNothingHappens() {
        subscribe(subscriber, 1);
        confirm(subscriber, greeting(subscriber));
        for (int i = 0; i < 10; i++) {
            passTicks(1);
            Subscription.Deliver signOfLife = subscriber.receiveMessage();
            assertThat(signOfLife.entries().isEmpty()).isTrue();
            confirm(subscriber, signOfLife);
        }
        rig.commit(1, commands(1, 1));
        assertThat(indexes(subscriber.receiveMessage())).containsExactly(1L);
        rig.client.expectNoMessage(Duration.ZERO);
    }

    @Test
    void aDroppedSubscriberGoesOnAfterWhatItHasProcessed() {
        subscribe(subscriber, 1);
        greeting(subscriber);
        rig.commit(2, commands(1, 2));
        subscriber.receiveMessage();
        passTicks(5);
        rig.expectReply(ClientReply.Rejected.class);
        rig.commit(3, commands(3, 3));
        subscribe(subscriber, 2);
        greeting(subscriber);
        rig.reads(commands(2, 3));
        assertThat(indexes(subscriber.receiveMessage())).containsExactly(2L, 3L);
    }

    @Test
    void subscribingAgainMovesTheSubscription() {
        rig.commit(3, commands(1, 3));
        subscribe(subscriber, 4);
        greeting(subscriber);
        subscribe(subscriber, 3);
        greeting(subscriber);
        rig.reads(commands(3, 3));
        assertThat(indexes(subscriber.receiveMessage())).containsExactly(3L);
        rig.commit(4, commands(4, 4));
        assertThat(indexes(subscriber.receiveMessage())).containsExactly(4L);
        rig.settled();
        subscriber.expectNoMessage(Duration.ZERO);
    }

    @Test
    void anIndexTheLogDoesNotHaveIsOutOfRange() {
        rig.commit(2, commands(1, 2));
        subscribe(subscriber, 0);
        assertThat(rig.expectReply(ClientReply.Rejected.class).reason()).isEqualTo(Reason.OUT_OF_RANGE);
        subscribe(subscriber, 4);
        assertThat(rig.expectReply(ClientReply.Rejected.class).reason()).isEqualTo(Reason.OUT_OF_RANGE);
        subscribe(subscriber, 3);
        greeting(subscriber);
    }

    @Test
    void whatIsAppliedAndNotOnFileForLongEndsTheSubscriptionForNow() {
        rig.commit(2, commands(1, 2));
        subscribe(subscriber, 1);
        Subscription.Deliver greeting = greeting(subscriber);
        for (int pause = 10; pause <= 5120; pause *= 2) {
            rig.reads(Entries.EMPTY);
            rig.settled();
            confirm(subscriber, greeting);
            rig.time.timePasses(Duration.ofMillis(pause));
        }
        rig.reads(Entries.EMPTY);
        assertThat(rig.expectReply(ClientReply.Rejected.class).reason()).isEqualTo(Reason.BUSY);
    }

    @Test
    void moreThanTheConfiguredNumberAreRefused() {
        subscribe(KIT.createTestProbe(), 1);
        subscribe(KIT.createTestProbe(), 1);
        subscribe(subscriber, 1);
        assertThat(rig.expectReply(ClientReply.Rejected.class).reason()).isEqualTo(Reason.BUSY);
    }

    private void passTicks(int ticks) {
        for (int i = 0; i < ticks; i++) {
            rig.settled();
            rig.time.timePasses(TICK);
        }
        rig.settled();
    }

    private void subscribe(TestProbe<Subscription.Deliver> to, long from) {
        rig.applier.tell(
                new Applier.Subscribe(new ClientRequest.Subscribe(Rig.TARGET, 1, rig.client(), from, to.getRef())));
    }

    private static Subscription.Deliver greeting(TestProbe<Subscription.Deliver> of) {
        Subscription.Deliver greeting = of.receiveMessage();
        assertThat(greeting.block()).isEmpty();
        return greeting;
    }

    private static void confirm(TestProbe<Subscription.Deliver> of, Subscription.Deliver delivered) {
        long processed = delivered.entries().last().index();
        delivered.feed().tell(new Subscription.Processed(processed, of.getRef()));
    }

    private static List<Long> indexes(Subscription.Deliver delivered) {
        return delivered.entries().toList().stream().map(LogEntry::index).toList();
    }
}
