package io.balsa.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.Test;

/** The false world itself: one thread, virtual time, an order of events that only the seed decides. */
final class SimRuntimeTest {
    private static final SimRuntime RUNTIME = SimRuntime.INSTANCE;
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final List<String> heard = new ArrayList<>();

    @Test
    void timersGoOffInVirtualTimeWithoutAnyWaiting() {
        SimSystem system = SimSystem.fresh(1);
        system.boot("clock", host -> ticking(Duration.ofHours(1)), ref -> {});

        RUNTIME.runFor(Duration.ofHours(3));

        assertThat(heard).containsExactly("tick at 3600 s", "tick at 7200 s", "tick at 10800 s");
    }

    @Test
    void theSeedDecidesWhoOfTheReadyGoesFirst() {
        assertThat(orderOfTen(7)).isEqualTo(orderOfTen(7));
        assertThat(orderOfTen(7)).isNotEqualTo(orderOfTen(8));
    }

    @Test
    void anActorThatWaitsForItsDiskKeepsOnlyItselfFromGoingOn() {
        SimSystem system = SimSystem.fresh(1);
        system.boot("listener", host -> echo(), listener -> {
            system.boot("slow", host -> stalling(listener), ref -> twice(ref, "slow"));
            system.boot("quick", host -> forwarding(listener), ref -> twice(ref, "quick"));
        });

        RUNTIME.runFor(SECOND);

        assertThat(heard).containsExactly("quick at 0 ms", "quick at 0 ms", "slow at 5 ms", "slow at 10 ms");
    }

    /** Whatever one actor sends to another arrives in order, also when the first has waited (seed 326). */
    @Test
    void whatWasSentAfterAWaitIsNotOvertaken() {
        SimSystem system = SimSystem.fresh(1);
        List<ActorRef<String>> waiting = new ArrayList<>();
        Behavior<String> asking = Behaviors.receiveMessage(word -> {
            heard.add(word);
            if (word.equals("first")) {
                waiting.get(0).tell("more");
            }
            return Behaviors.same();
        });
        system.boot("listener", host -> asking, listener -> {
            Behavior<String> slow = Behaviors.receiveMessage(word -> {
                if (word.equals("begin")) {
                    RUNTIME.stall(5_000_000);
                    listener.tell("first");
                    listener.tell("second");
                } else {
                    listener.tell("third");
                }
                return Behaviors.same();
            });
            system.boot("slow", host -> slow, ref -> {
                waiting.add(ref);
                ref.tell("begin");
            });
        });

        RUNTIME.runFor(SECOND);

        assertThat(heard).containsExactly("first", "second", "third");
    }

    @Test
    void whatADeadProcessWouldHaveSentAfterItsSyncNeverLeaves() {
        SimSystem system = SimSystem.fresh(1);
        List<Host> hosts = new ArrayList<>();
        system.boot(
                "listener",
                self -> echo(),
                listener -> hosts.add(system.boot("slow", host -> stalling(listener), ref -> ref.tell("promise"))));

        RUNTIME.runFor(Duration.ofMillis(4));
        system.kill(hosts.get(0));
        RUNTIME.runFor(SECOND);

        assertThat(heard).isEmpty();
    }

    @Test
    void aPausedProcessHearsEverythingLater() {
        SimSystem system = SimSystem.fresh(1);
        Host host = system.boot("listener", self -> echo(), listener -> {
            listener.tell("first");
            RUNTIME.after(Duration.ofMillis(20).toNanos(), () -> listener.tell("second"));
        });
        RUNTIME.after(
                Duration.ofMillis(10).toNanos(),
                () -> host.pauseUntil(Duration.ofMillis(50).toNanos()));

        RUNTIME.runFor(SECOND);

        assertThat(heard).containsExactly("first at 0 ms", "second at 50 ms");
    }

    @Test
    void noOtherThreadGetsIn() throws InterruptedException {
        FutureTask<Void> intruder = new FutureTask<>(() -> RUNTIME.execute(() -> {}), null);
        Thread thread = new Thread(intruder, "intruder");
        thread.start();
        thread.join();

        assertThatThrownBy(intruder::get)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("intruder");
    }

    private List<String> orderOfTen(long seed) {
        heard.clear();
        SimSystem system = SimSystem.fresh(seed);
        for (int i = 0; i < 10; i++) {
            String name = "n" + i;
            system.boot(name, host -> echo(), ref -> ref.tell(name));
        }
        RUNTIME.runFor(SECOND);
        return List.copyOf(heard);
    }

    private static void twice(ActorRef<String> ref, String message) {
        ref.tell(message);
        ref.tell(message);
    }

    private Behavior<String> echo() {
        return Behaviors.receiveMessage(message -> {
            heard.add(message + " at " + RUNTIME.nanos() / 1_000_000 + " ms");
            return Behaviors.same();
        });
    }

    private static Behavior<String> forwarding(ActorRef<String> to) {
        return Behaviors.receiveMessage(message -> {
            to.tell(message);
            return Behaviors.same();
        });
    }

    private static Behavior<String> stalling(ActorRef<String> to) {
        return Behaviors.receiveMessage(message -> {
            RUNTIME.stall(Duration.ofMillis(5).toNanos());
            to.tell(message);
            return Behaviors.same();
        });
    }

    private Behavior<String> ticking(Duration interval) {
        return Behaviors.withTimers(timers -> {
            timers.startTimerWithFixedDelay("tick", interval);
            return Behaviors.receiveMessage(message -> {
                heard.add(message + " at " + RUNTIME.nanos() / 1_000_000_000 + " s");
                return Behaviors.same();
            });
        });
    }
}
