package io.balsa.client.delivery;

import io.balsa.Applied;
import io.balsa.protocol.ClientRequest;
import io.balsa.protocol.reply.ClientReply;
import io.balsa.protocol.reply.ClientReply.Status;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A request for its own sake: opening or closing a session, or one command whose session and sequence somebody else
 * chose.
 *
 * @param <T> what it is answered with
 */
public final class Errand<T> extends Parcel {
    private final long bytes;
    private final Function<Label, ClientRequest> message;
    private final Function<ClientReply, Optional<Outcome<T>>> reading;
    private final Consumer<? super Outcome<T>> answer;

    /**
     * What is sent and how its answer is read.
     *
     * @param bytes about how large the message is
     * @param reading what a reply means, if it is one to this message
     */
    public record Text<T>(
            long bytes, Function<Label, ClientRequest> message, Function<ClientReply, Optional<Outcome<T>>> reading) {}

    public Errand(long deadline, Text<T> text, Consumer<? super Outcome<T>> answer) {
        super(deadline);
        this.bytes = text.bytes();
        this.message = text.message();
        this.reading = text.reading();
        this.answer = answer;
    }

    /** Asks for a new session. If the answer is lost, there is one that nobody uses until the cluster evicts it. */
    public static Text<Long> openSession() {
        return new Text<>(
                0,
                label -> new ClientRequest.OpenSession(label.target(), label.request(), label.client()),
                reply -> reply instanceof ClientReply.SessionOpened opened
                        ? Optional.of(new Outcome.Done<>(opened.session()))
                        : Optional.empty());
    }

    public static Text<Long> closeSession(long session) {
        return new Text<>(
                0,
                label -> new ClientRequest.CloseSession(label.target(), label.request(), label.client(), session),
                reply -> reply instanceof ClientReply.SessionClosed
                        ? Optional.of(new Outcome.Done<>(session))
                        : Optional.empty());
    }

    /** One command of a session that others may use too: nothing is known of which replies they still want. */
    public static Text<Applied> submit(long session, long sequence, byte[] command) {
        byte[][] commands = {command};
        return new Text<>(
                command.length,
                label -> new ClientRequest.Submit(
                        label.target(), label.request(), label.client(), session, sequence, 0, commands),
                reply -> reply instanceof ClientReply.Submitted submitted && submitted.statuses().length == 1
                        ? Optional.of(outcome(submitted))
                        : Optional.empty());
    }

    @Override
    ClientRequest message(Label label) {
        return message.apply(label);
    }

    @Override
    long bytes() {
        return bytes;
    }

    @Override
    boolean answered(ClientReply reply) {
        Optional<Outcome<T>> outcome = reading.apply(reply);
        outcome.ifPresent(told -> answer.accept(honest(told)));
        return outcome.isPresent();
    }

    @Override
    void refuse(Outcome.Refusal refusal, String reason) {
        answer.accept(honest(new Outcome.Refused<>(refusal, reason)));
    }

    @Override
    void giveUp(String reason) {
        answer.accept(mayBeDone() ? new Outcome.Unknown<>(reason) : new Outcome.Unavailable<>(reason));
    }

    /** A refusal is not the truth if an earlier attempt may have been carried out while the session was still open. */
    private Outcome<T> honest(Outcome<T> told) {
        return told instanceof Outcome.Refused<T> refused && mayBeDone()
                ? new Outcome.Unknown<>(refused.reason() + ", but it had been sent before")
                : told;
    }

    private static Outcome<Applied> outcome(ClientReply.Submitted submitted) {
        Status status = submitted.statuses()[0];
        return switch (status) {
            case DONE ->
                new Outcome.Done<>(new Applied(submitted.indexes()[0], submitted.replies()[0]));
            case SESSION_EXPIRED ->
                new Outcome.Refused<>(
                        Outcome.Refusal.SESSION_EXPIRED, "the session was closed, has expired, or was evicted");
            case SETTLED ->
                new Outcome.Refused<>(Outcome.Refusal.SETTLED, "this sequence was settled before; its reply is gone");
            case BEYOND_WINDOW ->
                new Outcome.Refused<>(
                        Outcome.Refusal.BEYOND_WINDOW, "the sequence is too far above the lowest one in use");
        };
    }
}
