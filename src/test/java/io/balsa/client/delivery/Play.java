package io.balsa.client.delivery;

import io.balsa.Applied;
import io.balsa.client.link.Endpoint;
import io.balsa.client.link.Endpoints;
import io.balsa.config.ClientSettings;
import io.balsa.protocol.Client;
import io.balsa.protocol.ClientRequest;
import io.balsa.protocol.RaftMessage;
import io.balsa.protocol.Target;
import io.balsa.protocol.link.Link;
import io.balsa.protocol.reply.ClientReply;
import io.balsa.protocol.reply.ClientReply.Reason;
import io.balsa.protocol.reply.ClientReply.Status;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A client's delivery without actors: the test plays the servers and the clock. */
final class Play implements Delivery.Now {
    static final String S1 = "pekko://raft@s1:1/user/raft";
    static final String S2 = "pekko://raft@s2:2/user/raft";
    static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final Map<String, Deque<Sent>> sent = new LinkedHashMap<>();
    private final List<Endpoint> asked = new ArrayList<>();
    private final Endpoints endpoints = new Endpoints(this::dial);
    private final Delivery delivery;
    private long nanos = Duration.ofDays(1).toNanos();
    private long released;

    /** One message on its way, and by which of a line's ways. */
    record Sent(String way, ClientRequest message) {}

    Play(ClientSettings settings) {
        endpoints.at(S1);
        endpoints.at(S2);
        Client nobody = new Client(null, null);
        delivery = new Delivery(endpoints, new Courier(nobody, 0), settings, bytes -> released += bytes);
    }

    static Play withRoom() {
        return new Play(new ClientSettings(TIMEOUT, 2, 1 << 20, 1 << 20, 100, false));
    }

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public Target target() {
        return new Target("test", "main");
    }

    @Override
    public void askWhoLeads(Endpoint endpoint) {
        asked.add(endpoint);
    }

    /** A server says that it leads. */
    Play leads(String address) {
        endpoints.at(address).heard(nanos);
        endpoints.claims(endpoints.at(address), 1, true);
        delivery.pump(this);
        return this;
    }

    /** A server answers questions, but is not known to lead. */
    Play answers(String address) {
        endpoints.at(address).heard(nanos);
        return this;
    }

    /** How long it is until the next look, in ms. */
    long pace() {
        return delivery.pace(this).toMillis();
    }

    boolean isInHurry() {
        return delivery.isInHurry(this);
    }

    /** Who was asked who leads since this was last called. */
    List<String> asked() {
        List<String> addresses = asked.stream().map(Endpoint::address).toList();
        asked.clear();
        return addresses;
    }

    List<Outcome<Applied>> submit(int... sizes) {
        return call(Call.Kind.COMMAND, sizes);
    }

    List<Outcome<Applied>> call(Call.Kind kind, int... sizes) {
        List<Outcome<Applied>> outcomes = new ArrayList<>();
        for (int size : sizes) {
            delivery.outbox().add(new Call(kind, new byte[size], nanos + TIMEOUT.toNanos(), outcomes::add));
        }
        delivery.pump(this);
        return outcomes;
    }

    List<Outcome<Applied>> asks(Freshness... wanted) {
        List<Outcome<Applied>> outcomes = new ArrayList<>();
        for (Freshness freshness : wanted) {
            delivery.outbox().add(new Call(freshness, new byte[1], nanos + TIMEOUT.toNanos(), outcomes::add));
        }
        delivery.pump(this);
        return outcomes;
    }

    <T> List<Outcome<T>> run(Errand.Text<T> text) {
        List<Outcome<T>> outcomes = new ArrayList<>();
        delivery.accept(new Errand<>(nanos + TIMEOUT.toNanos(), text, outcomes::add));
        delivery.pump(this);
        return outcomes;
    }

    /** Time passes, in steps of a tick. */
    Play passes(Duration span) {
        for (long left = span.toMillis(); left > 0; left -= 20) {
            nanos += Duration.ofMillis(Math.min(20, left)).toNanos();
            delivery.tick(this);
        }
        return this;
    }

    /** What a server was sent next; it must have been something of this kind. */
    <M extends ClientRequest> M gets(String address, Class<M> kind) {
        return kind.cast(next(address).message());
    }

    ClientRequest.Submit getsCommands(String address) {
        return gets(address, ClientRequest.Submit.class);
    }

    Sent next(String address) {
        return sent.getOrDefault(address, new ArrayDeque<>()).removeFirst();
    }

    int countFor(String address) {
        return sent.getOrDefault(address, new ArrayDeque<>()).size();
    }

    /** The leader opens the session it is asked for. */
    Play opensSession(String address, long session) {
        long request = gets(address, ClientRequest.OpenSession.class).request();
        return replies(new ClientReply.SessionOpened(request, session));
    }

    /** The leader has applied all commands; the first of them stands at {@code index}. */
    Play applies(ClientRequest.Submit submit, long index) {
        return answers(submit, Status.DONE, index);
    }

    Play answers(ClientRequest.Submit submit, Status status, long index) {
        int count = submit.commands().length;
        Status[] statuses = new Status[count];
        Arrays.fill(statuses, status);
        long[] indexes = new long[count];
        Arrays.setAll(indexes, i -> index + i);
        byte[][] replies = new byte[count][0];
        return replies(new ClientReply.Submitted(submit.request(), statuses, indexes, replies));
    }

    Play rejects(ClientRequest request, Reason reason, String... leader) {
        Optional<String> named = Arrays.stream(leader).findFirst();
        return replies(new ClientReply.Rejected(request.request(), reason, named));
    }

    Play replies(ClientReply reply) {
        delivery.onReply(reply, nanos);
        delivery.pump(this);
        return this;
    }

    void close() {
        delivery.close();
    }

    long released() {
        return released;
    }

    private Link dial(String address) {
        Deque<Sent> box = sent.computeIfAbsent(address, unknown -> new ArrayDeque<>());
        return new Link() {
            @Override
            public void tell(RaftMessage message) {
                box.add(new Sent("tell", (ClientRequest) message));
            }

            @Override
            public void bulk(RaftMessage message) {
                box.add(new Sent("bulk", (ClientRequest) message));
            }

            @Override
            public void probe(RaftMessage message) {
                box.add(new Sent("probe", (ClientRequest) message));
            }
        };
    }
}
