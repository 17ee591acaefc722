package io.balsa.sim;

import io.balsa.Consistency;
import io.balsa.model.NodeId;
import io.balsa.protocol.Client;
import io.balsa.protocol.ClientRequest;
import io.balsa.protocol.reply.ClientReply;
import io.balsa.protocol.reply.ClientReply.Reason;
import io.balsa.protocol.reply.ClientReply.Status;
import io.balsa.sim.SimRuntime.Alarm;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;

/**
 * One client of a run: asks one thing after the other, never gives up on what belongs to a session, and goes to another
 * server when one does not answer. Without a session it asks once and takes what it gets.
 */
final class Caller {
    /** More than fits beside heartbeats (64 KiB). */
    private static final int LARGE = 70_000;

    /** So many large ones fit into a request. */
    private static final int MOST_LARGE = 3;

    /** Enough for several messages between servers. */
    private static final int LARGEST_BATCH = 24;

    /** The oldest state that a stale read may see, in milliseconds: some are older when a server is cut off. */
    private static final int LONGEST_AGE = 500;

    private static final Duration PATIENCE = Duration.ofMillis(700);

    private final String name;
    private final Cluster cluster;
    private final History history;
    private final SplittableRandom random;
    private final List<NodeId> servers;
    private final SimClient client;
    private final boolean usesSession;
    private boolean large;
    private NodeId target;
    private long session;
    private long sequence = 1;
    private long pending;
    private Optional<Task> task = Optional.empty();
    private Optional<Alarm> alarm = Optional.empty();
    private boolean closing;
    private long words;
    private long retries;
    private long unknown;
    private long expired;
    private long tooOld;

    Caller(String name, Cluster cluster, History history, boolean usesSession) {
        this.name = name;
        this.cluster = cluster;
        this.history = history;
        this.usesSession = usesSession;
        this.random = cluster.world().random().split();
        this.servers = cluster.servers().stream().map(Server::id).toList();
        this.target = servers.get(random.nextInt(servers.size()));
        this.client = new SimClient(name, cluster.world(), servers, this::onReply);
    }

    /** What it is about. */
    private sealed interface Task {}

    private record Open() implements Task {}

    private record Write(long firstSequence, List<String> words, int padding) implements Task {}

    private record Ask(History.Asked asked, Consistency consistency, long maxAgeMillis) implements Task {}

    long retries() {
        return retries;
    }

    /** Commands whose fate it was not told. */
    long unknown() {
        return unknown;
    }

    /** Stale reads it was not given, for their age. */
    long tooOld() {
        return tooOld;
    }

    /** Sessions it was told are no longer known. */
    long expired() {
        return expired;
    }

    /** Ends in the middle of what it does; another begins under its name. */
    void die() {
        cluster.world().play().note(() -> name + " dies");
        forgetSession();
        wake(Duration.ofMillis(random.nextInt(60)), this::next);
    }

    private void forgetSession() {
        pending = 0;
        session = 0;
        sequence = 1;
        task = Optional.empty();
    }

    /** From now on some of its commands are large. */
    void sendLarge() {
        large = true;
    }

    void start() {
        next();
    }

    /** Begins nothing new. */
    void close() {
        closing = true;
    }

    boolean isIdle() {
        return task.isEmpty();
    }

    private void next() {
        task = Optional.empty();
        if (closing) {
            return;
        }
        if (usesSession && session == 0) {
            begin(new Open());
        } else if (random.nextInt(4) == 0) {
            target = servers.get(random.nextInt(servers.size()));
            begin(ask());
        } else {
            begin(write());
        }
    }

    private Ask ask() {
        Consistency how =
                switch (random.nextInt(3)) {
                    case 0 -> Consistency.LINEARIZABLE;
                    case 1 -> Consistency.LEASE;
                    default -> Consistency.STALE;
                };
        boolean stale = how == Consistency.STALE;
        long maxAge = stale ? 1L + random.nextInt(LONGEST_AGE) : ClientRequest.Query.ANY_AGE;
        return new Ask(stale ? history.asksStale() : history.asks(), how, maxAge);
    }

    private Write write() {
        List<String> batch = new ArrayList<>();
        for (int left = usesSession ? batchSize() : 1; left > 0; left--) {
            String word = name + "-" + ++words;
            history.invokes(word);
            batch.add(word);
        }
        boolean padded = large && batch.size() <= MOST_LARGE && random.nextInt(20) == 0;
        return new Write(sequence, batch, padded ? LARGE : 0);
    }

