package io.balsa.rehearsal;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.balsa.config.NodeConfig;
import io.balsa.kv.KvCommand;
import io.balsa.model.NodeId;
import java.io.NotSerializableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plays every part of a server once, in memory, before it is needed: elections, commands, a death of the leader.
 *
 * <p>A JVM loads a class, links a lambda and builds a serializer when they are used for the first time. A server that
 * has followed for days has never done what a candidate and a leader do, and the cluster waits for it exactly then. So
 * a while after a node has started it plays a cluster of three within its own process: an actor system of its own,
 * without network, files and listeners. It is over in a second or so, and nothing of it remains.
 */
public final class Rehearsal {
    /** Until then a node has better things to do: it finds its peers, elects a leader and catches up. */
    private static final Duration EARLIEST = Duration.ofSeconds(2);

    /** At random before that, so that nodes of one machine do not all play at the same time. */
    private static final Duration LATEST = Duration.ofSeconds(6);

    /** After so much of it the rest is left out. */
    private static final Duration LONGEST = Duration.ofSeconds(10);

    /** The later ones find more of it compiled, and cost next to nothing. */
    private static final int HAND_OVERS = 5;

    private static final int COMMANDS_IN_A_REIGN = 5;

    /** What was learnt is there for all nodes of a process. */
    private static final AtomicBoolean PLAYED = new AtomicBoolean();

    private static final List<NodeId> CAST = List.of(NodeId.of("first"), NodeId.of("second"), NodeId.of("third"));
    private static final Logger LOG = LoggerFactory.getLogger(Stage.LOGGER);

    private final CompletableFuture<?> over;
    private final ActorSystem<Stage.Deed> system;
    private final Stage stage;
    private final long end = System.nanoTime() + LONGEST.toNanos();

    private Rehearsal(CompletableFuture<?> over) {
        this.over = over;
        stage = new Stage(config(CAST.get(0)).client());
        system = ActorSystem.create(
                stage.open(Rehearsal::config, CAST),
                "rehearsal",
                config(CAST.get(0)).actorSystemConfig());
    }

    /**
     * Has it played in a while, unless the configuration says otherwise. When it fails nothing is lost but time at the
     * first election.
     *
     * @param config that of the node
     * @param node the actor system of the node, which has recovered
     */
    public static void schedule(NodeConfig config, ActorSystem<?> node) {
        if (config.rehearsal()) {
            Duration delay =
                    Duration.ofMillis(ThreadLocalRandom.current().nextLong(EARLIEST.toMillis(), LATEST.toMillis()));
            String binding = config.actorSystemConfig().getString("raft.serializer");
            node.scheduler().scheduleOnce(delay, () -> begin(node, binding), node.executionContext());
        }
    }

    /** On a thread of its own: the node needs those it has, and nothing may wait for this one. */
    private static void begin(ActorSystem<?> node, String binding) {
        Thread thread = new Thread(() -> attempt(node, binding), "rehearsal");
        thread.setDaemon(true);
        thread.start();
    }

    private static void attempt(ActorSystem<?> node, String binding) {
        try {
            Words.learn(Adapter.toClassic(node), binding);
            if (PLAYED.compareAndSet(false, true)) {
                play(node.getWhenTerminated().toCompletableFuture());
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException
                | TimeoutException
                | NotSerializableException
                | RuntimeException
                | LinkageError failed) {
            LOG.debug("not rehearsed", failed);
        }
    }

    /**
     * Plays all of it.
     *
     * @param over completed when the node ends, and this with it
     * @return who has led, in turn
     */
    static List<NodeId> play(CompletableFuture<?> over)
            throws InterruptedException, ExecutionException, TimeoutException {
        Rehearsal rehearsal = new Rehearsal(over);
        try {
            List<NodeId> leaders = new ArrayList<>();
            for (int reign = 0; reign <= HAND_OVERS; reign++) {
                leaders.add(rehearsal.reign(leaders));
                rehearsal.system.tell(reign < HAND_OVERS ? Stage.Deed.HAND_OVER : Stage.Deed.DIE);
            }
            leaders.add(rehearsal.reign(leaders));
            return leaders;
        } finally {
            rehearsal.stage.inbox().close();
            rehearsal.system.terminate();
        }
    }

    /** One command after the other, at least until somebody leads who did not before; returns who that is. */
    private NodeId reign(List<NodeId> before) throws InterruptedException, ExecutionException, TimeoutException {
        Optional<NodeId> last = before.stream().reduce((one, next) -> next);
        byte[] command = new KvCommand.Put(new byte[] {'k'}, new byte[256]).encode();
        for (int i = 0;
                i < COMMANDS_IN_A_REIGN
                        || stage.leader().isEmpty()
                        || stage.leader().equals(last);
                i++) {
            CompletableFuture<?> applied = stage.inbox().submit(command).toCompletableFuture();
            CompletableFuture.anyOf(applied, over).get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
            if (over.isDone()) {
                throw new CancellationException("the node has ended");
            }
        }
        return stage.leader().orElseThrow();
    }

    /**
     * That of a server in memory, with short timeouts. Nothing of the node's own configuration is in it: its extensions
     * are not to be started twice, nor its process ended.
     */
    private static NodeConfig config(NodeId id) {
        Config own = ConfigFactory.parseString("""
                raft {
                  cluster-id = rehearsal
                  heartbeat-interval = 20 ms, election-timeout { min = 100 ms, max = 200 ms }
                  storage.segment-size = 64 KiB
                }
                pekko {
                  use-slf4j = off, loggers = [], loglevel = OFF, stdout-loglevel = OFF
                  actor.provider = local, daemonic = on
                  jvm-shutdown-hooks = off, jvm-exit-on-fatal-error = off
                  coordinated-shutdown { exit-jvm = off, run-by-actor-system-terminate = off }
                }
                """);
        Config peers = ConfigFactory.empty();
        for (int i = 0; i < CAST.size(); i++) {
            String address = "pekko://rehearsal@127.0.0.1:" + (i + 1) + "/user/raft";
            peers = peers.withFallback(ConfigFactory.parseMap(Map.of("raft.peers." + CAST.get(i), address)));
        }
        return NodeConfig.of(ConfigFactory.parseMap(Map.of("raft.node-id", id.name()))
                .withFallback(peers)
                .withFallback(own));
    }
}
