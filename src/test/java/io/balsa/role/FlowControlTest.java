package io.balsa.role;

import static io.balsa.role.OneServer.N2;
import static io.balsa.role.OneServer.N3;
import static io.balsa.role.OneServer.voiceOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.model.EntryId;
import io.balsa.model.NodeId;
import io.balsa.protocol.AppendEntries;
import io.balsa.protocol.Client;
import io.balsa.protocol.ClientRequest;
import io.balsa.protocol.Target;
import io.balsa.protocol.reply.ClientReply;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a leader has on its way to followers is bounded by messages, entries and bytes, for each and for all. */
final class FlowControlTest {
    private static final Target TARGET = new Target("test", "main");
    private static final int LARGE = 40_000;

    private OneServer server;
    private long term;

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void noMoreBytesThanOneFollowerMayBeSentAreOnTheirWay() {
        lead(Map.of("raft.replication.max-in-flight-size", "64 KiB"));
        submit(5, LARGE);
        assertThat(withEntries(N2)).as("the one that goes beyond is still sent").hasSize(2);

        follow(N2, 3);
        assertThat(withEntries(N2)).as("for one that has arrived").hasSize(1);
    }

    @Test
    void noMoreEntriesThanOneFollowerMayBeSentAreOnTheirWay() {
        lead(Map.of("raft.replication.max-in-flight-entries", "10", "raft.replication.max-in-flight", "1000"));
        submit(30, 4);

        assertThat(withEntries(N2)).hasSize(10);
    }

    @Test
    void whenAllTogetherHaveEnoughEachIsSentOneMessageAtATime() {
        lead(Map.of("raft.replication.max-in-flight-total", "64 KiB"));
        submit(5, LARGE);
        assertThat(withEntries(N2)).hasSize(1);
        assertThat(withEntries(N3)).hasSize(1);

        follow(N2, 3);
        assertThat(withEntries(N2)).as("there is room again").hasSize(1);
        assertThat(withEntries(N3)).isEmpty();
    }

    /** It is heard, but nothing of what it was sent arrives on its disk. */
    @Test
    void aSlowFollowerIsNotFlooded() {
        lead(Map.of());
        submit(100, 4);
        assertThat(withEntries(N3)).hasSize(8);

        for (int i = 0; i < 30; i++) {
            server.pass(100);
            follow(N2, 102);
            answer(N3, 2);
            submit(1, 4);
        }
        assertThat(withEntries(N3)).isEmpty();
    }

    private void lead(Map<String, String> settings) {
        server = OneServer.with(settings);
        server.lead();
        term = server.term();
        follow(N2, 2);
        follow(N3, 2);
        server.told(N2);
        server.told(N3);
    }

    private void submit(int count, int bytes) {
        TestProbe<ClientReply> nobody = server.kit().createTestProbe();
        Client client = new Client(nobody.getRef(), nobody.getRef());
        for (int i = 0; i < count; i++) {
            server.tell(new ClientRequest.Submit(TARGET, i, client, 0, 0, 0, new byte[][] {new byte[bytes]}));
        }
        server.status();
    }

    private List<AppendEntries.Request> withEntries(NodeId follower) {
        return server.told(follower).stream()
                .filter(AppendEntries.Request.class::isInstance)
                .map(AppendEntries.Request.class::cast)
                .filter(request -> request.block().length > 0)
                .toList();
    }

    private void follow(NodeId follower, long match) {
        server.awaitDurable();
        answer(follower, match);
    }

    private void answer(NodeId follower, long match) {
        EntryId previous = new EntryId(match, term);
        server.tell(new AppendEntries.Response(voiceOf(follower), term, 0, true, previous, match, EntryId.NONE));
        server.status();
    }
}
