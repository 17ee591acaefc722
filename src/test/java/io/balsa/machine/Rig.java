package io.balsa.machine;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.balsa.Consistency;
import io.balsa.config.Settings;
import io.balsa.machine.snapshot.SnapshotWriter;
import io.balsa.model.Entries;
import io.balsa.model.EntryId;
import io.balsa.model.LogEntry;
import io.balsa.model.Payload;
import io.balsa.protocol.Client;
import io.balsa.protocol.ClientRequest;
import io.balsa.protocol.Local;
import io.balsa.protocol.LogRead;
import io.balsa.protocol.Target;
import io.balsa.protocol.reply.ClientReply;
import io.balsa.sim.SimDisk;
import io.balsa.storage.snapshot.SnapshotStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;

/** An applier among probes, and time that passes when a test says so. */
final class Rig {
    static final Duration TIMEOUT = Duration.ofSeconds(4);
    static final int WINDOW = 1000;
    static final Target TARGET = new Target("test", "main");

    final Recorder machine = new Recorder();
    final AppliedIndex applied = new AppliedIndex();
    final SnapshotStore store;
    final TestProbe<LogRead.Read> reader;
    final TestProbe<SnapshotWriter.Command> writer;
    final TestProbe<Local> raft;
    final TestProbe<ClientReply> client;
    final TestProbe<ClientReply> bulk;
    private final TestProbe<Applier.Hashed> hashed;
    final ManualTime time;
    final ActorRef<Applier.Command> applier;

    final OpenQueries queries = new OpenQueries(10, 1000);

    private Rig(ActorTestKit kit, SnapshotStore store, boolean freezes) {
        this.store = store;
        this.time = ManualTime.get(kit.system());
        this.reader = kit.createTestProbe();
        this.raft = kit.createTestProbe();
        this.client = kit.createTestProbe();
        this.hashed = kit.createTestProbe();
        this.bulk = kit.createTestProbe();
        this.writer = kit.createTestProbe();
        Settings.Subscriptions limits = new Settings.Subscriptions(2, WINDOW, TIMEOUT);
        Settings.Snapshots rare = new Settings.Snapshots(1000, 1000, 0, 0, 2, 1000, 1, TIMEOUT, Long.MAX_VALUE);
        Applier.SnapshotParts snapshots = new Applier.SnapshotParts(store, Optional.empty(), writer.getRef(), rare);
        this.applier = kit.spawn(Applier.create(new Applier.Parts(
                freezes ? new Freezing(machine) : machine,
                reader.getRef(),
                raft.getRef(),
                applied,
                queries,
                limits,
                snapshots)));
    }

    static Rig of(ActorTestKit kit) {
        return on(kit, new SnapshotStore(new SimDisk(), "test", "main"));
    }

    /** With these snapshots on its disk. */
    static Rig on(ActorTestKit kit, SnapshotStore store) {
        return new Rig(kit, store, false);
    }

    /** With a machine that can be held fast. */
    static Rig freezing(ActorTestKit kit) {
        return new Rig(kit, new SnapshotStore(new SimDisk(), "test", "main"), true);
    }

    /** The recorder as one that can be held fast. */
    private record Freezing(Recorder machine) implements StateMachine, Freezable {
        @Override
        public Consumer<OutputStream> freeze() {
            return out -> {
                throw new IllegalStateException("nobody writes in this test");
            };
        }

        @Override
        public byte[] apply(long index, byte[] command) {
            return machine.apply(index, command);
        }

        @Override
        public byte[] query(byte[] query) {
            return machine.query(query);
        }

        @Override
        public void snapshot(OutputStream out) throws IOException {
            machine.snapshot(out);
        }

        @Override
        public void restore(InputStream in) throws IOException {
            machine.restore(in);
        }
    }

    static ActorTestKit kit() {
        return ActorTestKit.create(ManualTime.config());
    }

    /** Entries of term 1 from {@code first} to {@code last}, each with the command "c" and its index. */
    static Entries commands(long first, long last) {
        return Entries.of(LongStream.rangeClosed(first, last)
                .mapToObj(index -> entry(index, 1, command("c" + index)))
                .toList());
    }

    static LogEntry entry(long index, long term, Payload payload) {
        return new LogEntry(new EntryId(index, term), 0, payload);
    }

    static Payload command(String text) {
        return new Payload.Command(0, 0, 0, text.getBytes(UTF_8));
    }

    void commit(long commitIndex, Entries... blocks) {
        applier.tell(new Applier.Committed(commitIndex, Arrays.asList(blocks), List.of()));
    }

    void commitFor(long commitIndex, Entries block, Applier.Waiting... waiting) {
        applier.tell(new Applier.Committed(commitIndex, List.of(block), Arrays.asList(waiting)));
    }

    Applier.Waiting waiting(long first, long last, long request) {
        return waiting(new EntryId(first, 1), new EntryId(last, 1), request);
    }

    Applier.Waiting waiting(EntryId first, EntryId last, long request) {
        return new Applier.Waiting(first, last, client(), request);
    }

    Client client() {
        return new Client(client.getRef(), bulk.getRef());
    }

    void ask(long readIndex, long request, String... queries) {
        byte[][] bytes =
                Arrays.stream(queries).map(query -> query.getBytes(UTF_8)).toArray(byte[][]::new);
        ClientRequest.Query query = new ClientRequest.Query(
                TARGET, request, client(), Consistency.LINEARIZABLE, ClientRequest.Query.ANY_AGE, bytes);
        applier.tell(new Applier.Query(readIndex, query));
    }

    /** The reader finds these entries. */
    LogRead.Read reads(Entries found) {
        LogRead.Read read = reader.receiveMessage();
        read.replyTo().tell(new LogRead.Found(read.fromIndex(), found, 1));
        return read;
    }

    /** Everything told to the applier so far is done; also what its replicas compare. */
    Applier.Hashed settled() {
        applier.tell(new Applier.GetHash(hashed.getRef()));
        return hashed.receiveMessage();
    }

    void expectApplied(long index) {
        raft.expectMessage(new Local.Applied(index));
    }

    <T extends ClientReply> T expectReply(Class<T> kind) {
        return client.expectMessageClass(kind);
    }

    static List<String> texts(byte[][] replies) {
        return Arrays.stream(replies).map(reply -> new String(reply, UTF_8)).toList();
    }
}
