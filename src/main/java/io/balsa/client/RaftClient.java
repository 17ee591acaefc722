package io.balsa.client;

import io.balsa.Applied;
import io.balsa.Consistency;
import io.balsa.client.delivery.Courier;
import io.balsa.client.delivery.Delivery;
import io.balsa.client.delivery.Errand;
import io.balsa.client.delivery.Freshness;
import io.balsa.client.delivery.Outcome;
import io.balsa.client.link.Dialer;
import io.balsa.client.link.Endpoints;
import io.balsa.client.link.Feed;
import io.balsa.config.ClientSettings;
import io.balsa.protocol.AdminRequest;
import io.balsa.protocol.Client;
import io.balsa.protocol.Subscription.Deliver;
import io.balsa.protocol.Target;
import io.balsa.protocol.link.ArteryLink;
import io.balsa.protocol.reply.AdminReply;
import io.balsa.protocol.reply.ClientReply;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * The client as an actor (§8): any server is a way in. It finds the leader, opens a session when it needs one, sends
 * together what has queued up, and repeats a command under the same sequence until it is answered or its time is up.
 *
 * <p>Spawn it under a path that {@code large-message-destinations} knows as {@code /user/client}: large answers come to
 * its child {@code bulk}. Answers are given on its thread and must not block; an actor passes {@code replyTo::tell}.
 * Commands of one client are applied in the order in which they came unless something fails on the way.
 */
public final class RaftClient extends AbstractBehavior<RaftClient.Command> {
    /** The name to spawn it under. */
    public static final String NAME = "client";

    /** Where it belongs in an actor system of Balsa's own: what waits for its answers runs there too. */
    public static final String DISPATCHER = "raft.client-dispatcher";

    private static final String BULK = "bulk";

    /** A feed takes its entries on the connection for large messages too. */
    private static final String FEED = "feed-";

    private final TimerScheduler<Command> timers;
    private final Inbox inbox;
    private final Delivery delivery;
    private final Desk desk;
    private final Feeds feeds;
    private final ActorRef<Feed.Report> reports;
    private Optional<Leave> leave = Optional.empty();
    private int feedCount;
    private boolean ticking;
    private boolean settling;

    /** What a client can be asked. */
    public sealed interface Command {}

    /** Has a command applied exactly once. */
    public record Submit(byte[] command, Consumer<? super Outcome<Applied>> answer) implements Command {}

    /** Has a command applied once for this session and sequence, whoever else sends the same pair. */
    public record SubmitAs(long session, long sequence, byte[] command, Consumer<? super Outcome<Applied>> answer)
            implements Command {}

    /** Asks the state machine; the index of the answer tells how far the state had come. */
    public record Query(byte[] query, Freshness freshness, Consumer<? super Outcome<Applied>> answer)
            implements Command {
        public Query(byte[] query, Consistency consistency, Consumer<? super Outcome<Applied>> answer) {
            this(query, Freshness.of(consistency), answer);
        }
    }

    /** Opens a session for {@link SubmitAs}. */
    public record OpenSession(Consumer<? super Outcome<Long>> answer) implements Command {}

    /** Ends a session. */
    public record CloseSession(long session, Consumer<? super Outcome<Long>> answer) implements Command {}

    /**
     * Takes leave: no more calls are taken from the inbox, and when those before have their answers, the session that
     * this client keeps for itself ends, if it has one, so that the cluster need not remember it.
     */
    public record Leave(Consumer<? super Outcome<Long>> answer) implements Command {}

    /** Asks one server how it is. */
    public record AskStatus(String endpoint, Consumer<? super Outcome<AdminReply.Status>> answer) implements Command {}

    /** Asks one server for a page of its log. */
    public record AskLog(String endpoint, long from, long to, Consumer<? super Outcome<AdminReply.LogPage>> answer)
            implements Command {}

    /** Has a server that leads give its office to another one, or to any when none is named. */
    public record AskTransfer(
            String endpoint, Optional<String> to, Consumer<? super Outcome<AdminReply.Transferred>> answer)
            implements Command {}

    /** Asks one server what only operators ask. */
    public record AskServer(String endpoint, Question question, Consumer<? super Outcome<AdminReply>> answer)
            implements Command {

        /** Makes the message; asked again under the same number, the server does nothing more. */
        @FunctionalInterface
        public interface Question {
            AdminRequest of(Target target, long request, ActorRef<AdminReply> replyTo);
        }
    }

    /**
     * Asks for committed entries as they come.
     *
     * @param subscriber called on another thread, one delivery at a time; may block
     * @param ended called when there will be no more
     */
    public record Subscribe(long from, Consumer<Delivered> subscriber, Consumer<? super Outcome<Void>> ended)
            implements Command {}

    private enum Signal implements Command {
        WAKE,
        SETTLED,
        TICK
    }

