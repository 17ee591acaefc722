package io.balsa.sim;

import io.balsa.config.Settings;
import io.balsa.model.Configuration;
import io.balsa.model.EntryId;
import io.balsa.model.LogEntry;
import io.balsa.model.NodeId;
import io.balsa.model.Payload;
import io.balsa.model.Snapshot;
import io.balsa.protocol.InstallSnapshot;
import io.balsa.sim.World.Tuning;
import io.balsa.storage.StorageFullException;
import io.balsa.storage.snapshot.SnapshotStore;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Clusters that take snapshots early and often, and snapshots as a leader sends them. */
public final class Compacted {
    private static final int SEGMENT = 4096;

    private Compacted() {}

    /** A cluster whose servers take a snapshot every so many entries, send it in small chunks, and keep no tail. */
    public static Cluster cluster(int everyEntries, NodeId... ids) {
        return Cluster.in(World.of(1, tuning(everyEntries)), Arrays.asList(ids), List.of())
                .boot();
    }

    private static Tuning tuning(int everyEntries) {
        Settings.Snapshots often = new Settings.Snapshots(
                Long.MAX_VALUE, everyEntries, 0, 1, 2, 64, 2, Duration.ofSeconds(1), Long.MAX_VALUE);
        return new Tuning(SEGMENT, SEGMENT, SEGMENT, 4, 256 * 1024, 100, 16, often);
    }

    /** The last index that a server's newest snapshot includes. */
    public static long snapshotIndex(Cluster cluster, NodeId id) {
        return cluster.server(id).inspection().orElseThrow().snapshot().index();
    }

    /** The first index that a server's log holds. */
    public static long firstIndex(Cluster cluster, NodeId id) {
        return cluster.server(id).inspection().orElseThrow().base().index() + 1;
    }

    /** The file of a snapshot up to {@code last}, of a state that these words make, without sessions. */
    public static byte[] file(EntryId last, Configuration members, String... words) {
        SimDisk disk = new SimDisk();
        LogEntry configuration = new LogEntry(new EntryId(1, 1), 0, new Payload.Reconfigure(members));
        SnapshotStore store = new SnapshotStore(disk, World.CLUSTER, World.GROUP);
        try {
            store.write(
                    new Snapshot(last, 0, configuration),
                    Compacted::noSessions,
                    out -> SimMachine.write(List.of(words), out));
        } catch (StorageFullException e) {
            throw new AssertionError("a new disk has room", e);
        }
        store.publish(last, 1);
        return disk.bytes(disk.names().get(0));
    }

    /** Log time, what replies may take, and how many sessions there are. */
    private static void noSessions(OutputStream out) throws IOException {
        DataOutputStream data = new DataOutputStream(out);
        data.writeLong(0);
        data.writeLong(Payload.OpenSession.UNLIMITED);
        data.writeInt(0);
    }

    /** The members of a cluster of these. */
    public static Configuration members(NodeId... ids) {
        Set<NodeId> all = new TreeSet<>(Arrays.asList(ids));
        return World.configuration(all);
    }

    /** A chunk of such a file, as a leader sends it to S1. */
    public static InstallSnapshot.Request chunk(InstallSnapshot.Request as, byte[] file, int from, int to) {
        byte[] data = Arrays.copyOfRange(file, from, to);
        return new InstallSnapshot.Request(
                as.sender(), as.term(), as.snapshot(), from, data, InstallSnapshot.checksum(data), to == file.length);
    }

    /** A leader's word on a snapshot, without a chunk of it. */
    public static InstallSnapshot.Request from(NodeId leader, long term, EntryId snapshot) {
        return new InstallSnapshot.Request(Solo.from(leader), term, snapshot, 0, new byte[0], 0, false);
    }
}
