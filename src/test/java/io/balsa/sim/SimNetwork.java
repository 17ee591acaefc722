package io.balsa.sim;

import io.balsa.model.Invariant;
import io.balsa.model.NodeId;
import io.balsa.protocol.ClientRequest;
import io.balsa.protocol.Rpc;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Carries messages between servers and clients, as well or as badly as the {@link Weather} is, over routes that may be
 * cut one by one. Everything is encoded when it is sent and decoded when it arrives.
 */
final class SimNetwork {
    /** More than that in one frame belongs on the path for large messages: 64 KiB and what is wrapped around it. */
    static final int LARGEST_SMALL_FRAME = 68 * 1024;

    private final SimRuntime runtime;
    private final Wire wire;
    private final SplittableRandom random;
    private final Set<Route> cut = new HashSet<>();
    private final TreeMap<Route, Weather> local = new TreeMap<>();
    private final Traffic traffic = new Traffic();
    private final List<Tap> taps = new ArrayList<>();
    private Weather weather = Weather.CALM;
    private Rule rule = parcel -> Optional.of(parcel.message());
    private Loss loss = (parcel, why) -> {};

    SimNetwork(SimRuntime runtime, Wire wire, long seed) {
        this.runtime = runtime;
        this.wire = wire;
        this.random = new SplittableRandom(seed);
    }

    /** One message on its way; {@code bulk} when it takes the path for large ones. */
    record Parcel(Route route, Object message, boolean bulk) {}

    /** What travels: the message is what the sender meant, the frame what the receiver gets. */
    private record Post(Parcel parcel, Wire.Frame frame, Consumer<Object> arrive) {}

    /** Decides, in a play, what becomes of a message that leaves: passes it, another one in its place, or nothing. */
    @FunctionalInterface
    interface Rule {
        Optional<Object> apply(Parcel parcel);
    }

    /** Sees every message at the moment it leaves its sender, and each time it arrives. */
    @FunctionalInterface
    interface Tap {
        void leaves(Parcel parcel);

        default void arrives(Parcel parcel) {}

        /** It may arrive once more. */
        default void repeats(Parcel parcel) {}
    }

    /** Hears of every message, or copy of one, that will not arrive. */
    @FunctionalInterface
    interface Loss {
        void of(Parcel parcel, String why);
    }

    /** What the network has done so far. */
    static final class Traffic {
        long sent;
        long lost;
        long duplicated;
        long cut;
        long delivered;
    }

    Traffic traffic() {
        return traffic;
    }

    void weather(Weather next) {
        weather = next;
        local.clear();
    }

    /** One route whose weather differs from the rest. */
    void weather(Route route, Weather there) {
        local.put(route, there);
    }

    void cut(Route route) {
        cut.add(route);
    }

    void cutBoth(NodeId one, NodeId other) {
        cut.add(new Route(one, other));
        cut.add(new Route(other, one));
    }

    /** These two hear each other again. */
    void heal(NodeId one, NodeId other) {
        cut.remove(new Route(one, other));
        cut.remove(new Route(other, one));
    }

    boolean isCut(Route route) {
        return cut.contains(route);
    }

    /** All routes carry again. */
    void heal() {
        cut.clear();
    }

    void rule(Rule next) {
        rule = next;
    }

    void onLoss(Loss listener) {
        loss = listener;
    }

    /** Has one more listener hear everything that leaves. */
    void alsoTap(Tap next) {
        taps.add(next);
    }

    /**
     * Takes a message from the running task of {@code sender}. It leaves when that task comes to send it, which is
     * after the disk operations before it, and is lost with the process if that dies before.
     *
     * @param arrive is given the decoded message, once for each time it arrives
     */
    void send(Host sender, Parcel parcel, Consumer<Object> arrive) {
        Post post = new Post(parcel, wire.encode(parcel.message()), arrive);
        Invariant.check(
                parcel.bulk() || post.frame().bytes().length <= LARGEST_SMALL_FRAME,
                "%s: a frame of more than %s bytes beside the heartbeats",
                parcel.route(),
                LARGEST_SMALL_FRAME);
        if (!runtime.isStalled()) {
            leave(sender, post);
        } else {
            runtime.after(0, () -> leave(sender, post));
        }
    }

    private void leave(Host sender, Post post) {
        if (!sender.isUp()) {
            return;
        }
        traffic.sent++;
        note(post);
        taps.forEach(tap -> tap.leaves(post.parcel()));
        rule.apply(post.parcel())
                .filter(passed -> !cut.contains(post.parcel().route()))
                .ifPresentOrElse(passed -> travel(post, passed), () -> cut(post, "held back"));
    }

    private void cut(Post post, String why) {
        traffic.cut++;
        loss.of(post.parcel(), cut.contains(post.parcel().route()) ? "cut off" : why);
    }

    private void travel(Post post, Object passed) {
        Route route = post.parcel().route();
        Weather here = local.getOrDefault(route, weather);
        if (random.nextDouble() < here.loss()) {
            traffic.lost++;
            loss.of(post.parcel(), "lost");
            return;
        }
        boolean unchanged = passed == post.parcel().message();
        Post travelling = unchanged ? post : new Post(post.parcel(), wire.encode(passed), post.arrive());
        deliver(travelling, here);
        if (random.nextDouble() < here.duplication() && mayArriveTwice(passed)) {
            traffic.duplicated++;
            taps.forEach(tap -> tap.repeats(post.parcel()));
            deliver(travelling, here);
        }
    }

    /** What a client sends without a session it sends once, on a connection that does not repeat it. */
    private static boolean mayArriveTwice(Object message) {
        return !(message instanceof ClientRequest.Submit submit && submit.session() == 0);
    }

    private void deliver(Post post, Weather here) {
        runtime.after(delay(here), () -> {
            if (cut.contains(post.parcel().route())) {
                cut(post, "cut off");
            } else {
                traffic.delivered++;
                taps.forEach(tap -> tap.arrives(post.parcel()));
                post.arrive().accept(wire.decode(post.frame()));
            }
        });
    }

    private long delay(Weather here) {
        boolean straggles = random.nextDouble() < here.stragglers();
        long spread = (straggles ? here.straggle() : here.jitter()).toNanos();
        return here.delay().toNanos() + (spread == 0 ? 0 : random.nextLong(spread));
    }

    /** References in messages of clients hold the uid of an actor, which differs from run to run. */
    private void note(Post post) {
        Parcel parcel = post.parcel();
        TraceHash trace = runtime.trace();
        trace.add(runtime.nanos());
        trace.add(parcel.route().toString());
        trace.add(parcel.message().getClass().getName());
        if (parcel.message() instanceof Rpc) {
            trace.add(post.frame().bytes());
        }
    }
}
