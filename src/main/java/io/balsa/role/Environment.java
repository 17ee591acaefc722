package io.balsa.role;

import io.balsa.config.Settings;
import io.balsa.machine.StateMachine;
import io.balsa.model.NodeId;
import io.balsa.protocol.RaftMessage;
import io.balsa.protocol.link.ArteryLink;
import io.balsa.protocol.link.Link;
import io.balsa.storage.Disk;
import io.balsa.storage.FileDisk;
import io.balsa.tls.ProvenLink;
import io.balsa.trace.Fields;
import io.balsa.trace.Trace;
import io.balsa.trace.TraceFile;
import java.security.SecureRandom;
import java.util.SortedMap;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Adapter;

/**
 * All that a server is given by the world. The simulator gives it another world and leaves the server as it is.
 *
 * @param disk the data folder
 * @param links the ways to its peers
 * @param nanos monotonic time in nanoseconds
 * @param random for election timeouts, and for numbers that nobody may guess who knows others of them: the storage id,
 *     passes, the ids of sessions
 * @param machine what the committed commands are for
 * @param view where the server shows what it is doing, to any thread
 * @param observer is told when the server has recovered
 * @param trace is told what the server does; {@link Trace#NONE} costs nothing
 */
public record Environment(
        Settings settings,
        Disk disk,
        Links links,
        LongSupplier nanos,
        RandomGenerator random,
        StateMachine machine,
        NodeView view,
        Observer observer,
        Trace trace) {

    /** The real world: files, Artery, the system's clock. */
    public static Environment production(Settings settings, StateMachine machine) {
        return new Environment(
                settings,
                new FileDisk(settings.dataDir()),
                new Artery(),
                System::nanoTime,
                new SecureRandom(),
                machine,
                new NodeView(),
                inspection -> {},
                trace(settings));
    }

    /** The ways over Artery, with TLS if the configuration says so. */
    private static final class Artery implements Links {
        @Override
        public Link open(NodeId peer, String address, ActorContext<RaftMessage> context) {
            return ProvenLink.of(
                    ArteryLink.to(address, context), peer, address, Adapter.toClassic(context.getSystem()));
        }

        @Override
        public void expect(SortedMap<NodeId, String> members, ActorContext<RaftMessage> context) {
            ProvenLink.expect(members, Adapter.toClassic(context.getSystem()));
        }
    }

    private static Trace trace(Settings settings) {
        Settings.Tracing tracing = settings.tracing();
        Fields origin = new Fields()
                .with("cluster", settings.clusterId())
                .with("group", settings.group())
                .with("node", settings.nodeId().name());
        TraceFile.Bounds bounds = new TraceFile.Bounds(tracing.maxBytes(), tracing.queueBytes());
        return tracing.file()
                .<Trace>map(file -> new TraceFile(file, origin, bounds))
                .orElse(Trace.NONE);
    }
}
