package io.balsa.client;

import io.balsa.client.delivery.Outcome;
import io.balsa.client.link.Endpoint;
import io.balsa.client.link.Endpoints;
import io.balsa.client.link.Feed;
import io.balsa.protocol.Client;
import io.balsa.protocol.ClientRequest;
import io.balsa.protocol.Subscription.Deliver;
import io.balsa.protocol.reply.ClientReply;
import io.balsa.protocol.reply.ClientReply.Reason;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;

/** The subscriptions of a client: subscribes each feed with a server that answers, with another one at every turn. */
final class Feeds {
    /** So often must all servers turn a feed away in a row before it is over; some may only trail behind a little. */
    private static final int ROUNDS = 3;

    private final Endpoints endpoints;
    private final Client client;
    private final Consumer<ActorRef<Deliver>> stop;
    private final Map<ActorRef<Deliver>, Subscriber> subscribers = new LinkedHashMap<>();
    /** Counts down, while the parcels' requests count up, so that no two requests have the same number. */
    private long requests;

    private int turn;

    /** What is known of one feed. */
    private static final class Subscriber {
        private final long deadline;
        private final Consumer<? super Outcome<Void>> ended;
        private long next;
        private long request;
        private Optional<Endpoint> server = Optional.empty();
        private boolean begun;
        private boolean waiting;
        private int refusals;
        private String problem = "";

        Subscriber(long deadline, Consumer<? super Outcome<Void>> ended) {
            this.deadline = deadline;
            this.ended = ended;
        }
    }

    /**
     * @param stop ends a feed that is over
     */
    Feeds(Endpoints endpoints, Client client, Consumer<ActorRef<Deliver>> stop) {
        this.endpoints = endpoints;
        this.client = client;
        this.stop = stop;
    }

    /**
     * @param deadline by when a server must have begun to deliver; then it may take as long as it wants
     * @param ended is told when the feed can have no more
     */
    void add(ActorRef<Deliver> feed, long deadline, Consumer<? super Outcome<Void>> ended) {
        subscribers.put(feed, new Subscriber(deadline, ended));
    }

    /** A feed has begun, or wants to be subscribed. */
    void onReport(Feed.Report report, Desk desk) {
        Subscriber subscriber = subscribers.get(report.feed());
        if (subscriber != null && report instanceof Feed.Resume resume) {
            subscriber.refusals = resume.next() == subscriber.next ? subscriber.refusals : 0;
            subscriber.next = resume.next();
            subscriber.waiting = true;
            subscribe(desk);
        } else if (subscriber != null) {
            subscriber.begun = true;
        }
    }

    /** Gives up those that nobody has begun to serve in time, and looks for servers for the others. */
    void tick(Desk desk) {
        List<ActorRef<Deliver>> late = subscribers.keySet().stream()
                .filter(feed -> isLate(subscribers.get(feed), desk.nanos()))
                .toList();
        late.forEach(feed -> end(feed, unserved(subscribers.get(feed), desk.nanos())));
        subscribe(desk);
    }

    /** Subscribes those that wait, or looks for a server that answers. */
    void subscribe(Desk desk) {
        List<Endpoint> answering = endpoints.all().stream()
                .filter(endpoint ->
                        endpoint.answers(desk.nanos()) && desk.target().known())
                .toList();
        subscribers.forEach((feed, subscriber) -> {
            if (subscriber.waiting && !answering.isEmpty()) {
                Endpoint endpoint = answering.get(Math.floorMod(turn++, answering.size()));
                subscriber.waiting = false;
                subscriber.server = Optional.of(endpoint);
                subscriber.request = --requests;
                endpoint.send(new ClientRequest.Subscribe(desk.target(), requests, client, subscriber.next, feed), 0);
            }
        });
        boolean unserved = subscribers.values().stream().anyMatch(subscriber -> subscriber.waiting);
        if (answering.isEmpty() && unserved) {
            endpoints.all().forEach(desk::askWhoLeads);
        }
    }

    /** Whether there is nothing to wait for but entries. */
    boolean isIdle() {
        return subscribers.values().stream().allMatch(subscriber -> subscriber.begun && !subscriber.waiting);
    }

    /** A server has turned a feed away: that is over, or is tried again elsewhere. */
    void onReply(ClientReply reply, Desk desk) {
        List<ActorRef<Deliver>> over = new ArrayList<>();
        subscribers.forEach((feed, subscriber) -> {
            boolean turnedAway = subscriber.request == reply.request() && reply instanceof ClientReply.Rejected;
            if (turnedAway && isOver(subscriber, ((ClientReply.Rejected) reply).reason())) {
                over.add(feed);
            }
        });
        over.forEach(feed -> end(feed, outOfRange()));
        subscribe(desk);
    }

    /** A feed has stopped; unless it was told to, its subscriber has thrown. */
    void onEnded(ActorRef<?> feed) {
        Subscriber subscriber = subscribers.remove(feed);
        if (subscriber != null) {
            subscriber.ended.accept(new Outcome.Unavailable<>("the subscriber has thrown an exception"));
        }
    }

    /** Ends all. */
    void close() {
        for (ActorRef<Deliver> feed : List.copyOf(subscribers.keySet())) {
            end(feed, new Outcome.Done<>(null));
        }
    }

    private void end(ActorRef<Deliver> feed, Outcome<Void> outcome) {
        Subscriber subscriber = subscribers.remove(feed);
        stop.accept(feed);
        subscriber.ended.accept(outcome);
    }

    private boolean isLate(Subscriber subscriber, long now) {
        return !subscriber.begun && (subscriber.deadline <= now || endpoints.areForeign());
    }

    private Outcome<Void> unserved(Subscriber subscriber, long now) {
        if (subscriber.refusals > 0) {
            return outOfRange();
        }
        boolean nobody = endpoints.anyone(now).isEmpty();
        String reason = nobody ? endpoints.silence(now) : "no server has begun to deliver" + subscriber.problem;
        return Outcome.unsent(endpoints.onlyForeignAnswer(now), reason);
    }

    private static Outcome<Void> outOfRange() {
        return new Outcome.Refused<>(
                Outcome.Refusal.OUT_OF_RANGE, "no server has the entry at this index, or the one before it");
    }

    /** Whether it is over; else the feed asks again after a while, or right now if others have not been asked. */
    private boolean isOver(Subscriber subscriber, Reason reason) {
        subscriber.problem = subscriber
                .server
                .map(server -> "; " + server + " answers " + reason)
                .orElse("");
        if (reason == Reason.FOREIGN) {
            subscriber.server.ifPresent(server -> server.foreign(true));
            subscriber.waiting = true;
        }
        if (reason != Reason.OUT_OF_RANGE) {
            return false;
        }
        subscriber.refusals++;
        int servers = endpoints.all().size();
        subscriber.waiting = subscriber.refusals % servers != 0;
        return subscriber.refusals >= ROUNDS * servers;
    }
}
