package io.balsa;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.balsa.client.Inbox;
import io.balsa.client.delivery.Freshness;
import io.balsa.config.NodeConfig;
import io.balsa.http.HttpServer;
import io.balsa.http.event.Listener;
import io.balsa.kv.KeyValueMachine;
import io.balsa.machine.StateMachine;
import io.balsa.role.Environment;
import io.balsa.role.NodeView;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * A Raft server within your program, and a client of the cluster it belongs to.
 *
 * <p>All methods may be called from any thread, and any server may be asked: what only the leader can do is passed on
 * to it. Stages complete within {@code raft.client.timeout}, with a value or with one of
 * {@link io.balsa.client.RefusedException} (it will not be done), {@link io.balsa.client.UnavailableException} (it was
 * not done and never will be) and {@link io.balsa.client.OutcomeUnknownException} (it may or may not have been done).
 * Their callbacks run on the client's thread: one that blocks holds up all the others, so use the {@code …Async}
 * methods there.
 *
 * <p>When the server's disk fails, holds damage, or an invariant is violated, the server stops for good and everything
 * is answered with a failure from then on. Then the process must end: a failed disk is only trusted again after
 * recovery in a new one.
 */
public final class Raft implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(9);

    private static final String BY_HOOK = "pekko.coordinated-shutdown.run-by-jvm-shutdown-hook";

    /** Pekko's own hooks cut the connections at once, so that no leader could hand its office over. */
    private static final Config IN_ORDER =
            ConfigFactory.parseMap(Map.of("pekko.jvm-shutdown-hooks", "off", BY_HOOK, "off"));

    private final ActorSystem<Household.Command> system;
    private final NodeView view;
    private final Inbox inbox;

    private Raft(ActorSystem<Household.Command> system, NodeView view, Inbox inbox) {
        this.system = system;
        this.view = view;
        this.inbox = inbox;
    }

    /**
     * Starts a server and returns once it has recovered from its disk. That takes as long as reading its log does;
     * there need not be a leader yet. With {@code raft.http.embedded = on} it serves HTTP too; if its port is taken,
     * it stops as by any other failure.
     *
     * <p>When the process ends in order, as by SIGTERM, the server is closed with it, unless {@code
     * pekko.coordinated-shutdown.run-by-jvm-shutdown-hook} is off: then it is for the program to close it.
     *
     * @param config the settings of {@code reference.conf}, of which at least {@code raft.cluster-id}, {@code
     *     raft.node-id} and {@code raft.peers} must be given
     * @param machine what the committed commands are applied to, from the first one on
     * @throws io.balsa.config.BadConfigException naming every problem at once
     * @throws RuntimeException when recovery fails: the data folder belongs to another node or process, or holds damage
     */
    public static Raft start(Config config, StateMachine machine) {
        NodeConfig node = NodeConfig.of(config);
        node.requireKeys();
        Environment world = Environment.production(node.settings(), machine);
        Inbox inbox = new Inbox(node.client(), System::nanoTime);
        CompletableFuture<Void> recovered = new CompletableFuture<>();
        ActorSystem<Household.Command> system = ActorSystem.create(
                Household.create(world, new Household.Client(node, inbox), http(node, world), recovered),
                node.systemName(),
                IN_ORDER.withFallback(node.actorSystemConfig()));
        Raft raft = new Raft(system, world.view(), inbox);
        system.getWhenTerminated().thenRun(inbox::close).thenRun(world.view()::stopped);
        if (node.actorSystemConfig().getBoolean(BY_HOOK)) {
            raft.closeWithTheProcess();
        }
        raft.await(recovered);
        return raft;
    }

    private static Optional<HttpServer.Setup> http(NodeConfig node, Environment world) {
        boolean wanted = node.http().enabled() && node.http().embedded();
        return wanted
                ? Optional.of(new HttpServer.Setup(
                        node, world.view(), Listener.of(node), world.machine() instanceof KeyValueMachine))
                : Optional.empty();
    }

    /**
     * Has a command committed and applied, exactly once.
     *
     * @param command must not be changed afterwards; at most {@code raft.max-command-size} bytes
     * @return where it stands in the log, and what the state machine answered. Fails at once when more than {@code
     *     raft.client.max-pending} bytes are waiting for an answer
     */
    public CompletionStage<Applied> submit(byte[] command) {
        return inbox.submit(command);
    }

    /**
     * Asks the state machine.
     *
     * @param query must not be changed afterwards
     */
    public CompletionStage<byte[]> query(byte[] query, Consistency consistency) {
        return inbox.query(query, consistency);
    }

    /**
     * Asks the state machine of any server that is sure to have applied all that was committed this long before it got
     * the query; fails as unavailable when there is none.
     *
     * @param query must not be changed afterwards
     * @param maxAge from a millisecond on; holds as long as no clock gains or loses more than {@code
     *     raft.read.clock-drift-percent}
     */
    public CompletionStage<byte[]> query(byte[] query, Duration maxAge) {
        return inbox.query(query, Freshness.within(maxAge));
    }

    /** Whether this server leads, as far as it knows; it may have been deposed a moment ago. */
    public boolean isLeader() {
        return view.isLeader();
    }

    /** The index of the last entry that this server's state machine has seen, 0 before the first. */
    public long appliedIndex() {
        return view.appliedIndex();
    }

    /**
     * Waits a little for answers to what is under way and ends this client's session; hands leadership over if this
     * server leads, flushes its disk and stops. What is not answered by then fails, and what comes meanwhile is turned
     * away.
     */
    @Override
    public void close() {
        system.tell(Household.Order.CLOSE);
        try {
            system.getWhenTerminated().toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException late) {
            system.terminate();
        }
    }

    private void closeWithTheProcess() {
        Thread hook = new Thread(this::close, "close-raft");
        try {
            Runtime.getRuntime().addShutdownHook(hook);
        } catch (IllegalStateException underWay) {
            system.terminate();
            throw underWay;
        }
        system.getWhenTerminated().thenRun(() -> forget(hook));
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException underWay) {
            // The process ends, and the hook has done its work.
        }
    }

    private void await(CompletableFuture<Void> recovered) {
        try {
            recovered.join();
        } catch (CompletionException failed) {
            close();
            throw failed.getCause() instanceof RuntimeException cause ? cause : failed;
        }
    }
}
