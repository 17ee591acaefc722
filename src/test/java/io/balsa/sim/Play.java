package io.balsa.sim;

import io.balsa.model.NodeId;
import io.balsa.protocol.ClientRequest;
import io.balsa.protocol.Rpc;
import io.balsa.protocol.reply.ClientReply;
import io.balsa.role.NodeView;
import io.balsa.sim.SimNetwork.Parcel;
import io.balsa.trace.Happening;
import io.balsa.trace.Trace;
import io.balsa.trace.TraceEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The last moments of a run, to be read by a person when it has failed: what left its sender, what was lost, and what
 * befell whom. While a run is recorded, everything its servers do is in it too, and goes to a {@link Script} as well.
 *
 * <p>A task that has waited for its disk is ahead of the others' time: what it tells is kept until that time has come,
 * and happens only if its process lives to see it.
 */
final class Play {
    private static final int LINES = 400;

    private final SimRuntime runtime;
    private final Deque<Line> lines = new ArrayDeque<>();
    private final PriorityQueue<Ahead> ahead =
            new PriorityQueue<>(Comparator.comparingLong(Ahead::nanos).thenComparingLong(Ahead::order));
    private Function<NodeId, Optional<NodeView>> views = server -> Optional.empty();
    private Optional<Script> script = Optional.empty();
    private long order;

    Play(SimRuntime runtime) {
        this.runtime = runtime;
    }

    /** Where a recorded run is written. */
    @FunctionalInterface
    interface Script {
        void write(long nanos, TraceEvent event);
    }

    private record Line(long nanos, TraceEvent event) {
        @Override
        public String toString() {
            return line(nanos, event);
        }
    }

    static String line(long nanos, TraceEvent event) {
        return String.format("%12.3f ms  %s", nanos / 1e6, event);
    }

    private record Ahead(long nanos, long order, TraceEvent event) {}

    /** Names the servers, so that a line can say what its speaker was at that moment. */
    void cast(Function<NodeId, Optional<NodeView>> servers) {
        views = servers;
    }

    /** From now on everything is written; servers that run already tell no more than before. */
    void record(Script to) {
        script = Optional.of(to);
    }

    /** What one incarnation of a server tells of itself. */
    Trace of(Host host) {
        return script.isPresent() ? event -> tell(host, event) : Trace.NONE;
    }

    void note(Supplier<String> what) {
        note(TraceEvent.of("", new SimHappening.Fault(what)));
    }

    void note(TraceEvent event) {
        if (runtime.isStalled()) {
            ahead.add(new Ahead(runtime.nanos(), order++, event));
        } else {
            catchUp();
            add(runtime.nanos(), event);
        }
    }

    /** A message leaves; when the run is recorded, its server has said so itself. */
    void leaves(Parcel parcel) {
        Object message = parcel.message();
        NodeId from = parcel.route().from();
        NodeId to = parcel.route().to();
        if (message instanceof ClientRequest request) {
            note(TraceEvent.of(from.name(), new SimHappening.Invoked(to, request)));
        } else if (message instanceof ClientReply reply) {
            note(TraceEvent.of(to.name(), new SimHappening.Answered(from, reply)));
        } else if (message instanceof Rpc rpc && script.isEmpty()) {
            note(by(from, new Happening.Sent(to, rpc)));
        }
    }

    /** A message of a server does not arrive. */
    void loses(Parcel parcel, String why) {
        if (parcel.message() instanceof Rpc rpc) {
            Happening lost = new SimHappening.Lost(parcel.route().to(), rpc, why);
            note(TraceEvent.of(parcel.route().from().name(), lost));
        }
    }

    /** Only where a run is recorded: there are many of them, and the agreement of machines is checked elsewhere. */
    void executes(NodeId server, long index, String word) {
        if (script.isPresent()) {
            note(by(server, new SimHappening.Executed(index, word)));
        }
    }

    /** A server's process has ended: what it was ahead of will never be. */
    void ends(NodeId server, String how) {
        catchUp();
        ahead.removeIf(event -> event.event().node().equals(server.name()));
        note(by(server, new SimHappening.Crashed(how)));
    }

    private TraceEvent by(NodeId server, Happening happening) {
        return views.apply(server)
                .map(view -> new TraceEvent(server.name(), view.role(), view.term(), happening))
                .orElseGet(() -> TraceEvent.of(server.name(), happening));
    }

    private void tell(Host host, TraceEvent event) {
        if (host.isUp()) {
            note(event);
        }
    }

    /** All that was ahead of this moment happens. */
    private void catchUp() {
        long now = runtime.isStalled() ? Long.MIN_VALUE : runtime.nanos();
        while (!ahead.isEmpty() && ahead.peek().nanos() <= now) {
            Ahead next = ahead.poll();
            add(next.nanos(), next.event());
        }
    }

    private void add(long nanos, TraceEvent event) {
        script.ifPresent(to -> to.write(nanos, event));
        lines.addLast(new Line(nanos, event));
        if (lines.size() > LINES) {
            lines.removeFirst();
        }
    }

    @Override
    public String toString() {
        List<Line> all = new ArrayList<>(lines);
        ahead.stream().sorted(ahead.comparator()).forEach(event -> all.add(new Line(event.nanos(), event.event())));
        return all.stream().map(Line::toString).collect(Collectors.joining("\n"));
    }
}
