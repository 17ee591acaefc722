package io.balsa.kv;

import io.balsa.kv.KvReply.Pair;
import io.balsa.kv.KvReply.Status;
import io.balsa.machine.Freezable;
import io.balsa.machine.StateHash;
import io.balsa.machine.StateMachine;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The state machine that a node replicates unless it is given another: byte-array values under byte-array keys, in the
 * order of the keys as unsigned bytes.
 *
 * <p>It is told {@link KvCommand}s, asked {@link KvQuery}s, and answers both with {@link KvReply}s. Whatever bytes
 * come, they get a reply, and the same one on every server. How large a value may be is for the cluster to say, see
 * {@code raft.max-command-size}.
 */
public final class KeyValueMachine implements StateMachine, Freezable {
    /** The digits of the smallest long and its sign. */
    private static final int LONGEST_NUMBER = 20;

    private Store store = new Store();

    /** How many keys have a value. */
    public int size() {
        return store.size();
    }

    @Override
    public byte[] apply(long index, byte[] bytes) {
        try {
            return apply(index, KvCommand.decode(bytes));
        } catch (MalformedException e) {
            return KvReply.bytes(Status.MALFORMED);
        }
    }

    @Override
    public byte[] query(byte[] bytes) {
        try {
            KvQuery query = KvQuery.decode(bytes);
            return query instanceof KvQuery.Get get ? get(get.key()) : scan((KvQuery.Scan) query);
        } catch (MalformedException e) {
            return KvReply.bytes(Status.MALFORMED);
        }
    }

    @Override
    public Consumer<OutputStream> freeze() {
        Store.Frozen frozen = store.freeze();
        return out -> {
            try {
                KvSnapshot.write(frozen, out);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    @Override
    public void snapshot(OutputStream out) throws IOException {
        KvSnapshot.write(store.now(), out);
    }

    @Override
    public void restore(InputStream in) throws IOException {
        store = KvSnapshot.read(in);
    }

    /** Equal on two machines that hold the same, and hardly ever on two that do not. */
    public long stateHash() {
        StateHash hash = new StateHash();
        try {
            snapshot(hash);
        } catch (IOException e) {
            throw new UncheckedIOException("a hash cannot fail to be written to", e);
        }
        return hash.value();
    }

    private byte[] apply(long index, KvCommand command) {
        if (command instanceof KvCommand.Append) {
            return KvReply.ofNumber(index).encode();
        }
        Status fault = faultOf(command.key());
        if (fault != Status.OK) {
            return KvReply.bytes(fault);
        }
        if (command instanceof KvCommand.Put put) {
            return put(put.key(), put.value());
        }
        if (command instanceof KvCommand.Delete delete) {
            return KvReply.bytes(store.remove(delete.key()) ? Status.OK : Status.NOT_FOUND);
        }
        if (command instanceof KvCommand.CompareAndSet compare) {
            return compareAndSet(compare);
        }
        return increment((KvCommand.Increment) command);
    }

    private byte[] put(byte[] key, byte[] value) {
        store.put(key, value);
        return KvReply.bytes(Status.OK);
    }

    private byte[] compareAndSet(KvCommand.CompareAndSet compare) {
        Optional<byte[]> present = store.get(compare.key());
        if (compare.expected().isPresent() && present.isEmpty()) {
            return KvReply.bytes(Status.NOT_FOUND);
        }
        boolean asExpected = present.isEmpty()
                || Arrays.equals(present.get(), compare.expected().orElse(null));
        return asExpected ? put(compare.key(), compare.value()) : KvReply.bytes(Status.MISMATCH);
    }

    private byte[] increment(KvCommand.Increment increment) {
        try {
            long present =
                    store.get(increment.key()).map(KeyValueMachine::number).orElse(0L);
            long sum = Math.addExact(present, increment.by());
            store.put(increment.key(), Long.toString(sum).getBytes(StandardCharsets.US_ASCII));
            return KvReply.ofNumber(sum).encode();
        } catch (ArithmeticException | NumberFormatException e) {
            return KvReply.bytes(Status.NOT_A_NUMBER);
        }
    }

    private byte[] get(byte[] key) {
        Status fault = faultOf(key);
        if (fault != Status.OK) {
            return KvReply.bytes(fault);
        }
        return store.get(key)
                .map(value -> new KvReply(Status.OK, value).encode())
                .orElse(KvReply.bytes(Status.NOT_FOUND));
    }

    private byte[] scan(KvQuery.Scan scan) {
        int limit = Math.max(1, Math.min(scan.limit(), KvQuery.Scan.MAX_PAIRS));
        List<Pair> page = new ArrayList<>();
        long bytes = 0;
        Iterator<Pair> rest = store.from(scan.firstKey());
        while (rest.hasNext()) {
            Pair pair = rest.next();
            if (!scan.covers(pair.key())) {
                break;
            }
            bytes += pair.bytes();
            boolean full = page.size() == limit || bytes > KvQuery.Scan.MAX_BYTES;
            if (full && !page.isEmpty()) {
                return KvReply.ofPage(page, true).encode();
            }
            page.add(pair);
        }
        return KvReply.ofPage(page, false).encode();
    }

    private static Status faultOf(byte[] key) {
        if (key.length == 0) {
            return Status.MALFORMED;
        }
        return key.length > KvCommand.MAX_KEY_BYTES ? Status.TOO_LARGE : Status.OK;
    }

    private static long number(byte[] value) {
        if (value.length > LONGEST_NUMBER) {
            throw new NumberFormatException();
        }
        return Long.parseLong(new String(value, StandardCharsets.US_ASCII));
    }
}
