package io.balsa.client;

import io.balsa.client.delivery.Outcome;
import io.balsa.client.link.Endpoint;
import io.balsa.client.link.Endpoints;
import io.balsa.client.link.Feed;
import io.balsa.protocol.Client;
import io.balsa.protocol.ClientReply;
import io.balsa.protocol.ClientReply.Reason;
import io.balsa.protocol.ClientRequest;
import io.balsa.protocol.Subscription.Deliver;
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
    private final Map<ActorRef<Deliver>, Subscriber> subscribers = new LinkedHashMap<>();
    /** Counts down, while the parcels' requests count up, so that no two requests have the same number. */
    private long requests;

    private int turn;

    /** What is known of one feed. */
    private static final class Subscriber {
        private final Consumer<? super Outcome<Void>> ended;
        private long next;
        private long request;
        private boolean waiting;
        private int refusals;

        Subscriber(Consumer<? super Outcome<Void>> ended) {
            this.ended = ended;
        }
    }

    Feeds(Endpoints endpoints, Client client) {
        this.endpoints = endpoints;
        this.client = client;
    }

    /**
     * @param ended is told when the feed can have no more
     */
    void add(ActorRef<Deliver> feed, Consumer<? super Outcome<Void>> ended) {
        subscribers.put(feed, new Subscriber(ended));
    }

    /** A feed wants to be subscribed. */
    void onResume(Feed.Resume resume, Desk desk) {
        Subscriber subscriber = subscribers.get(resume.feed());
        if (subscriber != null) {
            subscriber.refusals = resume.next() == subscriber.next ? subscriber.refusals : 0;
            subscriber.next = resume.next();
            subscriber.waiting = true;
            subscribe(desk);
        }
    }

    /** Subscribes those that wait, or looks for a server that answers. */
    void subscribe(Desk desk) {
        List<Endpoint> answering = endpoints.all().stream()
                .filter(endpoint -> endpoint.answers(desk.nanos()))
                .toList();
        subscribers.forEach((feed, subscriber) -> {
            if (subscriber.waiting && !answering.isEmpty()) {
                Endpoint endpoint = answering.get(Math.floorMod(turn++, answering.size()));
                subscriber.waiting = false;
                subscriber.request = --requests;
                endpoint.send(new ClientRequest.Subscribe(desk.target(), requests, client, subscriber.next, feed), 0);
            }
        });
        if (answering.isEmpty() && isWaiting()) {
            endpoints.all().forEach(desk::askWhoLeads);
        }
    }

    boolean isWaiting() {
        return subscribers.values().stream().anyMatch(subscriber -> subscriber.waiting);
    }

    /** The feed that is over, if this reply is about one; all others are tried again elsewhere. */
    Optional<ActorRef<Deliver>> onReply(ClientReply reply, Desk desk) {
        Optional<ActorRef<Deliver>> over = Optional.empty();
        for (Map.Entry<ActorRef<Deliver>, Subscriber> entry : subscribers.entrySet()) {
            Subscriber subscriber = entry.getValue();
            if (subscriber.request == reply.request() && reply instanceof ClientReply.Rejected rejected) {
                over = turnedAway(subscriber, rejected.reason()) ? Optional.of(entry.getKey()) : over;
            }
        }
        over.ifPresent(feed -> end(
                feed,
                new Outcome.Refused<>(
                        Outcome.Refusal.OUT_OF_RANGE, "no server has the entry at this index, or the one before it")));
        subscribe(desk);
        return over;
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
        subscribers.remove(feed).ended.accept(outcome);
    }

    /** Whether it is over; else the feed asks again after a while, or right now if others have not been asked. */
    private boolean turnedAway(Subscriber subscriber, Reason reason) {
        if (reason != Reason.OUT_OF_RANGE) {
            return false;
        }
        subscriber.refusals++;
        int servers = endpoints.all().size();
        subscriber.waiting = subscriber.refusals % servers != 0;
        return subscriber.refusals >= ROUNDS * servers;
    }
}
