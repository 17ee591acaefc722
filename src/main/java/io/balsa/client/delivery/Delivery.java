package io.balsa.client.delivery;

import io.balsa.Applied;
import io.balsa.client.link.Endpoint;
import io.balsa.client.link.Endpoints;
import io.balsa.client.link.Inquiries;
import io.balsa.config.ClientSettings;
import io.balsa.protocol.Target;
import io.balsa.protocol.reply.ClientReply;
import io.balsa.protocol.reply.ClientReply.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongConsumer;
import java.util.function.Predicate;

/**
 * Sees through what was asked for: to the leader, again when need be, until it is answered or its time is up.
 *
 * <p>Commands are sent as soon as a leader, a session and a place among those in flight are there; what queues up
 * meanwhile goes together.
 */
public final class Delivery implements CommandBatch.Origin {
    /**
     * A server that owes answers and has said nothing for so long is asked whether it is still there. If it leads, the
     * others are asked too whether one of them does by now: that is known before the silent one is given up.
     */
    static final long NUDGE = Duration.ofMillis(100).toNanos();

    /** Who gives up sooner than this is told so without delay. */
    private static final Duration PATIENT = Duration.ofSeconds(1);

    /** How long to leave a busy leader alone, doubled with each attempt. */
    static final long BUSY_PAUSE = Duration.ofMillis(20).toNanos();

    private static final int MOST_DOUBLINGS = 5;

    private final Endpoints endpoints;
    private final Courier courier;
    private final ClientSettings settings;
    private final LongConsumer release;
    private final Outbox outbox = new Outbox();
    private Optional<Session> session = Optional.empty();
    private boolean opening;
    private long pausedUntil = Long.MIN_VALUE;
    private final Pace pace = new Pace();
    private String problem = "";

    /** The moment, and what there is to do it with. */
    public interface Now {
        long nanos();

        /** The cluster that is meant; until it is known, servers are only asked about themselves. */
        Target target();

        /** Asks a server whether it leads, or who else. */
        void askWhoLeads(Endpoint endpoint);
    }

    /**
     * @param release is told how many bytes of calls have been answered
     */
    public Delivery(Endpoints endpoints, Courier courier, ClientSettings settings, LongConsumer release) {
        this.endpoints = endpoints;
        this.courier = courier;
        this.settings = settings;
        this.release = release;
    }

    /** Where calls are put; {@link #pump} sends them. */
    public Outbox outbox() {
        return outbox;
    }

    public void accept(Parcel parcel) {
        courier.accept(parcel);
    }

    public boolean isIdle() {
        return courier.isEmpty() && outbox.isEmpty();
    }

    /** The session kept until now, if there is one; commands that come later open another. */
    public OptionalLong leaveSession() {
        OptionalLong left = session.map(Session::id).map(OptionalLong::of).orElse(OptionalLong.empty());
        session = Optional.empty();
        return left;
    }

    /** Sends all that can be sent now, and looks for a leader if there is none to send it to. */
    public void pump(Now now) {
        if (isIdle()) {
            return;
        }
        Optional<Endpoint> leader =
                endpoints.leader(now.nanos()).filter(known -> now.target().known());
        Optional<Endpoint> anyone =
                endpoints.anyone(now.nanos()).filter(known -> now.target().known());
        if (leader.isPresent() && now.nanos() >= pausedUntil) {
            serve(leader.get(), now);
        }
        anyone.ifPresent(endpoint -> serveAnyone(endpoint, now));
        if ((leader.isEmpty() && wantsLeader()) || anyone.isEmpty()) {
            endpoints.all().forEach(now::askWhoLeads);
        }
    }

    /** A server has answered. */
    public void onReply(ClientReply reply, long now) {
        courier.close(reply.request()).ifPresent(attempt -> {
            attempt.endpoint().heard(now);
            if (reply instanceof ClientReply.Rejected rejected) {
                onRejected(attempt, rejected, now);
            } else if (reply instanceof ClientReply.TooOld old) {
                onTooOld(attempt, old);
            } else {
                onAnswer(attempt, reply);
            }
        });
    }

    /** Looks after what takes long: gives up, notices silence, sends again. */
    public void tick(Now now) {
        expire(now.nanos());
        if (endpoints.areForeign()) {
            refuseForeign(reason(now.nanos()));
        }
        endpoints.all().forEach(endpoint -> listenTo(endpoint, now));
        for (Parcel lost : courier.select(parcel -> parcel.isLost(now.nanos()))) {
            sendAgainInParts(lost);
        }
        pump(now);
    }

    /** How soon to {@link #tick} again. */
    public Duration pace(Now now) {
        boolean soon = isPaused(now) || settings.timeout().compareTo(PATIENT) < 0;
        return endpoints.leader(now.nanos()).isEmpty()
                ? pace.withoutLeader()
                : pace.withLeader(soon ? 0 : untilNudge(now.nanos()));
    }

