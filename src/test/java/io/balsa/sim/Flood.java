package io.balsa.sim;

import io.balsa.Consistency;
import io.balsa.protocol.ClientRequest;
import io.balsa.protocol.reply.ClientReply;
import io.balsa.protocol.reply.ClientReply.Reason;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** A client without sense: sends all it has at once, without a session, and waits for nothing. */
final class Flood {
    private final String name;
    private final History history;
    private final SimClient client;
    private final Map<Long, String> words = new HashMap<>();
    private final Map<Long, History.Asked> questions = new HashMap<>();
    private long busy;

    Flood(String name, Cluster cluster, History history) {
        this.name = name;
        this.history = history;
        this.client = new SimClient(name, cluster.world(), cluster.ids(), this::onReply);
        cluster.world().runtime().drain();
    }

    /** Sends so many commands and as many queries. */
    void pour(Server server, int count) {
        for (int i = 0; i < count; i++) {
            command(server, name + "-" + i);
            query(server);
        }
    }

    /** Requests that were turned away because there was too much to do. */
    long busy() {
        return busy;
    }

    private void command(Server server, String word) {
        history.invokes(word);
        long request = client.nextRequest();
        words.put(request, word);
        byte[][] commands = {word.getBytes(StandardCharsets.UTF_8)};
        client.send(server, to -> new ClientRequest.Submit(SimClient.TARGET, request, to, 0, 0, 0, commands));
    }

    private void query(Server server) {
        long request = client.nextRequest();
        questions.put(request, history.asks());
        byte[][] queries = {SimMachine.FINGERPRINT};
        client.send(
                server,
                to -> new ClientRequest.Query(
                        SimClient.TARGET, request, to, Consistency.LINEARIZABLE, ClientRequest.Query.ANY_AGE, queries));
    }

    private void onReply(ClientReply reply) {
        if (reply instanceof ClientReply.Submitted submitted) {
            history.acknowledges(words.get(reply.request()), submitted.indexes()[0]);
        } else if (reply instanceof ClientReply.Queried queried) {
            history.reads(questions.get(reply.request()), Fingerprint.of(queried.answers()[0]));
        } else if (reply instanceof ClientReply.Rejected rejected) {
            busy += rejected.reason() == Reason.BUSY ? 1 : 0;
            if (words.containsKey(reply.request()) && rejected.reason() != Reason.LEADERSHIP_LOST) {
                history.refuses(words.get(reply.request()));
            }
        }
    }
}