    private record Replied(ClientReply reply) implements Command {}

    private record Told(AdminReply reply) implements Command {}

    private record Reported(Feed.Report report) implements Command {}

    /**
     * Whom a client serves, and how it sees the world.
     *
     * @param target the cluster and group that must answer; what is left empty is taken from the first server to say
     *     what it is
     * @param endpoints addresses of servers to begin with
     * @param nanos monotonic time in nanoseconds
     * @param dialer opens the ways to servers
     * @param numbers requests are numbered from there on; see {@link Courier#anywhere}
     */
    public record Setup(
            Target target,
            List<String> endpoints,
            ClientSettings settings,
            LongSupplier nanos,
            Dialer dialer,
            long numbers) {

        /** A client over Artery. */
        public static Setup remote(Target target, List<String> endpoints, ClientSettings settings) {
            return new Setup(target, endpoints, settings, System::nanoTime, ArteryLink::to, Courier.anywhere());
        }
    }

    private RaftClient(ActorContext<Command> context, TimerScheduler<Command> timers, Setup setup, Inbox inbox) {
        super(context);
        this.timers = timers;
        this.inbox = inbox;
        ActorRef<Object> bulk = context.spawn(large(context.getSelf()), BULK);
        Client client = new Client(context.messageAdapter(ClientReply.class, Replied::new), bulk.narrow());
        Endpoints endpoints = new Endpoints(address -> setup.dialer().dial(address, context));
        setup.endpoints().forEach(endpoints::at);
        Desk.Inbound inbound = new Desk.Inbound(context.messageAdapter(AdminReply.class, Told::new), bulk.narrow());
        this.desk = new Desk(setup, endpoints, inbound);
        this.feeds = new Feeds(endpoints, client, context::stop);
        this.reports = context.messageAdapter(Feed.Report.class, Reported::new);
        this.delivery = new Delivery(endpoints, new Courier(client, setup.numbers()), setup.settings(), inbox::release);
    }

    /** A client that is only spoken to by message. */
    public static Behavior<Command> create(Setup setup) {
        return create(setup, new Inbox(setup.settings(), setup.nanos()));
    }

