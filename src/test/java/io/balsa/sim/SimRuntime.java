package io.balsa.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import org.apache.pekko.actor.ActorCell;
import org.apache.pekko.dispatch.Mailbox;

/**
 * One thread, one clock and one seed under a real actor system.
 *
 * <p>Every task of every actor waits here until it is its turn. Tasks that are ready at the same virtual instant run in
 * an order the seed chooses; time passes only when nothing is ready. An actor that waits for its disk
 * ({@link #stall}) keeps its own executor busy while the others go on: what it sends, schedules and reads off the clock
 * later in the same task happens after the wait.
 */
final class SimRuntime {
    /** Read by the plug-ins that the actor system creates by name: executors, mailboxes, the scheduler. */
    static final SimRuntime INSTANCE = new SimRuntime();

    private final Thread owner = Thread.currentThread();
    private final List<Runnable> ready = new ArrayList<>();
    private final PriorityQueue<Alarm> alarms =
            new PriorityQueue<>(Comparator.comparingLong(Alarm::at).thenComparingLong(Alarm::order));
    private final IdentityHashMap<Mailbox, Lane> lanes = new IdentityHashMap<>();
    private SplittableRandom random = new SplittableRandom(0);
    private Runnable afterEvent = () -> {};
    private Host running = Host.NONE;
    private Optional<Lane> runningLane = Optional.empty();
    private Host last = Host.NONE;
    private long now;
    private long stalled;
    private long order;
    private long events;
    private TraceHash trace = new TraceHash();

    private SimRuntime() {}

    /** One actor's executor: what it belongs to, and until when it waits for its disk. */
    private static final class Lane {
        private final Host host;
        private long busyUntil;
        private int unsent;

        Lane(Host host) {
            this.host = host;
        }
    }

    /** One thing that happens at a later time, unless cancelled. */
    static final class Alarm {
        private final long at;
        private final long order;
        private Runnable action;

        Alarm(long at, long order, Runnable action) {
            this.at = at;
            this.order = order;
            this.action = action;
        }

        long at() {
            return at;
        }

        long order() {
            return order;
        }

        /** Whether it had not happened yet, nor been cancelled. */
        boolean cancel() {
            boolean pending = isPending();
            action = null;
            return pending;
        }

        boolean isPending() {
            return action != null;
        }
    }

    /** Forgets all tasks and alarms of an earlier run and starts another at time 0. */
    void reset(long seed) {
        checkThread();
        ready.clear();
        alarms.clear();
        lanes.clear();
        random = new SplittableRandom(seed);
        afterEvent = () -> {};
        trace = new TraceHash();
        running = Host.NONE;
        runningLane = Optional.empty();
        now = 0;
        stalled = 0;
        events = 0;
    }

    /** What is called after every event, to check what must always hold. */
    void afterEvery(Runnable check) {
        afterEvent = check;
    }

    /** Virtual time in nanoseconds since the run began, as the running task sees it. */
    long nanos() {
        return now + stalled;
    }

    /** Deliveries, timers and disk completions so far (an event is a task that ran, or an alarm that went off). */
    long events() {
        return events;
    }

    TraceHash trace() {
        return trace;
    }

    SplittableRandom random() {
        return random;
    }

    /** Makes a task ready; the entry of all executors. */
    void execute(Runnable task) {
        checkThread();
        ready.add(task);
    }

    /** Lets something happen after a delay, counted from the time the running task sees. */
    Alarm after(long delayNanos, Runnable action) {
        checkThread();
        Alarm alarm = new Alarm(nanos() + Math.max(0, delayNanos), order++, action);
        alarms.add(alarm);
        return alarm;
    }

    /** The running task waits so long for its disk; only its own actor is kept from going on. */
    void stall(long nanos) {
        stalled += nanos;
    }

    /** What the running task, which has waited, sends when it has: before anything that its actor does later. */
    void send(Runnable message) {
        Optional<Lane> sender = runningLane;
        sender.ifPresent(lane -> lane.unsent++);
        after(0, () -> {
            sender.ifPresent(lane -> lane.unsent--);
            message.run();
        });
    }

    /** Whether the running task has waited for its disk. */
    boolean isStalled() {
        return stalled > 0;
    }

    /** The process whose actor the running task belongs to. */
    Host runningHost() {
        return running;
    }

    /** The process that the last event belonged to; none for a delivery or what befalls a process from outside. */
    Host lastHost() {
        return last;
    }

    void runFor(Duration span) {
        long end = now + span.toNanos();
        runUntil(() -> false, span);
        now = end;
    }

    /**
     * Runs until the condition holds.
     *
     * @return whether it did within {@code limit} of virtual time
     */
    boolean runUntil(BooleanSupplier condition, Duration limit) {
        long end = now + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (!step(end)) {
                return false;
            }
        }
        return true;
    }

    /** Runs all that is ready at this instant. */
    void drain() {
        while (!ready.isEmpty()) {
            step(now);
        }
    }

    private boolean step(long end) {
        if (!ready.isEmpty()) {
            run(takeReady());
            return true;
        }
        Alarm next = alarms.peek();
        if (next == null || next.at() > end) {
            return false;
        }
        ring(alarms.poll());
        return true;
    }

    private void ring(Alarm alarm) {
        if (!alarm.isPending()) {
            return;
        }
        now = Math.max(now, alarm.at());
        Runnable action = alarm.action;
        alarm.cancel();
        last = Host.NONE;
        action.run();
        stalled = 0;
        finishEvent();
    }

    private Runnable takeReady() {
        int chosen = random.nextInt(ready.size());
        Runnable task = ready.get(chosen);
        int last = ready.size() - 1;
        ready.set(chosen, ready.get(last));
        ready.remove(last);
        return task;
    }

    private void run(Runnable task) {
        Lane lane = task instanceof Mailbox mailbox ? lanes.computeIfAbsent(mailbox, SimRuntime::laneOf) : null;
        long busyUntil = lane == null ? now : Math.max(lane.busyUntil, lane.host.pausedUntil());
        boolean busy = busyUntil > now || (lane != null && lane.unsent > 0);
        if (busy && lane.host.isUp()) {
            after(busyUntil - now, () -> ready.add(task));
            return;
        }
        running = lane == null ? Host.NONE : lane.host;
        last = running;
        runningLane = Optional.ofNullable(lane);
        task.run();
        if (lane != null) {
            lane.busyUntil = now + stalled;
        }
        running = Host.NONE;
        runningLane = Optional.empty();
        stalled = 0;
        finishEvent();
    }

    private static Lane laneOf(Mailbox mailbox) {
        ActorCell cell = mailbox.actor();
        return new Lane(cell == null ? Host.NONE : Host.of(cell.self().path()));
    }

    private void finishEvent() {
        events++;
        afterEvent.run();
    }

    private void checkThread() {
        if (Thread.currentThread() != owner) {
            throw new RejectedExecutionException(
                    "thread " + Thread.currentThread().getName() + " is no part of the simulation");
        }
    }
}
