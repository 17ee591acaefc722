package io.balsa.client;

import io.balsa.client.delivery.Delivery;
import io.balsa.client.delivery.Outcome;
import io.balsa.client.link.Endpoint;
import io.balsa.client.link.Endpoints;
import io.balsa.client.link.Inquiries;
import io.balsa.protocol.AdminRequest;
import io.balsa.protocol.AdminRequest.GetLog;
import io.balsa.protocol.AdminRequest.GetStatus;
import io.balsa.protocol.AdminRequest.Transfer;
import io.balsa.protocol.Target;
import io.balsa.protocol.reply.AdminReply;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;

/** Asks servers about themselves: for whoever wants to know, and to learn who leads. */
final class Desk implements Delivery.Now {
    /** How long one question about the leader stays open. */
    private static final long PATIENCE = Duration.ofSeconds(5).toNanos();

    private final Endpoints endpoints;
    private final LongSupplier nanos;
    private final Inbound inbound;
    private final Inquiries inquiries;
    private final Set<Endpoint> asked = new LinkedHashSet<>();
    private Target target;

    /**
     * Where answers are to go.
     *
     * @param bulk for answers that may be large
     */
    record Inbound(ActorRef<AdminReply> small, ActorRef<AdminReply> bulk) {}

    Desk(RaftClient.Setup setup, Endpoints endpoints, Inbound inbound) {
        this.target = setup.target();
        this.endpoints = endpoints;
        this.nanos = setup.nanos();
        this.inbound = inbound;
        this.inquiries = new Inquiries(setup.numbers());
    }

    @Override
    public long nanos() {
        return nanos.getAsLong();
    }

    @Override
    public Target target() {
        return target;
    }

    @Override
    public void askWhoLeads(Endpoint endpoint) {
        long now = nanos();
        if (endpoint.mayBeProbed(now) && asked.add(endpoint)) {
            Inquiries.Inquiry inquiry = new Inquiries.Inquiry(
                    endpoint,
                    now + PATIENCE,
                    request -> new GetStatus(target, request, inbound.small()),
                    reply -> onWhoLeads(endpoint, reply));
            inquiries.ask(inquiry, now);
        }
    }

    void askStatus(RaftClient.AskStatus question, long deadline) {
        ask(
                question.endpoint(),
                deadline,
                new Question<>(
                        AdminReply.Status.class,
                        request -> new GetStatus(target, request, inbound.small()),
                        question.answer()));
    }

    void askLog(RaftClient.AskLog question, long deadline) {
        ask(
                question.endpoint(),
                deadline,
                new Question<>(
                        AdminReply.LogPage.class,
                        request -> new GetLog(target, request, inbound.bulk(), question.from(), question.to()),
                        question.answer()));
    }

    void askTransfer(RaftClient.AskTransfer question, long deadline) {
        ask(
                question.endpoint(),
                deadline,
                new Question<>(
                        AdminReply.Transferred.class,
                        request -> new Transfer(target, request, inbound.small(), question.to()),
                        question.answer()));
    }

    void askServer(RaftClient.AskServer question, long deadline) {
        ask(
                question.endpoint(),
                deadline,
                new Question<>(
                        AdminReply.class,
                        request -> question.question().of(target, request, inbound.small()),
                        question.answer()));
    }

    /** A question, what answers it, and who wants to know. */
    private record Question<T extends AdminReply>(
            Class<T> kind, LongFunction<AdminRequest> message, Consumer<? super Outcome<T>> answer) {}

    private <T extends AdminReply> void ask(String address, long deadline, Question<T> question) {
        Endpoint endpoint = endpoints.at(address);
        Inquiries.Inquiry inquiry =
                new Inquiries.Inquiry(endpoint, deadline, question.message(), reply -> question.answer()
                        .accept(outcome(question.kind(), endpoint, reply)));
        inquiries.ask(inquiry, nanos());
    }

    void onReply(AdminReply reply) {
        inquiries.answered(ours(reply), nanos());
    }

    void tick() {
        inquiries.tick(nanos());
    }

    boolean isIdle() {
        return inquiries.isEmpty();
    }

    /** Ends all that is open. */
    void close() {
        inquiries.tick(Long.MAX_VALUE);
    }

    private void onWhoLeads(Endpoint endpoint, Optional<AdminReply> reply) {
        asked.remove(endpoint);
        if (reply.isPresent() && reply.get() instanceof AdminReply.Status status) {
            endpoint.foreign(false);
            onStatus(endpoint, status);
        } else if (reply.isPresent() && reply.get() instanceof AdminReply.Foreign) {
            endpoint.foreign(true);
            endpoints.forget(endpoint);
        }
    }

    /** When no cluster was named, the first server to answer decides on it; from then on all others are foreign. */
    private AdminReply ours(AdminReply reply) {
        if (!(reply instanceof AdminReply.Status status)) {
            return reply;
        }
        Target actual = new Target(status.cluster(), status.group());
        if (!target.fits(actual)) {
            return new AdminReply.Foreign(status.request(), actual.cluster(), actual.group());
        }
        target = actual;
        return status;
    }

    private void onStatus(Endpoint endpoint, AdminReply.Status status) {
        if (status.leader().equals(Optional.of(status.node()))) {
            endpoints.claims(endpoint, status.term(), status.quorum());
        } else {
            Optional<String> named = status.leader().flatMap(leader -> address(status, leader));
            endpoints.denies(endpoint, named, nanos());
        }
    }

    private <T extends AdminReply> Outcome<T> outcome(Class<T> kind, Endpoint endpoint, Optional<AdminReply> reply) {
        if (reply.isEmpty()) {
            return new Outcome.Unavailable<>(endpoint + " does not answer");
        }
        if (reply.get() instanceof AdminReply.Foreign foreign) {
            String reason = endpoint + " belongs to cluster \"" + foreign.cluster() + "\" group \"" + foreign.group()
                    + "\", not to \"" + target.cluster() + "\" \"" + target.group() + "\"";
            return new Outcome.Refused<>(Outcome.Refusal.FOREIGN, reason);
        }
        return kind.isInstance(reply.get())
                ? new Outcome.Done<>(kind.cast(reply.get()))
                : new Outcome.Unavailable<>(endpoint + " answers another question");
    }

    private static Optional<String> address(AdminReply.Status status, String node) {
        return status.peers().stream()
                .filter(peer -> peer.node().equals(node))
                .map(AdminReply.Peer::address)
                .findFirst();
    }
}
