package io.balsa.client.delivery;

import io.balsa.Applied;
import io.balsa.protocol.ClientRequest;
import io.balsa.protocol.reply.ClientReply;
import io.balsa.protocol.reply.ClientReply.Status;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** Consecutive commands of the client's session. Every attempt carries the same sequences. */
final class CommandBatch extends Parcel {
    private final Session session;
    private final long firstSequence;
    private final List<Call> calls;
    private final Origin origin;

    /** Where the commands came from. */
    interface Origin {
        /** The cluster knows the session no longer. */
        void expired(Session session);

        /** These were sent, and certainly not carried out, nor will they be under the sequences they had. */
        void again(List<Call> calls);

        /** Calls of so many bytes have been answered. */
        void release(long bytes);
    }

    private CommandBatch(Session session, long firstSequence, List<Call> calls, Origin origin) {
        super(calls.get(0).deadline());
        this.session = session;
        this.firstSequence = firstSequence;
        this.calls = calls;
        this.origin = origin;
    }

    static CommandBatch of(Session session, List<Call> calls, Origin origin) {
        return new CommandBatch(session, session.number(calls.size()), calls, origin);
    }

    @Override
    ClientRequest message(Label label) {
        byte[][] commands = new byte[calls.size()][];
        for (int i = 0; i < commands.length; i++) {
            commands[i] = calls.get(i).bytes();
        }
        return new ClientRequest.Submit(
                label.target(),
                label.request(),
                label.client(),
                session.id(),
                firstSequence,
                session.firstUnacknowledged(),
                commands);
    }

    @Override
    long bytes() {
        return calls.stream()
                .mapToLong(call -> call.bytes().length + Outbox.ENCODING)
                .sum();
    }

    @Override
    boolean answered(ClientReply reply) {
        if (!(reply instanceof ClientReply.Submitted submitted) || !fits(submitted)) {
            return false;
        }
        session.settle(firstSequence);
        List<Status> statuses = Arrays.asList(submitted.statuses());
        heed(statuses);
        List<Call> again = notCarriedOut(statuses);
        origin.again(again);
        release(again);
        for (int i = 0; i < calls.size(); i++) {
            tell(calls.get(i), submitted, i);
        }
        return true;
    }

    @Override
    void refuse(Outcome.Refusal refusal, String reason) {
        boolean unknown = mayBeDone();
        String doubt = reason + ", but it had been sent before";
        end(call -> unknown ? new Outcome.Unknown<>(doubt) : new Outcome.Refused<>(refusal, reason));
    }

    @Override
    void giveUp(String reason) {
        boolean unknown = mayBeDone();
        end(call -> unknown ? new Outcome.Unknown<>(reason) : new Outcome.Unavailable<>(reason));
    }

    /** One command each, under the sequence it has. What may have been done with the whole is in doubt for each. */
    @Override
    List<Parcel> split() {
        if (calls.size() == 1) {
            return List.of();
        }
        session.settle(firstSequence);
        List<Parcel> parts = new ArrayList<>(calls.size());
        for (int i = 0; i < calls.size(); i++) {
            session.keepOpen(firstSequence + i);
            CommandBatch part = new CommandBatch(session, firstSequence + i, List.of(calls.get(i)), origin);
            part.inherit(this);
            parts.add(part);
        }
        return parts;
    }

    private boolean fits(ClientReply.Submitted submitted) {
        int count = calls.size();
        return submitted.statuses().length == count
                && submitted.indexes().length == count
                && submitted.replies().length == count;
    }

    /** Learns from what the log has refused. */
    private void heed(List<Status> statuses) {
        if (statuses.contains(Status.SESSION_EXPIRED)) {
            origin.expired(session);
        }
        if (statuses.contains(Status.BEYOND_WINDOW)) {
            session.narrow();
        }
    }

    /** What the log has refused under these sequences; not if another attempt may have been carried out before. */
    private List<Call> notCarriedOut(List<Status> statuses) {
        List<Call> again = new ArrayList<>(0);
        for (int i = 0; i < calls.size(); i++) {
            if (isRefused(statuses.get(i)) && !mayBeDone()) {
                again.add(calls.get(i));
            }
        }
        return again;
    }

    private void tell(Call call, ClientReply.Submitted submitted, int i) {
        Status status = submitted.statuses()[i];
        if (status == Status.DONE) {
            call.answer(new Outcome.Done<>(
                    new Applied(submitted.indexes()[i], submitted.replies()[i])));
        } else if (!isRefused(status)) {
            call.answer(new Outcome.Unknown<>("the reply is no longer kept"));
        } else if (mayBeDone()) {
            call.answer(new Outcome.Unknown<>("its session has expired, and it had been sent before"));
        }
    }

    private static boolean isRefused(Status status) {
        return status == Status.SESSION_EXPIRED || status == Status.BEYOND_WINDOW;
    }

    private void end(Function<Call, Outcome<Applied>> outcome) {
        session.settle(firstSequence);
        release(List.of());
        calls.forEach(call -> call.answer(outcome.apply(call)));
    }

    private void release(List<Call> kept) {
        long cost = 0;
        for (Call call : calls) {
            cost += call.cost();
        }
        for (Call call : kept) {
            cost -= call.cost();
        }
        origin.release(cost);
    }
}
