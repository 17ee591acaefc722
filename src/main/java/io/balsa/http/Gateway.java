package io.balsa.http;

import io.balsa.Applied;
import io.balsa.Consistency;
import io.balsa.client.Connection;
import io.balsa.client.delivery.Freshness;
import io.balsa.config.Settings;
import io.balsa.model.NodeId;
import io.balsa.protocol.AdminRequest.Members;
import io.balsa.protocol.reply.AdminReply.LogPage;
import io.balsa.protocol.reply.AdminReply.MembersChanged;
import io.balsa.protocol.reply.AdminReply.Peer;
import io.balsa.protocol.reply.AdminReply.SnapshotTaken;
import io.balsa.protocol.reply.AdminReply.Status;
import io.balsa.protocol.reply.AdminReply.Transferred;
import io.balsa.show.ClusterView;
import io.balsa.show.Survey;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The cluster as the routes reach it: through this node's client, which asks the node beside it first and finds the
 * leader. What follows upon an answer does not run on the client's thread.
 */
final class Gateway {
    /** For members that are slow to answer: this client's connections are open, and the page asks again each second. */
    private static final Survey.Patience PATIENCE = new Survey.Patience(Duration.ofMillis(500), Duration.ZERO);

    private final Connection connection;
    private final Settings settings;
    private final Executor executor;
    private final SortedMap<String, String> members = new TreeMap<>();

    Gateway(Connection connection, Settings settings, Executor executor) {
        this.connection = connection;
        this.settings = settings;
        this.executor = executor;
        settings.bootstrap().members().forEach((NodeId id, String address) -> members.put(id.name(), address));
    }

    /** Has a command applied, once for this key if there is one, however often it is sent. */
    CompletionStage<Applied> submit(Optional<IdempotencyKey> key, byte[] command) {
        return key.map(once -> off(connection.submit(once.session(), once.sequence(), command))
                        .exceptionally(failure -> {
                            throw Problem.of(failure).repeatable();
                        }))
                .orElseGet(() -> off(connection.submit(command)));
    }

    CompletionStage<byte[]> query(byte[] query, Consistency consistency) {
        return off(connection.query(query, consistency));
    }

    CompletionStage<byte[]> query(byte[] query, Freshness freshness) {
        return off(connection.query(query, freshness));
    }

    CompletionStage<Long> openSession() {
        return off(connection.openSession());
    }

    CompletionStage<Void> closeSession(long session) {
        return off(connection.closeSession(session));
    }

    /** How this node sees itself. */
    CompletionStage<Status> self() {
        return off(connection.status(settings.address()));
    }

    /** Addresses by name, of all who are members as far as this node knows. */
    CompletionStage<Map<String, String>> members() {
        return self().thenApply(status -> status.peers().isEmpty()
                ? members
                : status.peers().stream().collect(Collectors.toMap(Peer::node, Peer::address)));
    }

    /** What all members say, as far as they answer. */
    CompletionStage<ClusterView> view() {
        return members()
                .exceptionally(silent -> members)
                .toCompletableFuture()
                .completeOnTimeout(members, PATIENCE.all().toMillis(), TimeUnit.MILLISECONDS)
                .thenCompose(now -> off(Survey.take(connection::status, new TreeMap<>(now), PATIENCE)));
    }

    /** A page of the log of the member at this address. */
    CompletionStage<LogPage> log(String address, long from, long to) {
        return off(connection.log(address, from, to));
    }

    CompletionStage<Transferred> transfer(String address, Optional<String> to) {
        return off(connection.transfer(address, to));
    }

    CompletionStage<SnapshotTaken> snapshot(String address) {
        return off(connection.snapshot(address));
    }

    CompletionStage<MembersChanged> changeMembers(String address, Members change) {
        return off(connection.changeMembers(address, change));
    }

    private <T> CompletionStage<T> off(CompletionStage<T> stage) {
        return stage.thenApplyAsync(answer -> answer, executor);
    }
}
