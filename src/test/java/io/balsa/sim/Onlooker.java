package io.balsa.sim;

import io.balsa.Consistency;
import io.balsa.model.NodeId;
import io.balsa.protocol.ClientRequest;
import io.balsa.protocol.ClientRequest.Query;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Asks all that believe to lead, all the time, and by their leases: the last moments of a lease are short. What they
 * answer is judged by {@link Confirmations}.
 */
final class Onlooker {
    private static final int LONGEST_PAUSE = 8;

    private final Cluster cluster;
    private final SplittableRandom random;
    private final SimClient client;
    private boolean closing;

    Onlooker(String name, Cluster cluster) {
        List<NodeId> servers = cluster.servers().stream().map(Server::id).toList();
        this.cluster = cluster;
        this.random = cluster.world().random().split();
        this.client = new SimClient(name, cluster.world(), servers, reply -> {});
    }

    void start() {
        Duration pause = Duration.ofMillis(1L + random.nextInt(LONGEST_PAUSE));
        cluster.world().runtime().after(pause.toNanos(), () -> {
            if (!closing) {
                cluster.servers().stream().filter(this::leads).forEach(this::ask);
                start();
            }
        });
    }

    void close() {
        closing = true;
    }

    private boolean leads(Server server) {
        return server.isUp() && cluster.properties().mirror(server.id()).isLeading();
    }

    private void ask(Server leader) {
        long number = client.nextRequest();
        byte[][] queries = {SimMachine.FINGERPRINT};
        client.send(
                leader,
                to -> new ClientRequest.Query(SimClient.TARGET, number, to, Consistency.LEASE, Query.ANY_AGE, queries));
    }
}
