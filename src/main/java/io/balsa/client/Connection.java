package io.balsa.client;

import com.typesafe.config.Config;
import io.balsa.Applied;
import io.balsa.Consistency;
import io.balsa.client.delivery.Freshness;
import io.balsa.config.ClientSettings;
import io.balsa.config.PeerAddress;
import io.balsa.config.PekkoSettings;
import io.balsa.protocol.AdminRequest;
import io.balsa.protocol.Target;
import io.balsa.protocol.reply.AdminReply;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * A client for programs without actors: its own actor system with one {@link RaftClient} in it, or the use of one that
 * is there.
 *
 * <p>Every stage completes within {@code raft.client.timeout}, with a value or with one of {@link RefusedException},
 * {@link UnavailableException} and {@link OutcomeUnknownException}. Callbacks run on the client's thread and must not
 * block it. All methods may be called from any thread.
 */
public final class Connection implements AutoCloseable {
    private static final String SYSTEM = "client";
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration FAREWELL = Duration.ofMillis(500);
    private static final Pattern LOOPBACK = Pattern.compile("@(127\\.[0-9.]+|localhost):");

    private final Inbox inbox;
    private final Promises promises = new Promises();
    private final ActorRef<RaftClient.Command> client;
    private final Optional<ActorSystem<RaftClient.Command>> system;

    private Connection(
            Inbox inbox, ActorRef<RaftClient.Command> client, Optional<ActorSystem<RaftClient.Command>> system) {
        this.inbox = inbox;
        this.client = client;
        this.system = system;
        // However it ends: its client may have failed.
        system.ifPresent(own -> own.getWhenTerminated().thenRun(inbox::close).thenRun(promises::close));
    }

    /**
     * Starts a client; connects only when there is something to ask.
     *
     * @throws IllegalArgumentException when an endpoint is no such address
     * @throws io.balsa.config.BadConfigException naming every problem at once
     * @param endpoints addresses of servers, {@code pekko://raft@host:port/user/raft}; any one that answers will do
     * @param target the cluster and group that must answer; what is left empty is taken from the first server
     *     to say what it is
     * @param config complete: with the {@code reference.conf} of Balsa and Pekko; {@code raft.client} is for the client
     */
    public static Connection open(List<String> endpoints, Target target, Config config) {
        endpoints.forEach(PeerAddress::parse);
        ClientSettings settings = ClientSettings.of(config);
        if (PekkoSettings.isTls(config)) {
            PekkoSettings.requireKeys(config, Optional.empty());
        }
        Inbox inbox = new Inbox(settings, System::nanoTime);
        RaftClient.Setup setup = RaftClient.Setup.remote(target, endpoints, settings);
        ActorSystem<RaftClient.Command> own =
                ActorSystem.create(guardian(setup, inbox), SYSTEM, pekko(config, endpoints));
        return new Connection(inbox, own, Optional.of(own));
    }

    /**
     * Uses a client that somebody else has started and will stop, who must then close this too.
     *
     * @param inbox of that client
     */
    public static Connection over(ActorRef<RaftClient.Command> client, Inbox inbox) {
        return new Connection(inbox, client, Optional.empty());
    }

    /** Has a command applied exactly once, under a session that this connection opens and keeps. */
    public CompletionStage<Applied> submit(byte[] command) {
        return inbox.submit(command);
    }

    /**
     * Has a command applied once for this session and sequence, whoever else sends the same pair, whenever.
     *
     * @param session from {@link #openSession}
     * @param sequence 1 and up
     */
    public CompletionStage<Applied> submit(long session, long sequence, byte[] command) {
        Objects.requireNonNull(command, "command");
        return ask(answer -> new RaftClient.SubmitAs(session, sequence, command, answer));
    }

    /** Asks the state machine. */
    public CompletionStage<byte[]> query(byte[] query, Consistency consistency) {
        return inbox.query(query, consistency);
    }

    /** Asks the state machine, in a way that {@link Consistency} alone does not say. */
    public CompletionStage<byte[]> query(byte[] query, Freshness freshness) {
        return inbox.query(query, freshness);
    }

    /** Opens a session for {@link #submit(long, long, byte[])}. */
    public CompletionStage<Long> openSession() {
        return ask(RaftClient.OpenSession::new);
    }

    /** Ends a session; one that is not there is no failure. */
    public CompletionStage<Void> closeSession(long session) {
        return this.<Long>ask(answer -> new RaftClient.CloseSession(session, answer))
                .thenAccept(closed -> {});
    }

    /** How one server sees itself and its cluster. */
    public CompletionStage<AdminReply.Status> status(String endpoint) {
        PeerAddress.parse(endpoint);
        return ask(answer -> new RaftClient.AskStatus(endpoint, answer));
    }

    /** What one server says of the machine it runs on, and whom it does not listen to. */
    public CompletionStage<AdminReply.Condition> condition(String endpoint) {
        PeerAddress.parse(endpoint);
        return ask(endpoint, AdminRequest.GetCondition::new, AdminReply.Condition.class);
    }

