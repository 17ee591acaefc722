package io.balsa.sim;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.ChildFailed;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.BehaviorBuilder;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * The one actor system of the JVM that lives in the {@link SimRuntime}; every run puts its actors into it and takes
 * them out again, because starting a system takes longer than a run.
 *
 * <p>Its dispatchers have the names they have in production; its mailboxes, scheduler and executors are the
 * simulator's.
 */
final class SimSystem {
    private static final SimRuntime RUNTIME = SimRuntime.INSTANCE;
    private static final String DISPATCHER =
            "{ type = Dispatcher, executor = \"io.balsa.sim.SimExecutor$Configurator\", throughput = 1 }";
    private static final Config CONFIG = ConfigFactory.parseString("""
            pekko {
              use-slf4j = off
              loggers = ["org.apache.pekko.event.Logging$StandardOutLogger"]
              stdout-loglevel = OFF
              loglevel = OFF
              log-dead-letters = 0
              library-extensions = []
              extensions = []
              jvm-shutdown-hooks = off
              daemonic = on
              coordinated-shutdown { run-by-jvm-shutdown-hook = off, run-by-actor-system-terminate = off }
              scheduler.implementation = "io.balsa.sim.SimScheduler"
              actor {
                provider = local
                internal-dispatcher = "pekko.actor.default-dispatcher"
                default-mailbox.mailbox-type = "io.balsa.sim.SimMailbox"
                typed.default-mailbox.mailbox-type = "io.balsa.sim.SimMailbox"
                default-dispatcher = %1$s
                default-blocking-io-dispatcher = %1$s
              }
            }
            raft { node-dispatcher = %1$s, journal-dispatcher = %1$s, applier-dispatcher = %1$s }
            """.formatted(DISPATCHER))
            .withFallback(ConfigFactory.parseResources("balsa-pekko.conf"))
            .withFallback(ConfigFactory.defaultReferenceUnresolved())
            .resolve();

    private static final SimSystem INSTANCE = new SimSystem();

    private final ActorSystem<Consumer<ActorContext<?>>> system;
    private final List<Resident> residents = new ArrayList<>();
    private long boots;

    private SimSystem() {
        system = ActorSystem.create(Behaviors.setup(SimSystem::guardian), "sim", CONFIG);
        RUNTIME.drain();
    }

    private record Resident(Host host, ActorRef<?>[] ref) {}

    private static Behavior<Consumer<ActorContext<?>>> guardian(ActorContext<Consumer<ActorContext<?>>> context) {
        return BehaviorBuilder.<Consumer<ActorContext<?>>>create()
                .onAnyMessage(action -> {
                    action.accept(context);
                    return Behaviors.same();
                })
                .onSignal(Terminated.class, SimSystem::ended)
                .build();
    }

    /** An actor that the run did not stop has ended by itself: with it, in production, goes the process. */
    private static Behavior<Consumer<ActorContext<?>>> ended(Terminated end) {
        Throwable cause = end instanceof ChildFailed failed ? failed.getCause() : null;
        Host.of(end.getRef().path()).ended(cause);
        return Behaviors.same();
    }

    /** The system, empty, with the runtime set back to this seed. */
    static SimSystem fresh(long seed) {
        INSTANCE.clear();
        RUNTIME.reset(seed);

        return INSTANCE;
    }

    ActorSystem<?> actors() {
        return system;
    }

    /** Starts a process: an actor directly below the guardian. {@code started} is given its reference, in its turn. */
    <T> Host boot(String name, Function<Host, Behavior<T>> behavior, Consumer<ActorRef<T>> started) {
        Host host = Host.boot(name + "-" + boots++);
        Resident resident = new Resident(host, new ActorRef<?>[1]);
        residents.add(resident);
        system.tell(context -> {
            if (host.isUp()) {
                ActorRef<T> ref = context.spawn(behavior.apply(host), host.name());
                context.watch(ref);
                resident.ref()[0] = ref;
                started.accept(ref);
            }
        });
        return host;
    }

    /** Ends a process at once: nothing it does from now on, stopping included, reaches anybody. */
    void kill(Host host) {
        host.die();
        residents.removeIf(resident -> {
            boolean dead = resident.host() == host;
            if (dead) {
                stop(resident);
            }
            return dead;
        });
    }

    private void stop(Resident resident) {
        system.tell(context -> {
            if (resident.ref()[0] != null) {
                context.stop(resident.ref()[0]);
            }
        });
    }

    private void clear() {
        RUNTIME.afterEvery(() -> {});
        List.copyOf(residents).forEach(resident -> kill(resident.host()));
        RUNTIME.drain();
        Host.forgetAll();
    }
}