    /** Whether there is more to look after than when that was said. */
    public boolean isInHurry(Now now) {
        return pace.isCalm() && (isPaused(now) || endpoints.leader(now.nanos()).isEmpty());
    }

    private boolean isPaused(Now now) {
        return now.nanos() < pausedUntil;
    }

    /** When the first of those who owe an answer is to be asked whether it is still there. */
    private long untilNudge(long now) {
        return endpoints.all().stream()
                .filter(endpoint -> !endpoint.isLocal())
                .map(endpoint ->
                        courier.waitingSince(endpoint).stream().map(since -> Math.max(since, endpoint.heardAt())))
                .flatMapToLong(since -> since)
                .map(since -> since + NUDGE - now)
                .min()
                .orElse(NUDGE);
    }

    /** Ends everything that is under way. */
    public void close() {
        String reason = "the client was closed";
        for (Parcel parcel : courier.select(parcel -> true)) {
            courier.settle(parcel);
            parcel.giveUp(reason);
        }
        endUnsent(outbox.takeAll(), new Outcome.Unavailable<>(reason));
    }

    @Override
    public void expired(Session which) {
        session = session.filter(current -> current != which);
    }

    @Override
    public void again(List<Call> calls) {
        outbox.putBack(calls);
    }

    @Override
    public void release(long bytes) {
        release.accept(bytes);
    }

    private void serve(Endpoint leader, Now now) {
        courier.select(parcel -> !parcel.isForAnyone() && !parcel.isWith(leader))
                .forEach(parcel -> courier.send(parcel, leader, now.target(), now.nanos()));
        sendCommands(leader, now);
        Call.Kind.FOR_LEADER.stream()
                .filter(kind -> kind != Call.Kind.COMMAND)
                .forEach(kind -> sendQueries(kind, leader, now));
    }

    private void serveAnyone(Endpoint endpoint, Now now) {
        courier.select(parcel -> parcel.isForAnyone() && parcel.isWaiting())
                .forEach(parcel -> courier.send(parcel, endpoint, now.target(), now.nanos()));
        Call.Kind.FOR_ANYONE.forEach(kind -> sendQueries(kind, endpoint, now));
    }

    private void sendCommands(Endpoint leader, Now now) {
        if (outbox.has(Call.Kind.COMMAND) && session.isEmpty() && !opening) {
            opening = true;
            long deadline = now.nanos() + settings.timeout().toNanos();
            send(new Errand<>(deadline, Errand.openSession(), this::opened), leader, now);
        }
        while (session.isPresent() && maySendCommands(session.get())) {
            List<Call> calls = outbox.take(Call.Kind.COMMAND, session.get().room());
            send(CommandBatch.of(session.get(), calls, this), leader, now);
        }
    }

    private boolean maySendCommands(Session current) {
        return outbox.has(Call.Kind.COMMAND)
                && current.room() > 0
                && courier.count(CommandBatch.class::isInstance) < settings.maxInFlight();
    }

    /** Each kind has a window of its own: those that wait for a leader must not keep back those that need none. */
    private void sendQueries(Call.Kind kind, Endpoint endpoint, Now now) {
        Predicate<Parcel> same = parcel -> parcel instanceof QueryBatch batch && batch.isOf(kind);
        while (outbox.has(kind) && courier.count(same) < settings.maxInFlight()) {
            send(new QueryBatch(outbox.take(kind, Integer.MAX_VALUE), release), endpoint, now);
        }
    }

    private void send(Parcel parcel, Endpoint endpoint, Now now) {
        courier.accept(parcel);
        courier.send(parcel, endpoint, now.target(), now.nanos());
    }

    /** When no session could be opened, those who wait for one have their own deadlines. */
    private void opened(Outcome<Long> outcome) {
        opening = false;
        if (outcome instanceof Outcome.Done<Long> done) {
            session = Optional.of(new Session(done.value(), settings.window()));
        }
    }

    private void onAnswer(Courier.Attempt attempt, ClientReply reply) {
        Parcel parcel = attempt.parcel();
        parcel.close(false);
        if (parcel.answered(reply)) {
            courier.settle(parcel);
            problem = "";
            endpoints.served();
        } else {
            parcel.doubt();
        }
    }

    private void onRejected(Courier.Attempt attempt, ClientReply.Rejected rejected, long now) {
        Parcel parcel = attempt.parcel();
        Endpoint endpoint = attempt.endpoint();
        Reason reason = rejected.reason();
        parcel.close(reason == Reason.LEADERSHIP_LOST);
        problem = endpoint + " answers " + reason;
        if (attempt.isLast()) {
            parcel.recall();
        }
        switch (reason) {
            case NOT_LEADER, LEADERSHIP_LOST -> onDenied(attempt, rejected.leader(), now);
            case BUSY -> pause(parcel, now);
            case STORAGE_FULL -> {
                endpoints.forget(endpoint);
                pause(parcel, now);
            }
            case FOREIGN -> {
                endpoint.foreign(true);
                endpoints.forget(endpoint);
            }
            case TOO_LARGE ->
                refuseInParts(parcel, Outcome.Refusal.TOO_LARGE, "larger than the servers' raft.max-command-size");
            case REFUSED ->
                refuseInParts(parcel, Outcome.Refusal.FAILED_QUERY, "the state machine failed to answer the query");
            case UNSUPPORTED -> refuse(parcel, Outcome.Refusal.UNSUPPORTED, "the servers do not offer it as they are");
            case OUT_OF_RANGE -> refuse(parcel, Outcome.Refusal.OUT_OF_RANGE, "not in the log");
        }
    }