    private int batchSize() {
        return random.nextInt(8) == 0 ? 1 + random.nextInt(LARGEST_BATCH) : 1 + random.nextInt(3);
    }

    private void begin(Task next) {
        task = Optional.of(next);
        send();
    }

    private void send() {
        pending = client.nextRequest();
        client.send(cluster.server(target), request(task.orElseThrow()));
        wake(PATIENCE, this::onSilence);
    }

    private Function<Client, ClientRequest> request(Task about) {
        long number = pending;
        if (about instanceof Open) {
            return to -> new ClientRequest.OpenSession(SimClient.TARGET, number, to);
        } else if (about instanceof Write write) {
            byte[][] commands = write.words().stream()
                    .map(word -> (word + " ".repeat(write.padding())).getBytes(StandardCharsets.UTF_8))
                    .toArray(byte[][]::new);
            long first = usesSession ? write.firstSequence() : 0;
            return to -> new ClientRequest.Submit(SimClient.TARGET, number, to, session, first, first, commands);
        }
        Ask ask = (Ask) about;
        byte[][] queries = {SimMachine.FINGERPRINT};
        return to ->
                new ClientRequest.Query(SimClient.TARGET, number, to, ask.consistency(), ask.maxAgeMillis(), queries);
    }

    /** Now and then it stands still for longer than sessions last, and sends again what may be done already. */
    private void onSilence() {
        if (usesSession && random.nextInt(8) == 0) {
            pending = 0;
            wake(idle(random), this::goOn);
        } else {
            goOn();
        }
    }

    private static Duration idle(SplittableRandom random) {
        return Duration.ofMillis(1000 + random.nextInt(1500));
    }

    private void goOn() {
        target = servers.get(random.nextInt(servers.size()));
        if (!usesSession && task.orElseThrow() instanceof Write) {
            unknown++;
            next();
        } else {
            retries++;
            send();
        }
    }

    private void onReply(ClientReply reply) {
        if (reply.request() != pending || task.isEmpty()) {
            return;
        }
        if (reply instanceof ClientReply.Rejected rejected) {
            onRejected(rejected);
            return;
        } else if (reply instanceof ClientReply.TooOld old) {
            tooOld++;
            onRejected(new ClientReply.Rejected(old.request(), Reason.NOT_LEADER, Optional.empty()));
            return;
        }
        done(reply);
        pending = 0;
        boolean rests = usesSession && random.nextInt(150) == 0;
        wake(rests ? idle(random) : Duration.ofMillis(random.nextInt(60)), this::next);
    }

    private void done(ClientReply reply) {
        if (reply instanceof ClientReply.SessionOpened opened) {
            session = opened.session();
        } else if (reply instanceof ClientReply.Queried queried) {
            history.reads(((Ask) task.orElseThrow()).asked(), Fingerprint.of(queried.answers()[0]));
        } else if (reply instanceof ClientReply.Submitted submitted) {
            written((Write) task.orElseThrow(), submitted);
        }
    }

    private void written(Write write, ClientReply.Submitted answer) {
        if (usesSession && answer.statuses()[0] == Status.SESSION_EXPIRED) {
            expired++;
            forgetSession();
            return;
        }
        for (int i = 0; i < write.words().size(); i++) {
            Status status = answer.statuses()[i];
            if (status != Status.DONE) {
                throw new Violation("Sessions", name + " " + write + " was answered " + status);
            }
            history.acknowledges(write.words().get(i), answer.indexes()[i]);
        }
        sequence += write.words().size();
    }

    private void onRejected(ClientReply.Rejected rejected) {
        boolean once = !usesSession && task.orElseThrow() instanceof Write;
        if (once && rejected.reason() == Reason.LEADERSHIP_LOST) {
            unknown++;
        } else if (once) {
            ((Write) task.orElseThrow()).words().forEach(history::refuses);
        }
        target = rejected.leader().flatMap(this::serverAt).orElse(servers.get(random.nextInt(servers.size())));
        pending = 0;
        wake(Duration.ofMillis(10 + random.nextInt(60)), once ? this::next : this::send);
    }

    private Optional<NodeId> serverAt(String address) {
        return servers.stream().filter(id -> World.address(id).equals(address)).findFirst();
    }

    private void wake(Duration delay, Runnable action) {
        alarm.ifPresent(Alarm::cancel);
        alarm = Optional.of(cluster.world().runtime().after(delay.toNanos(), action));
    }
}