    /**
     * A page of one server's own log, committed or not. It may end before {@code to}; ask again from behind its last.
     *
     * @param from the first index wanted, 1 and up
     * @param to the last index wanted
     */
    public CompletionStage<AdminReply.LogPage> log(String endpoint, long from, long to) {
        PeerAddress.parse(endpoint);
        return ask(answer -> new RaftClient.AskLog(endpoint, from, to, answer));
    }

    /**
     * Has a server that leads give its office to another voter (thesis §3.10).
     *
     * @param to who is to lead next; whoever is best placed when empty
     * @return what the server has to say about it; who leads in the end shows in the {@link #status} of the servers
     */
    public CompletionStage<AdminReply.Transferred> transfer(String endpoint, Optional<String> to) {
        PeerAddress.parse(endpoint);
        return ask(answer -> new RaftClient.AskTransfer(endpoint, to, answer));
    }

    /**
     * Has one server take a snapshot of its own state now (§7).
     *
     * @return up to where its newest snapshot reaches then, or why there is none
     */
    public CompletionStage<AdminReply.SnapshotTaken> snapshot(String endpoint) {
        PeerAddress.parse(endpoint);
        return ask(endpoint, AdminRequest.TriggerSnapshot::new, AdminReply.SnapshotTaken.class);
    }

    /** The snapshots that one server has. */
    public CompletionStage<AdminReply.Snapshots> snapshots(String endpoint) {
        PeerAddress.parse(endpoint);
        return ask(endpoint, AdminRequest.ListSnapshots::new, AdminReply.Snapshots.class);
    }

    /**
     * Has a server that leads change who belongs to the cluster (§6).
     *
     * @return what the server has to say about it, once the new configuration is committed
     */
    public CompletionStage<AdminReply.MembersChanged> changeMembers(String endpoint, AdminRequest.Members members) {
        PeerAddress.parse(endpoint);
        return ask(
                endpoint,
                (target, request, replyTo) -> new AdminRequest.ChangeMembers(target, request, replyTo, members),
                AdminReply.MembersChanged.class);
    }

    /**
     * Committed entries from {@code from} on as they come, through whichever server has them, until the connection is
     * closed. The next ones are sent when the subscriber returns.
     *
     * @param subscriber called by one thread at a time; may block
     * @return fails when the entries can no longer be had; completes when the connection is closed
     */
    public CompletionStage<Void> subscribe(long from, Consumer<Delivered> subscriber) {
        Objects.requireNonNull(subscriber, "subscriber");
        return ask(ended -> new RaftClient.Subscribe(from, subscriber, ended));
    }

    /**
     * Ends everything: waits a little for what is unanswered, then that fails; subscriptions complete, and the cluster
     * forgets the session. A client of somebody else's is left to him, and what is unanswered fails at once.
     */
    @Override
    public void close() {
        system.ifPresent(this::close);
        inbox.close();
        promises.close();
    }

    private void close(ActorSystem<RaftClient.Command> own) {
        leave(own);
        own.terminate();
        try {
            own.getWhenTerminated().toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException slow) {
            own.log().warn("the client's actor system is slow to stop; it is left to itself");
        }
    }

    /** Does not insist: the cluster drops the sessions used least when it has too many. */
    private void leave(ActorSystem<RaftClient.Command> own) {
        try {
            ask(RaftClient.Leave::new).toCompletableFuture().get(FAREWELL.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException unanswered) {
            own.log().debug("the session is left to the cluster", unanswered);
        }
    }

    private <T extends AdminReply> CompletionStage<T> ask(
            String endpoint, RaftClient.AskServer.Question question, Class<T> kind) {
        return this.<AdminReply>ask(answer -> new RaftClient.AskServer(endpoint, question, answer))
                .thenApply(kind::cast);
    }

    private <T> CompletionStage<T> ask(Function<Promise<T>, RaftClient.Command> command) {
        return promises.open(promise -> client.tell(command.apply(promise)));
    }

    /** Its parts fail for no reason that could be repaired, so the system ends with them. */
    private static Behavior<RaftClient.Command> guardian(RaftClient.Setup setup, Inbox inbox) {
        return Behaviors.setup(context -> {
            ActorRef<RaftClient.Command> client = context.spawn(
                    RaftClient.create(setup, inbox),
                    RaftClient.NAME,
                    DispatcherSelector.fromConfig(RaftClient.DISPATCHER));
            context.watch(client);
            return Behaviors.receiveMessage(command -> {
                client.tell(command);
                return Behaviors.same();
            });
        });
    }

    /**
     * Servers dial back to answer, on a port that is free. If all of them are on this host that works best without the
     * network; else under the host's own address, or what {@code pekko.remote.artery.canonical.hostname} says.
     */
    private static Config pekko(Config config, List<String> endpoints) {
        Config complete = PekkoSettings.complete(config);
        String given = complete.getString("pekko.remote.artery.canonical.hostname");
        boolean loopback = endpoints.stream()
                .allMatch(endpoint -> LOOPBACK.matcher(endpoint).find());
        boolean mayChoose = given.startsWith("<");
        return PekkoSettings.at(complete, loopback && mayChoose ? "127.0.0.1" : given, 0);
    }
}