    private void onDenied(Courier.Attempt attempt, Optional<String> leader, long now) {
        attempt.parcel().turnedAway();
        endpoints.denies(attempt.endpoint(), leader, now);
    }

    private void onTooOld(Courier.Attempt attempt, ClientReply.TooOld old) {
        Parcel parcel = attempt.parcel();
        parcel.close(false);
        parcel.turnedAway();
        boolean never = old.ageMillis() == Long.MAX_VALUE;
        problem = attempt.endpoint() + " has a state "
                + (never ? "of unknown age" : "that is " + old.ageMillis() + " ms old")
                + ", older than it may be";
        if (attempt.isLast()) {
            parcel.recall();
        }
    }

    private void pause(Parcel parcel, long now) {
        pausedUntil = now + (BUSY_PAUSE << Math.min(parcel.attempts() - 1, MOST_DOUBLINGS));
    }

    private void refuse(Parcel parcel, Outcome.Refusal refusal, String reason) {
        courier.settle(parcel);
        parcel.refuse(refusal, reason);
    }

    /** Of several calls that were turned away together, one may be to blame and the others not. */
    private void refuseInParts(Parcel parcel, Outcome.Refusal refusal, String reason) {
        if (!replaceByParts(parcel)) {
            refuse(parcel, refusal, reason);
        }
    }

    /** The message was lost; or the answer was, each time, because together it is too large for one message. */
    private void sendAgainInParts(Parcel parcel) {
        boolean maybeTooLarge = parcel.isForAnyone() || parcel.attempts() > 1;
        if (!maybeTooLarge || parcel.isLocal() || !replaceByParts(parcel)) {
            parcel.recall();
        }
    }

    private boolean replaceByParts(Parcel parcel) {
        List<Parcel> parts = parcel.split();
        if (!parts.isEmpty()) {
            courier.settle(parcel);
            parts.forEach(courier::accept);
        }
        return !parts.isEmpty();
    }

    private void listenTo(Endpoint endpoint, Now now) {
        OptionalLong since = courier.waitingSince(endpoint);
        if (since.isEmpty() || endpoint.isLocal()) {
            return;
        }
        long silence = now.nanos() - Math.max(since.getAsLong(), endpoint.heardAt());
        if (silence >= Inquiries.SILENCE) {
            endpoint.fellSilent();
            endpoints.forget(endpoint);
            courier.select(parcel -> parcel.isWith(endpoint)).forEach(Parcel::recall);
        } else if (silence >= NUDGE) {
            boolean leads = endpoints.leader(now.nanos()).equals(Optional.of(endpoint));
            (leads ? endpoints.all() : List.of(endpoint)).forEach(now::askWhoLeads);
        }
    }

    private void expire(long now) {
        List<Parcel> late = courier.select(parcel -> parcel.deadline() <= now);
        List<Call> unsent = outbox.takeExpired(now);
        if (late.isEmpty() && unsent.isEmpty()) {
            return;
        }
        String reason = reason(now);
        boolean foreign = endpoints.onlyForeignAnswer(now);
        for (Parcel parcel : late) {
            courier.settle(parcel);
            if (foreign && !parcel.mayBeDone()) {
                parcel.refuse(Outcome.Refusal.FOREIGN, reason);
            } else {
                parcel.giveUp(reason);
            }
        }
        endUnsent(unsent, Outcome.unsent(foreign, reason));
    }

    /** What may have been carried out before its server became another's cannot be refused. */
    private void refuseForeign(String reason) {
        courier.select(parcel -> !parcel.mayBeDone())
                .forEach(parcel -> refuse(parcel, Outcome.Refusal.FOREIGN, reason));
        endUnsent(outbox.takeAll(), Outcome.unsent(true, reason));
    }

    private void endUnsent(List<Call> calls, Outcome<Applied> outcome) {
        for (Call call : calls) {
            release.accept(call.cost());
            call.answer(outcome);
        }
    }

    private boolean wantsLeader() {
        return Call.Kind.FOR_LEADER.stream().anyMatch(outbox::has)
                || !courier.select(parcel -> !parcel.isForAnyone()).isEmpty();
    }

    private String reason(long now) {
        if (endpoints.anyone(now).isEmpty()) {
            return endpoints.silence(now);
        }
        String told = problem.isEmpty() ? "" : "; " + problem;
        return endpoints
                .leader(now)
                .map(leader -> "the leader at " + leader + " did not confirm in time" + told)
                .orElse("no leader is known" + told);
    }
}
