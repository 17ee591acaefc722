package io.balsa.kv;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.kv.KvReply.Status;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What each verb does and answers, and that no bytes at all make the machine fail. */
final class KeyValueMachineTest {
    private final KeyValueMachine machine = new KeyValueMachine();
    private long index;

    @Test
    void whatWasPutIsGot() throws Exception {
        assertThat(apply(new KvCommand.Put(bytes("k"), bytes("v"))).status()).isEqualTo(Status.OK);
        assertThat(get("k")).isEqualTo("v");
        apply(new KvCommand.Put(bytes("k"), bytes("")));
        assertThat(get("k")).isEmpty();
        assertThat(machine.size()).isEqualTo(1);
    }

    @Test
    void aKeyWithoutValueIsNotFound() throws Exception {
        assertThat(query(new KvQuery.Get(bytes("k"))).status()).isEqualTo(Status.NOT_FOUND);
        assertThat(apply(new KvCommand.Delete(bytes("k"))).status()).isEqualTo(Status.NOT_FOUND);
    }

    @Test
    void whatIsDeletedIsGone() throws Exception {
        apply(new KvCommand.Put(bytes("k"), bytes("v")));
        assertThat(apply(new KvCommand.Delete(bytes("k"))).status()).isEqualTo(Status.OK);
        assertThat(query(new KvQuery.Get(bytes("k"))).status()).isEqualTo(Status.NOT_FOUND);
        assertThat(machine.size()).isZero();
    }

    @Test
    void compareAndSetStoresOnlyOverWhatIsExpected() throws Exception {
        assertThat(compareAndSet(Optional.of("a"), "b")).isEqualTo(Status.NOT_FOUND);
        assertThat(compareAndSet(Optional.empty(), "a")).isEqualTo(Status.OK);
        assertThat(compareAndSet(Optional.empty(), "b")).isEqualTo(Status.MISMATCH);
        assertThat(compareAndSet(Optional.of("x"), "b")).isEqualTo(Status.MISMATCH);
        assertThat(get("k")).isEqualTo("a");
        assertThat(compareAndSet(Optional.of("a"), "b")).isEqualTo(Status.OK);
        assertThat(get("k")).isEqualTo("b");
    }

    @Test
    void incrementCountsFromZeroAndBelow() throws Exception {
        assertThat(apply(new KvCommand.Increment(bytes("n"), 5)).number()).isEqualTo(5);
        assertThat(apply(new KvCommand.Increment(bytes("n"), -7)).number()).isEqualTo(-2);
        assertThat(get("n")).isEqualTo("-2");
    }

    @Test
    void incrementRefusesWhatIsNoNumberOrWouldNotFit() throws Exception {
        apply(new KvCommand.Put(bytes("n"), bytes("five")));
        assertThat(increment(1)).isEqualTo(Status.NOT_A_NUMBER);
        apply(new KvCommand.Put(bytes("n"), bytes("1".repeat(1000))));
        assertThat(increment(1)).isEqualTo(Status.NOT_A_NUMBER);
        apply(new KvCommand.Put(bytes("n"), bytes(Long.toString(Long.MIN_VALUE))));
        assertThat(increment(-1)).isEqualTo(Status.NOT_A_NUMBER);
        assertThat(get("n")).as("unchanged").isEqualTo(Long.toString(Long.MIN_VALUE));
        assertThat(increment(1)).isEqualTo(Status.OK);
    }

    @Test
    void anAppendAnswersItsIndexAndStoresNothing() throws Exception {
        long before = machine.stateHash();
        KvReply reply = KvReply.decode(machine.apply(42, new KvCommand.Append(bytes("text")).encode()));
        assertThat(reply.number()).isEqualTo(42);
        assertThat(machine.stateHash()).isEqualTo(before);
    }

    @Test
    void aKeyHasOneByteAtLeastAndFourKiBAtMost() throws Exception {
        byte[] longest = new byte[KvCommand.MAX_KEY_BYTES];
        byte[] longer = new byte[KvCommand.MAX_KEY_BYTES + 1];
        assertThat(apply(new KvCommand.Put(longest, bytes("v"))).status()).isEqualTo(Status.OK);
        assertThat(apply(new KvCommand.Put(longer, bytes("v"))).status()).isEqualTo(Status.TOO_LARGE);
        assertThat(apply(new KvCommand.Increment(longer, 1)).status()).isEqualTo(Status.TOO_LARGE);
        assertThat(apply(new KvCommand.Put(new byte[0], bytes("v"))).status()).isEqualTo(Status.MALFORMED);
        assertThat(query(new KvQuery.Get(longer)).status()).isEqualTo(Status.TOO_LARGE);
        assertThat(query(new KvQuery.Get(new byte[0])).status()).isEqualTo(Status.MALFORMED);
        assertThat(machine.size()).isEqualTo(1);
    }

    @Test
    void aMalformedCommandIsRefusedAlikeByAllAndChangesNothing() throws Exception {
        KeyValueMachine replica = new KeyValueMachine();
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            byte[] noise = noise(random);
            byte[] reply = machine.apply(i, noise);
            assertThat(replica.apply(i, noise)).isEqualTo(reply);
            assertThat(KvReply.decode(machine.query(noise)).status()).isIn((Object[]) Status.values());
        }
        assertThat(machine.stateHash()).isEqualTo(replica.stateHash());
        long before = machine.stateHash();
        assertThat(KvReply.decode(machine.apply(1, new byte[0])).status()).isEqualTo(Status.MALFORMED);
        assertThat(KvReply.decode(machine.apply(1, new byte[] {2, 1, 0})).status())
                .isEqualTo(Status.MALFORMED);
        assertThat(machine.stateHash()).isEqualTo(before);
    }

    /** Half of it valid commands with a byte changed or cut off, so that it gets past the first checks. */
    private static byte[] noise(Random random) {
        byte[] bytes = new byte[random.nextInt(24)];
        random.nextBytes(bytes);
        if (random.nextBoolean()) {
            bytes = new KvCommand.CompareAndSet(bytes("k"), Optional.of(bytes("a")), bytes).encode();
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            bytes[1] = (byte) random.nextInt(20);
            bytes = Arrays.copyOf(bytes, bytes.length - random.nextInt(3));
        }
        return bytes;
    }

    private Status compareAndSet(Optional<String> expected, String value) throws MalformedException {
        Optional<byte[]> old = expected.map(KeyValueMachineTest::bytes);
        return apply(new KvCommand.CompareAndSet(bytes("k"), old, bytes(value))).status();
    }

    private Status increment(long by) throws MalformedException {
        return apply(new KvCommand.Increment(bytes("n"), by)).status();
    }

    private KvReply apply(KvCommand command) throws MalformedException {
        return KvReply.decode(machine.apply(++index, command.encode()));
    }

    private KvReply query(KvQuery query) throws MalformedException {
        return KvReply.decode(machine.query(query.encode()));
    }

    private String get(String key) throws MalformedException {
        KvReply reply = query(new KvQuery.Get(bytes(key)));
        assertThat(reply.isOk()).isTrue();
        return new String(reply.value(), UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