    /**
     * A client that also takes what threads put into an inbox.
     *
     * @param inbox of this client alone
     */
    public static Behavior<Command> create(Setup setup, Inbox inbox) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            RaftClient client = new RaftClient(context, timers, setup, inbox);
            ActorRef<Command> self = context.getSelf();
            inbox.wakeBy(() -> self.tell(Signal.WAKE));
            return client.pump();
        }));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessageEquals(Signal.WAKE, this::pump)
                .onMessageEquals(Signal.SETTLED, this::onSettled)
                .onMessage(Replied.class, this::onReplied)
                .onMessageEquals(Signal.TICK, this::onTick)
                .onMessage(Submit.class, this::onSubmit)
                .onMessage(SubmitAs.class, this::onSubmitAs)
                .onMessage(Query.class, this::onQuery)
                .onMessage(OpenSession.class, this::onOpenSession)
                .onMessage(CloseSession.class, this::onCloseSession)
                .onMessage(Leave.class, this::onLeave)
                .onMessage(AskStatus.class, this::onAskStatus)
                .onMessage(AskLog.class, this::onAskLog)
                .onMessage(AskTransfer.class, this::onAskTransfer)
                .onMessage(AskServer.class, this::onAskServer)
                .onMessage(Told.class, this::onTold)
                .onMessage(Subscribe.class, this::onSubscribe)
                .onMessage(Reported.class, this::onReported)
                .onSignal(Terminated.class, this::onFeedEnded)
                .onSignal(PostStop.class, this::onStop)
                .build();
    }

    /** The inbox sends a message behind all that wait in the mailbox now, so that those go together. */
    private Behavior<Command> onSubmit(Submit submit) {
        inbox.submit(submit.command(), guarded(submit.answer()));
        return this;
    }

    private Behavior<Command> onQuery(Query query) {
        inbox.query(query.query(), query.freshness(), guarded(query.answer()));
        return this;
    }

    private Behavior<Command> onSubmitAs(SubmitAs submit) {
        inbox.errand(Errand.submit(submit.session(), submit.sequence(), submit.command()), guarded(submit.answer()))
                .ifPresent(delivery::accept);
        return pump();
    }

    private Behavior<Command> onOpenSession(OpenSession open) {
        inbox.errand(Errand.openSession(), guarded(open.answer())).ifPresent(delivery::accept);
        return pump();
    }

    private Behavior<Command> onCloseSession(CloseSession close) {
        inbox.errand(Errand.closeSession(close.session()), guarded(close.answer()))
                .ifPresent(delivery::accept);
        return pump();
    }

    private Behavior<Command> onLeave(Leave wish) {
        inbox.closeInto(delivery.outbox());
        leave = Optional.of(new Leave(guarded(wish.answer())));
        return pump();
    }

    private void takeLeave(Leave wish) {
        leave = Optional.empty();
        OptionalLong session = delivery.leaveSession();
        if (session.isPresent()) {
            inbox.errand(Errand.closeSession(session.getAsLong()), wish.answer())
                    .ifPresent(delivery::accept);
            delivery.pump(desk);
        } else {
            wish.answer().accept(new Outcome.Done<>(0L));
        }
    }

    private Behavior<Command> onReplied(Replied replied) {
        ClientReply reply = replied.reply();
        if (reply.request() < 0) {
            feeds.onReply(reply, desk);
        } else {
            delivery.onReply(reply, desk.nanos());
        }
        if (!settling) {
            settling = true;
            getContext().getSelf().tell(Signal.SETTLED);
        }
        return this;
    }

    /** All answers that had come when the first of them was looked at have their effect: what follows goes together. */
    private Behavior<Command> onSettled() {
        settling = false;
        return pump();
    }

    private Behavior<Command> onAskStatus(AskStatus question) {
        desk.askStatus(new AskStatus(question.endpoint(), guarded(question.answer())), inbox.deadline());
        return pump();
    }

    private Behavior<Command> onAskLog(AskLog question) {
        Consumer<Outcome<AdminReply.LogPage>> answer = guarded(question.answer());
        desk.askLog(new AskLog(question.endpoint(), question.from(), question.to(), answer), inbox.deadline());
        return pump();
    }

    private Behavior<Command> onAskTransfer(AskTransfer question) {
        Consumer<Outcome<AdminReply.Transferred>> answer = guarded(question.answer());
        desk.askTransfer(new AskTransfer(question.endpoint(), question.to(), answer), inbox.deadline());
        return pump();
    }

    private Behavior<Command> onAskServer(AskServer question) {
        Consumer<Outcome<AdminReply>> answer = guarded(question.answer());
        desk.askServer(new AskServer(question.endpoint(), question.question(), answer), inbox.deadline());
        return pump();
    }

    private Behavior<Command> onTold(Told told) {
        desk.onReply(told.reply());
        feeds.subscribe(desk);
        return pump();
    }

    private Behavior<Command> onSubscribe(Subscribe request) {
        Behavior<Deliver> behavior = Feed.create(
                request.from(),
                (entries, commitIndex) -> request.subscriber().accept(new Delivered(entries, commitIndex)),
                reports);
        ActorRef<Deliver> feed = getContext().spawn(behavior, FEED + ++feedCount, DispatcherSelector.blocking());
        getContext().watch(feed);
        feeds.add(feed, inbox.deadline(), guarded(request.ended()));
        return pump();
    }

    private Behavior<Command> onReported(Reported reported) {
        feeds.onReport(reported.report(), desk);
        return pump();
    }

    private Behavior<Command> onTick() {
        ticking = false;
        desk.tick();
        delivery.tick(desk);
        feeds.tick(desk);
        return pump();
    }

    private Behavior<Command> onFeedEnded(Terminated ended) {
        feeds.onEnded(ended.getRef());
        return this;
    }

    private Behavior<Command> onStop(PostStop signal) {
        inbox.closeInto(delivery.outbox());
        delivery.close();
        desk.close();
        feeds.close();
        leave.ifPresent(wish -> wish.answer().accept(new Outcome.Unavailable<>("the client was closed")));
        return this;
    }

    /** A mistake in one callback must not leave everybody else without an answer. */
    private <T> Consumer<Outcome<T>> guarded(Consumer<? super Outcome<T>> answer) {
        return outcome -> {
            try {
                answer.accept(outcome);
            } catch (RuntimeException mistake) {
                getContext().getLog().error("a callback has thrown; the client goes on", mistake);
            }
        };
    }

    /** Sends what there is; and as long as anything is open, a timer looks after it. */
    private Behavior<Command> pump() {
        inbox.drainTo(delivery.outbox());
        delivery.pump(desk);
        leave.filter(wish -> delivery.isIdle()).ifPresent(this::takeLeave);
        boolean idle = delivery.isIdle() && desk.isIdle() && feeds.isIdle();
        if (!idle && (!ticking || delivery.isInHurry(desk))) {
            ticking = true;
            timers.startSingleTimer(Signal.TICK, delivery.pace(desk));
        }
        return this;
    }

    /** Takes answers that come on the connection for large messages. */
    private static Behavior<Object> large(ActorRef<Command> client) {
        return Behaviors.receive(Object.class)
                .onMessage(ClientReply.class, reply -> {
                    client.tell(new Replied(reply));
                    return Behaviors.same();
                })
                .onMessage(AdminReply.class, reply -> {
                    client.tell(new Told(reply));
                    return Behaviors.same();
                })
                .build();
    }
}
