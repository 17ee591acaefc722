package io.balsa.sim;

import io.balsa.Consistency;
import io.balsa.model.NodeId;
import io.balsa.protocol.Client;
import io.balsa.protocol.ClientReply;
import io.balsa.protocol.ClientReply.Reason;
import io.balsa.protocol.ClientReply.Status;
import io.balsa.protocol.ClientRequest;
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

    private record Ask(History.Asked asked) implements Task {}

    long retries() {
        return retries;
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
            begin(new Ask(history.asks()));
        } else {
            begin(write());
        }
    }

    private Write write() {
        List<String> batch = new ArrayList<>();
        for (int left = usesSession ? 1 + random.nextInt(3) : 1; left > 0; left--) {
            String word = name + "-" + ++words;
            history.invokes(word);
            batch.add(word);
        }
        return new Write(sequence, batch, large && random.nextInt(20) == 0 ? LARGE : 0);
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
        byte[][] queries = {new byte[0]};
        return to -> new ClientRequest.Query(SimClient.TARGET, number, to, Consistency.LINEARIZABLE, queries);
    }

    private void onSilence() {
        target = servers.get(random.nextInt(servers.size()));
        if (!usesSession && task.orElseThrow() instanceof Write) {
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
        }
        done(reply);
        pending = 0;
        wake(Duration.ofMillis(random.nextInt(60)), this::next);
    }

    private void done(ClientReply reply) {
        if (reply instanceof ClientReply.SessionOpened opened) {
            session = opened.session();
        } else if (reply instanceof ClientReply.Queried queried) {
            String list = new String(queried.answers()[0], StandardCharsets.UTF_8);
            history.reads(((Ask) task.orElseThrow()).asked(), list.isEmpty() ? List.of() : List.of(list.split(" ")));
        } else if (reply instanceof ClientReply.Submitted submitted) {
            written((Write) task.orElseThrow(), submitted);
        }
    }

    private void written(Write write, ClientReply.Submitted answer) {
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
        if (once && rejected.reason() != Reason.LEADERSHIP_LOST) {
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
