package io.balsa.client.delivery;

import io.balsa.Applied;
import io.balsa.Consistency;
import io.balsa.protocol.ClientRequest;
import io.balsa.protocol.reply.ClientReply;
import java.util.List;
import java.util.function.LongConsumer;

/** Queries that are asked and answered together. They change nothing, so no outcome of theirs is ever unknown. */
final class QueryBatch extends Parcel {
    private final Consistency consistency;
    private final List<Call> calls;
    private final LongConsumer release;
    private boolean turnedAway;

    /**
     * @param calls of one kind
     * @param release is told how many bytes of calls have been answered
     */
    QueryBatch(List<Call> calls, LongConsumer release) {
        super(calls.get(0).deadline());
        this.consistency = consistency(calls.get(0).kind());
        this.calls = calls;
        this.release = release;
    }

    @Override
    ClientRequest message(Label label) {
        byte[][] queries = calls.stream().map(Call::bytes).toArray(byte[][]::new);
        long strictest = calls.stream().mapToLong(Call::maxAgeMillis).min().orElse(ClientRequest.Query.ANY_AGE);
        return new ClientRequest.Query(
                label.target(), label.request(), label.client(), consistency, strictest, queries);
    }

    @Override
    long bytes() {
        return calls.stream()
                .mapToLong(call -> call.bytes().length + Outbox.ENCODING)
                .sum();
    }

    @Override
    boolean isForAnyone() {
        return !turnedAway && Call.Kind.FOR_ANYONE.contains(calls.get(0).kind());
    }

    /** The leader, when there is one, can answer what others could not. */
    @Override
    void turnedAway() {
        turnedAway = true;
    }

    boolean isOf(Call.Kind kind) {
        return calls.get(0).kind() == kind;
    }

    @Override
    boolean answered(ClientReply reply) {
        if (!(reply instanceof ClientReply.Queried queried) || queried.answers().length != calls.size()) {
            return false;
        }
        release();
        for (int i = 0; i < calls.size(); i++) {
            calls.get(i).answer(new Outcome.Done<>(new Applied(queried.appliedIndex(), queried.answers()[i])));
        }
        return true;
    }

    @Override
    void refuse(Outcome.Refusal refusal, String reason) {
        end(new Outcome.Refused<>(refusal, reason));
    }

    @Override
    void giveUp(String reason) {
        end(new Outcome.Unavailable<>(reason));
    }

    @Override
    List<Parcel> split() {
        if (calls.size() == 1) {
            return List.of();
        }
        return calls.stream()
                .map(call -> (Parcel) new QueryBatch(List.of(call), release))
                .toList();
    }

    private void end(Outcome<Applied> outcome) {
        release();
        calls.forEach(call -> call.answer(outcome));
    }

    private void release() {
        release.accept(calls.stream().mapToLong(Call::cost).sum());
    }

    private static Consistency consistency(Call.Kind kind) {
        return switch (kind) {
            case LINEARIZABLE_QUERY, SHARED_QUERY -> Consistency.LINEARIZABLE;
            case LEASE_QUERY -> Consistency.LEASE;
            case STALE_QUERY, RECENT_QUERY -> Consistency.STALE;
            case COMMAND -> throw new IllegalArgumentException("a command is no query");
        };
    }
}
