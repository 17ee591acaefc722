package io.balsa.cli;

import io.balsa.Applied;
import io.balsa.client.Connection;
import io.balsa.client.Delivered;
import io.balsa.client.delivery.Freshness;
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
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** A cluster reached over the network. Nothing is opened before it is needed, and then only one connection. */
final class RemoteCluster implements Cluster {
    private static final Survey.Patience PATIENCE = new Survey.Patience(Duration.ofSeconds(1), Duration.ofSeconds(5));

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
