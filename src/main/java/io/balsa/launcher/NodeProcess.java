package io.balsa.launcher;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.balsa.config.NodeConfig;
import io.balsa.http.HttpServer;
import io.balsa.protocol.Local;
import io.balsa.protocol.RaftMessage;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The actor system of one node, from its start to the end of the process.
 *
 * <p>SIGTERM and SIGINT run the coordinated shutdown: a leader hands its office over, the journal flushes, the process
 * exits with 0. It ends within {@link #PATIENCE} in any case; what was acknowledged is on disk. A node that has failed
 * does none of this: it only ends.
 */
final class NodeProcess {
    /** How long a stopping process may take; container runtimes kill after 10 s. */
    private static final Duration PATIENCE = Duration.ofSeconds(9);

    private static final Duration HANDOVER = Duration.ofSeconds(3);
    private static final Duration FLUSH = Duration.ofSeconds(4);
    private static final Logger LOG = LoggerFactory.getLogger(NodeProcess.class);

    private final Ending ending = new Ending();
    private final ActorSystem<Guardian.Command> system;

    private NodeProcess(NodeConfig config, Behavior<RaftMessage> node, Optional<HttpServer.Setup> http) {
        this.system =
                ActorSystem.create(Guardian.create(config, node, http, ending), config.systemName(), pekko(config));
        atShutdown(CoordinatedShutdown.get(system));
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop"));
    }

    /**
     * Runs a node until it ends.
     *
     * @param node the raft actor
     * @param http who serves HTTP for it, if anybody does
     * @throws org.apache.pekko.remote.RemoteTransportException when the node's address is taken
     */
    static Exit run(NodeConfig config, Behavior<RaftMessage> node, Optional<HttpServer.Setup> http) {
        return new NodeProcess(config, node, http).await();
    }

    private Exit await() {
        system.getWhenTerminated().toCompletableFuture().join();
        if (ending.because(Exit.INTERNAL)) {
            LOG.error("the actor system has ended by itself");
        }
        return ending.exit();
    }

    /** This class has the hook, because it knows the exit code; for the same reason no error may exit by itself. */
    private static Config pekko(NodeConfig config) {
        return ConfigFactory.parseMap(Map.of(
                        "pekko.jvm-exit-on-fatal-error", "off",
                        "pekko.jvm-shutdown-hooks", "off",
                        "pekko.coordinated-shutdown.run-by-jvm-shutdown-hook", "off"))
                .withFallback(config.actorSystemConfig());
    }

    private void atShutdown(CoordinatedShutdown shutdown) {
        shutdown.addTask(CoordinatedShutdown.PhaseServiceUnbind(), "hand over leadership", this::resign);
        shutdown.addTask(CoordinatedShutdown.PhaseServiceStop(), "flush", this::flush);
    }

    private CompletionStage<Done> resign() {
        if (!ending.isInOrder()) {
            return CompletableFuture.completedFuture(Done.getInstance());
        }
        return AskPattern.<Guardian.Command, Local.Resigned>ask(
                        system, Guardian.Resign::new, HANDOVER, system.scheduler())
                .handle((resigned, late) -> Done.getInstance());
    }

    private CompletionStage<Done> flush() {
        if (!ending.isInOrder()) {
            return CompletableFuture.completedFuture(Done.getInstance());
        }
        return AskPattern.<Guardian.Command, Done>ask(system, Guardian.Stop::new, FLUSH, system.scheduler())
                .exceptionally(late -> Done.getInstance());
    }

    /** Runs in the shutdown hook. Only halting can give the exit code of a process that a signal has stopped. */
    private void stop() {
        ending.because(Exit.OK);
        try {
            ended().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException late) {
            LOG.error("the node did not stop in order: {}", late.toString());
        }
        Runtime.getRuntime().halt(ending.exit().code());
    }

    /** Stops the actor system in order, unless it has ended already: its shutdown would wait for what is gone. */
    private CompletableFuture<Done> ended() {
        CompletableFuture<Done> terminated = system.getWhenTerminated().toCompletableFuture();
        if (!terminated.isDone()) {
            CoordinatedShutdown.get(system).runAll(CoordinatedShutdown.jvmExitReason());
        }
        return terminated;
    }
}
