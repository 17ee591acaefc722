package io.balsa.kv;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The state as bytes: the same for the same state, whole or refused, and written while commands go on. */
final class KvSnapshotTest {
    private final KeyValueMachine machine = new KeyValueMachine();

    @Test
    void aRestoredMachineIsTheSame() throws Exception {
        fill(machine, new Random(1), 500);
        KeyValueMachine restored = restored(snapshot(machine));
        assertThat(restored.size()).isEqualTo(machine.size());
        assertThat(restored.stateHash()).isEqualTo(machine.stateHash());
        assertThat(snapshot(restored)).isEqualTo(snapshot(machine));
    }

    @Test
    void anEmptyMachineIsRestoredEmpty() throws Exception {
        KeyValueMachine full = new KeyValueMachine();
        fill(full, new Random(1), 10);
        full.restore(new ByteArrayInputStream(snapshot(machine)));
        assertThat(full.size()).isZero();
    }

    @Test
    void theSameStateGivesTheSameBytesWhateverWayItCameAbout() throws Exception {
        KeyValueMachine other = new KeyValueMachine();
        for (int i = 0; i < 100; i++) {
            put(machine, "k" + i, "v" + i);
            put(other, "k" + (99 - i), "old");
            put(other, "gone" + i, "x");
        }
        for (int i = 0; i < 100; i++) {
            put(other, "k" + i, "v" + i);
            other.apply(1, new KvCommand.Delete(bytes("gone" + i)).encode());
        }
        assertThat(snapshot(other)).isEqualTo(snapshot(machine));
        assertThat(other.stateHash()).isEqualTo(machine.stateHash());
    }

    @Test
    void whatIsFrozenStaysWhileCommandsGoOn() throws Exception {
        Random random = new Random(3);
        fill(machine, random, 300);
        byte[] before = snapshot(machine);
        Consumer<OutputStream> first = machine.freeze();
        fill(machine, random, 300);
        byte[] between = snapshot(machine);
        Consumer<OutputStream> second = machine.freeze();
        fill(machine, random, 300);

        assertThat(written(second)).isEqualTo(between);
        assertThat(written(first)).isEqualTo(before);
        assertThat(snapshot(machine)).isNotEqualTo(between);
    }

    @Test
    void aFrozenStateIsWrittenByAnotherThread() throws Exception {
        fill(machine, new Random(4), 2000);
        byte[] before = snapshot(machine);
        Consumer<OutputStream> frozen = machine.freeze();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Thread writer = new Thread(() -> frozen.accept(out));
        writer.start();
        fill(machine, new Random(5), 20_000);
        writer.join();
        assertThat(out.toByteArray()).isEqualTo(before);
    }

    @Test
    void everyFlippedByteIsNoticedAndTheOldStateRemains() throws Exception {
        fill(machine, new Random(6), 20);
        byte[] good = snapshot(machine);
        long before = machine.stateHash();
        for (int at = 0; at < good.length; at++) {
            byte[] bad = good.clone();
            bad[at] ^= 0x40;
            assertThatIOException().as("byte %s", at).isThrownBy(() -> restoreAnew(bad));
        }
        assertThat(machine.stateHash()).isEqualTo(before);
    }

    @Test
    void everyCutIsNoticed() throws Exception {
        fill(machine, new Random(7), 20);
        byte[] good = snapshot(machine);
        for (int length = 0; length < good.length; length++) {
            byte[] cut = Arrays.copyOf(good, length);
            assertThatIOException().as("length %s", length).isThrownBy(() -> restoreAnew(cut));
        }
    }

    @Test
    void notAByteIsReadBehindTheSnapshot() throws Exception {
        fill(machine, new Random(8), 20);
        byte[] good = snapshot(machine);
        ByteArrayInputStream in = new ByteArrayInputStream(Arrays.copyOf(good, good.length + 5));
        machine.restore(in);
        assertThat(in.available()).isEqualTo(5);
    }

    @Test
    void aFullDiskIsToldToTheWriterOfAFrozenState() {
        put(machine, "k", "v");
        OutputStream full = new OutputStream() {
            @Override
            public void write(int octet) throws IOException {
                throw new IOException("no space left");
            }
        };
        assertThatThrownBy(() -> machine.freeze().accept(full)).isInstanceOf(UncheckedIOException.class);
    }

    private void restoreAnew(byte[] bytes) throws IOException {
        machine.restore(new ByteArrayInputStream(bytes));
    }

    private static void fill(KeyValueMachine machine, Random random, int commands) {
        for (int i = 0; i < commands; i++) {
            String key = "k" + random.nextInt(200);
            if (random.nextInt(3) == 0) {
                machine.apply(i, new KvCommand.Delete(bytes(key)).encode());
            } else {
                put(machine, key, "v" + random.nextInt());
            }
        }
    }

    private static void put(KeyValueMachine machine, String key, String value) {
        machine.apply(1, new KvCommand.Put(bytes(key), bytes(value)).encode());
    }

    private static KeyValueMachine restored(byte[] snapshot) throws IOException {
        KeyValueMachine restored = new KeyValueMachine();
        restored.restore(new ByteArrayInputStream(snapshot));
        return restored;
    }

    private static byte[] snapshot(KeyValueMachine machine) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        machine.snapshot(out);
        return out.toByteArray();
    }

    private static byte[] written(Consumer<OutputStream> writer) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        writer.accept(out);
        return out.toByteArray();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
