package io.balsa.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValueFactory;
import io.balsa.Applied;
import io.balsa.Consistency;
import io.balsa.cli.show.ClusterView;
import io.balsa.cli.show.Survey;
import io.balsa.client.Connection;
import io.balsa.client.Delivered;
import io.balsa.protocol.AdminReply.LogPage;
import io.balsa.protocol.Target;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** A cluster reached over the network. Nothing is opened before it is needed, and then only one connection. */
final class RemoteCluster implements Cluster {
    private final Endpoints endpoints;
    private final Duration timeout;
    private Target target;
    private Connection connection;

    RemoteCluster(Endpoints endpoints, Duration timeout) {
        this.endpoints = endpoints;
        this.timeout = timeout;
        this.target = endpoints.target();
    }

    @Override
    public CompletionStage<Applied> submit(byte[] command) {
        return known().submit(command);
    }

    @Override
    public CompletionStage<Applied> submit(long session, long sequence, byte[] command) {
        return known().submit(session, sequence, command);
    }

    @Override
    public CompletionStage<byte[]> query(byte[] query, Consistency consistency) {
        return known().query(query, consistency);
    }

    @Override
    public CompletionStage<Long> openSession() {
        return known().openSession();
    }

    @Override
    public CompletionStage<Void> closeSession(long session) {
        return known().closeSession(session);
    }

    @Override
    public ClusterView view() {
        return Verb.await(Survey.take(connection()::status, endpoints.addresses()));
    }

    @Override
    public CompletionStage<LogPage> log(String address, long from, long to) {
        return known().log(address, from, to);
    }

    @Override
    public CompletionStage<Void> subscribe(long from, Consumer<Delivered> subscriber) {
        return known().subscribe(from, subscriber);
    }

    @Override
    public int maxCommandBytes() {
        return Math.toIntExact(endpoints.config().getBytes("raft.max-command-size"));
    }

    @Override
    public void close() {
        if (connection != null) {
            connection.close();
            connection = null;
        }
    }

    /** A connection that names the cluster it means, learnt from its members if nobody said it. */
    private Connection known() {
        if (target.cluster().isEmpty()) {
            ClusterView view = view();
            close();
            target = new Target(view.cluster(), view.group());
        }
        return connection();
    }

    private Connection connection() {
        if (connection == null) {
            List<String> addresses = List.copyOf(endpoints.addresses().values());
            Config config = endpoints
                    .config()
                    .withValue("raft.client.timeout", ConfigValueFactory.fromAnyRef(timeout.toMillis() + " ms"));
            connection = Connection.open(addresses, target, config);
        }
        return connection;
    }
}
