package io.balsa.it;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.balsa.Raft;
import io.balsa.machine.StateMachine;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** A cluster of servers embedded in this JVM, each counting the commands it has applied. */
final class Embedded implements AutoCloseable {
    private final List<Config> configs = new ArrayList<>();
    private final List<Raft> rafts = new ArrayList<>();

    private Embedded() {}

    static Embedded start(Path folder, int servers) throws IOException {
        return start(folder, servers, Map.of());
    }

    /** With more settings, the same for all. */
    static Embedded start(Path folder, int servers, Map<String, Object> more) throws IOException {
        List<Integer> ports = Ports.free(servers);
        Map<String, Object> common = new HashMap<>(more);
        common.put("raft.cluster-id", "embedded");
        common.put("raft.rehearsal", "off");
        common.put("raft.data-dir", folder.toString());
        for (int i = 0; i < servers; i++) {
            common.put("raft.peers.node-" + (i + 1), "pekko://raft@127.0.0.1:" + ports.get(i) + "/user/raft");
        }
        Embedded cluster = new Embedded();
        for (int i = 0; i < servers; i++) {
            Map<String, Object> own = new HashMap<>(common);
            own.put("raft.node-id", "node-" + (i + 1));
            cluster.configs.add(ConfigFactory.parseMap(own));
        }
        cluster.reopen();
        return cluster;
    }

    void reopen() {
        rafts.clear();
        configs.forEach(config -> rafts.add(Raft.start(config, new Counter())));
    }

    List<String> addresses() {
        Config config = configs.get(0);
        return config.getObject("raft.peers").keySet().stream()
                .sorted()
                .map(node -> config.getString("raft.peers." + node))
                .toList();
    }

    List<Raft> all() {
        return List.copyOf(rafts);
    }

    Raft leader() {
        await(() -> rafts.stream().filter(Raft::isLeader).count() == 1);
        return rafts.stream().filter(Raft::isLeader).findFirst().orElseThrow();
    }

    void await(BooleanSupplier condition) {
        try {
            Patience.await("what the test waits for", condition::getAsBoolean);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        rafts.forEach(Raft::close);
    }

    static long number(byte[] bytes) {
        return ByteBuffer.wrap(bytes).getLong();
    }

    /** Counts commands; one that begins with {@code e} is sent back. */
    static final class Counter implements StateMachine {
        private long count;

        @Override
        public byte[] apply(long index, byte[] command) {
            count++;
            return command[0] == 'e' ? command : new byte[0];
        }

        @Override
        public byte[] query(byte[] query) {
            return ByteBuffer.allocate(Long.BYTES).putLong(count).array();
        }

        @Override
        public void snapshot(OutputStream out) throws IOException {
            new DataOutputStream(out).writeLong(count);
        }

        @Override
        public void restore(InputStream in) throws IOException {
            count = new DataInputStream(in).readLong();
        }
    }
}
