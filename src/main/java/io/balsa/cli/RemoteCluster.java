package io.balsa.cli;

import io.balsa.Applied;
import io.balsa.client.Connection;
import io.balsa.client.Delivered;
import io.balsa.client.RefusedException;
import io.balsa.client.delivery.Freshness;
import io.balsa.config.PeerAddress;
import io.balsa.protocol.AdminRequest.Members;
import io.balsa.protocol.reply.AdminReply.Condition;
import io.balsa.protocol.reply.AdminReply.LogPage;
import io.balsa.protocol.reply.AdminReply.MembersChanged;
import io.balsa.protocol.reply.AdminReply.SnapshotTaken;
import io.balsa.protocol.reply.AdminReply.Snapshots;
import io.balsa.protocol.reply.AdminReply.Status;
import io.balsa.protocol.reply.AdminReply.Transferred;
import io.balsa.show.ClusterView;
import io.balsa.show.Survey;
import io.balsa.tls.TlsProbe;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A cluster reached over the network. Nothing is opened before it is needed, and then only one connection. */
final class RemoteCluster implements Cluster {
    private static final Survey.Patience PATIENCE = new Survey.Patience(Duration.ofSeconds(1), Duration.ofSeconds(3));

    /** What looking for the reason of a silence may take at most, and one step of it. */
    private static final Duration SEARCH = Duration.ofSeconds(4);

    private static final Duration STEP = Duration.ofSeconds(1);

    private final Endpoints endpoints;
    private Connection connection;

    RemoteCluster(Endpoints endpoints) {
        this.endpoints = endpoints;
    }

    @Override
    public CompletionStage<Applied> submit(byte[] command) {
        return connection().submit(command);
    }

    @Override
    public CompletionStage<Applied> submit(long session, long sequence, byte[] command) {
        return connection().submit(session, sequence, command);
    }

    @Override
    public CompletionStage<byte[]> query(byte[] query, Freshness freshness) {
        return connection().query(query, freshness);
    }

    @Override
    public CompletionStage<Long> openSession() {
        return connection().openSession();
    }

    @Override
    public CompletionStage<Void> closeSession(long session) {
        return connection().closeSession(session);
    }

    @Override
    public ClusterView view() {
        return Verb.await(Survey.take(connection()::status, endpoints.addresses(), PATIENCE));
    }

    @Override
    public CompletionStage<Status> status(String address) {
        return connection().status(address);
    }

    @Override
    public CompletionStage<Condition> condition(String address) {
        return connection().condition(address);
    }

    @Override
    public CompletionStage<LogPage> log(String address, long from, long to) {
        return connection().log(address, from, to);
    }

    @Override
    public CompletionStage<Transferred> transfer(String address, Optional<String> to) {
        return connection().transfer(address, to);
    }

    @Override
    public CompletionStage<SnapshotTaken> snapshot(String address) {
        return connection().snapshot(address);
    }

    @Override
    public CompletionStage<Snapshots> snapshots(String address) {
        return connection().snapshots(address);
    }

    @Override
    public CompletionStage<MembersChanged> changeMembers(String address, Members members) {
        return connection().changeMembers(address, members);
    }

    @Override
    public CompletionStage<Void> subscribe(long from, Consumer<Delivered> subscriber) {
        return connection().subscribe(from, subscriber);
    }

    @Override
    public Optional<String> whyNobodyAnswers() {
        if (anybodyAnswers()) {
            return Optional.empty();
        }
        TlsProbe probe = new TlsProbe(STEP);
        long deadline = System.nanoTime() + SEARCH.toNanos();
        return endpoints.addresses().values().stream()
                .takeWhile(address -> System.nanoTime() < deadline)
                .map(PeerAddress::parse)
                .flatMap(server -> reason(server, probe.ask(server)).stream())
                .findFirst();
    }

    private boolean anybodyAnswers() {
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        for (String address : endpoints.addresses().values()) {
            status(address).whenComplete((status, failure) -> {
                if (failure == null || failure instanceof RefusedException) {
                    answer.complete(true);
                }
            });
        }
        return answer.completeOnTimeout(false, STEP.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }

    private Optional<String> reason(PeerAddress server, TlsProbe.Verdict verdict) {
        boolean tls = endpoints.config().speaksTls();
        if (verdict == TlsProbe.Verdict.TLS && !tls) {
            return Optional.of(server.hostAndPort() + " speaks TLS and this client does not: set raft.tls.enabled = on "
                    + "and its files in the configuration that --config names");
        }
        return verdict == TlsProbe.Verdict.HANGS_UP && tls
                ? Optional.of(server.hostAndPort() + " hangs up on TLS: see whether raft.tls.enabled is on there too")
                : Optional.empty();
    }

    @Override
    public int maxCommandBytes() {
        return endpoints.config().settings().maxCommandBytes();
    }

    @Override
    public boolean readsFromAny() {
        return endpoints.config().settings().readsFromAny();
    }

    @Override
    public synchronized void close() {
        if (connection != null) {
            connection.close();
            connection = null;
        }
    }

    /** Tab asks from a thread of its own. */
    private synchronized Connection connection() {
        if (connection == null) {
            List<String> addresses = List.copyOf(endpoints.addresses().values());
            connection = Connection.open(
                    addresses, endpoints.target(), endpoints.config().config());
        }
        return connection;
    }
}
