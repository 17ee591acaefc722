package io.balsa.kv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The tree against the one of the Java library, which cannot be frozen. */
final class StoreTest {
    private final Store store = new Store();
    private final TreeMap<byte[], byte[]> twin = new TreeMap<>(Arrays::compareUnsigned);

    @Test
    void itHoldsWhatAMapHoldsAndFrozenViewsHoldWhatItHeld() {
        Random random = new Random(21);
        List<Store.Frozen> frozen = new ArrayList<>();
        List<List<String>> held = new ArrayList<>();
        for (int round = 0; round < 200; round++) {
            for (int i = 0; i < 100; i++) {
                step(random);
            }
            assertThat(all(store.from(new byte[0]))).isEqualTo(all(twin));
            assertThat(store.size()).isEqualTo(twin.size());
            frozen.add(store.freeze());
            held.add(all(twin));
        }
        for (int i = 0; i < frozen.size(); i++) {
            assertThat(all(frozen.get(i).pairs().iterator())).isEqualTo(held.get(i));
            assertThat(frozen.get(i).size()).isEqualTo(held.get(i).size());
        }
    }

    @Test
    void aWalkBeginsWhereItIsTold() {
        Random random = new Random(22);
        for (int i = 0; i < 500; i++) {
            step(random);
        }
        for (int i = 0; i < 300; i++) {
            byte[] first = key(random);
            assertThat(all(store.from(first))).isEqualTo(all(twin.tailMap(first)));
        }
    }

    @Test
    void keysInOrderDoNotMakeItDeep() {
        int count = 100_000;
        for (int i = 0; i < count; i++) {
            store.put(new byte[] {(byte) (i >> 16), (byte) (i >> 8), (byte) i}, new byte[0]);
        }
        assertThat(store.size()).isEqualTo(count);
        // An AVL tree of so many pairs is at most 1.44 log2 deep.
        assertThat(store.depth()).isLessThanOrEqualTo(24);
    }

    private void step(Random random) {
        byte[] key = key(random);
        if (random.nextInt(5) < 2) {
            assertThat(store.remove(key)).isEqualTo(twin.remove(key) != null);
        } else {
            byte[] value = {(byte) random.nextInt()};
            store.put(key, value);
            twin.put(key, value);
        }
        assertThat(store.get(key).isPresent()).isEqualTo(twin.containsKey(key));
    }

    private static byte[] key(Random random) {
        byte[] key = new byte[1 + random.nextInt(2)];
        random.nextBytes(key);
        key[0] &= (byte) 0x83;
        return key;
    }

    private static List<String> all(Iterator<KvReply.Pair> pairs) {
        List<String> all = new ArrayList<>();
        pairs.forEachRemaining(pair -> all.add(text(pair.key(), pair.value())));
        return all;
    }

    private static List<String> all(Map<byte[], byte[]> map) {
        return map.entrySet().stream()
                .map(pair -> text(pair.getKey(), pair.getValue()))
                .toList();
    }

    private static String text(byte[] key, byte[] value) {
        HexFormat hex = HexFormat.of();
        return hex.formatHex(key) + "=" + hex.formatHex(value);
    }
}
